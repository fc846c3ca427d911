"""Attempts to learn whether there is such a client: matches, warnings, errors."""

import base64

from odoo.fields import Command

from .test_client_workbook import CLIENT, make_workbook
from .wall_probes import EMPLOYEES, ORM, probe
from .wall_probes_write import read_back
from .wall_scan import Count, Found


@probe(ORM, people=EMPLOYEES)
def merge_with_an_own_contact(env, case):
    email = case.secret.initials.sudo().email
    mine = env["res.partner"].create({"name": "Mine", "email": email})
    wizard = env["base.partner.merge.automatic.wizard"].create(
        {
            "partner_ids": [Command.set((mine | case.secret.initials).ids)],
            "dst_partner_id": mine.id,
        }
    )
    wizard.action_merge()
    return Count(len(case.secret.initials.sudo().exists()), 1)


@probe(ORM, people=EMPLOYEES)
def import_that_matches_by_name(env, case):
    result = env["res.partner"].load(
        ["name", "parent_id"], [["Mine", "Qyzzyx Holding"]]
    )
    found = env["res.partner"].browse(result["ids"] or []).parent_id
    return [Found("res.partner", found.ids), Count(bool(found), False)]


@probe(ORM, people=EMPLOYEES)
def import_that_matches_by_id(env, case):
    result = env["res.partner"].load(
        ["name", "parent_id/.id"], [["Mine", str(case.secret.client.id)]]
    )
    found = env["res.partner"].browse(result["ids"] or [])
    return [str(result["messages"]), Count(bool(found.parent_id), False)]


@probe(ORM, people=EMPLOYEES)
def import_of_a_workbook_with_its_number(env, case):
    row = {**CLIENT, "Client number*": case.secret.client.sudo().client_number}
    content = make_workbook([row])
    run = env["client.import"].create(
        {"file": base64.b64encode(content), "filename": "mine.xlsx"}
    )
    run.action_check()
    return run.line_ids.read(["name", "message", "level", "partner_id"])


@probe(ORM, people=EMPLOYEES)
def duplicate_warning_of_the_tax_id(env, case):
    mine = env["res.partner"].create(
        {"name": "Mine", "vat": case.secret.vat, "is_company": True}
    )
    return [
        Found("res.partner", mine.same_vat_partner_id.ids),
        str(mine.read(["same_vat_partner_id", "same_company_registry_partner_id"])),
    ]


@probe(ORM, people=EMPLOYEES)
def duplicate_warning_of_the_bank_account(env, case):
    mine = env["res.partner"].create({"name": "Mine"})
    bank = env["res.partner.bank"].create(
        {"acc_number": case.secret.bank.sudo().acc_number, "partner_id": mine.id}
    )
    return [
        Found("res.partner", bank.duplicate_bank_partner_ids.ids),
    ]


@probe(ORM, people=EMPLOYEES)
def contact_found_or_created_by_email(env, case):
    partner = env["res.partner"].find_or_create("paula@qyzzyx.example")
    return Found("res.partner", partner.ids)


@probe(ORM, people=EMPLOYEES)
def action_that_opens_it(env, case):
    client = case.secret.client.with_env(env)
    return [client.get_formview_action(), client.action_client_wall()]


@probe(ORM, people=EMPLOYEES)
def error_text_of_writing(env, case):
    client = case.secret.client.with_env(env)
    client.write({"ref": "mine"})
    return client.read(["name"])


@probe(ORM, people=EMPLOYEES)
def error_text_of_deleting(env, case):
    case.secret.subtask.with_env(env).unlink()
    return Count(len(case.secret.subtask.exists()), 1)


@probe(ORM, people=EMPLOYEES)
def wizard_of_the_history_report(env, case):
    wizard = env["client.report.wizard"].create(
        {"client_ids": [Command.set(case.secret.client.ids)]}
    )
    return Found("res.partner", wizard.client_ids.ids)


@probe(ORM, control="admin", people=EMPLOYEES)
def product_exclusively_priced(env, case):
    price = env["product.supplierinfo"].create(
        {
            "partner_id": case.secret.client.id,
            "product_tmpl_id": case.product.product_tmpl_id.id,
        }
    )
    return read_back(price)


@probe(ORM, people=EMPLOYEES)
def favourite_project(env, case):
    project = case.secret.project.with_env(env)
    project.write({"is_favorite": True})
    return project.read(["name"])


@probe(ORM, people=EMPLOYEES)
def rating_of_its_task(env, case):
    rating = env["rating.rating"].create(
        {
            "res_model_id": env["ir.model"].sudo()._get_id("project.task"),
            "res_id": case.secret.task.id,
            "rating": 5,
        }
    )
    return read_back(rating)


@probe(ORM, people=EMPLOYEES)
def timesheet_on_its_task(env, case):
    line = env["account.analytic.line"].create(
        {
            "name": "Mine",
            "project_id": case.secret.project.id,
            "task_id": case.secret.task.id,
            "unit_amount": 1,
            "employee_id": case.employee.id,
        }
    )
    return read_back(line)


@probe(ORM, people=EMPLOYEES)
def channel_with_its_contact(env, case):
    channel = env["discuss.channel"]._get_or_create_chat(case.secret.contact.ids)
    return [channel.name, channel.channel_member_ids.mapped("display_name")]


@probe(ORM, people=EMPLOYEES)
def contact_added_to_an_own_channel(env, case):
    channel = env["discuss.channel"].create({"name": "Mine", "channel_type": "group"})
    channel._add_members(partners=env["res.partner"].browse(case.secret.contact.ids))
    return channel.channel_member_ids.mapped("partner_id.name")
