"""Attempts to learn by writing: point at the client, then look what comes back."""

import base64

from odoo.fields import Command

from .test_client_workbook import CLIENT, make_workbook
from .wall_probes import EMPLOYEES, ORM, probe
from .wall_scan import Count, Found, describe


def read_back(record):
    """Return all that a person reads of a record of his own, after a new start."""
    record.env.flush_all()
    record.env.invalidate_all()
    values = []
    for name, field in record._fields.items():
        if field.type == "binary":
            continue
        try:
            values.append(record.read([name]))
        except Exception as error:  # its text is what people see
            values.append(describe(error).decode())
    return values


def onchange(Model, **values):
    """Return what a form shows when somebody chose these values."""
    spec = {
        name: {"fields": {"display_name": {}}} if field.relational else {}
        for name, field in Model._fields.items()
        if Model._has_field_access(field, "read") and field.type != "properties"
    }
    return Model.onchange(values, list(values), spec)


@probe(ORM, people=EMPLOYEES)
def onchange_of_an_order(env, case):
    return onchange(env["sale.order"], partner_id=case.secret.client.id)


@probe(ORM, people=EMPLOYEES)
def onchange_of_an_invoice(env, case):
    invoices = env["account.move"].with_context(default_move_type="out_invoice")
    return onchange(invoices, partner_id=case.secret.client.id)


@probe(ORM, people=EMPLOYEES)
def onchange_of_a_task(env, case):
    return [
        onchange(env["project.task"], **{name: record.id})
        for name, record in (
            ("partner_id", case.secret.client),
            ("project_id", case.secret.project),
            ("parent_id", case.secret.task),
        )
    ]


@probe(ORM, people=EMPLOYEES)
def onchange_of_a_contacts_parent(env, case):
    return onchange(env["res.partner"], parent_id=case.secret.client.id)


@probe(ORM, people=EMPLOYEES)
def onchange_of_many_records(env, case):
    shown = onchange(
        env["project.task"],
        name="Mine",
        depend_on_ids=[Command.link(case.secret.task.id)],
    )
    return Count(shown["value"].get("depend_on_count", 0))


@probe(ORM, people=EMPLOYEES)
def onchange_of_a_mail(env, case):
    return onchange(
        env["mail.compose.message"],
        model="sale.order",
        res_ids=str(case.secret.order.ids),
        composition_mode="comment",
    )


@probe(ORM, people=EMPLOYEES)
def onchange_of_a_payment_link(env, case):
    context = {"active_model": "sale.order", "active_id": case.secret.order.id}
    wizard = env["payment.link.wizard"].with_context(**context)
    return wizard.default_get(list(wizard._fields))


@probe(ORM, people=EMPLOYEES)
def default_of_an_order(env, case):
    orders = env["sale.order"].with_context(default_partner_id=case.secret.client.id)
    return orders.onchange({}, [], {"partner_id": {"fields": {"display_name": {}}}})


@probe(ORM, people=EMPLOYEES)
def default_of_a_task_in_a_project(env, case):
    tasks = env["project.task"].with_context(default_project_id=case.secret.project.id)
    return [
        tasks.default_get(["project_id", "partner_id", "company_id"]),
        tasks.onchange({}, [], {"project_id": {"fields": {"display_name": {}}}}),
    ]


@probe(ORM, people=EMPLOYEES)
def default_of_a_mail_on_a_document(env, case):
    composer = env["mail.compose.message"].with_context(
        default_model="res.partner",
        default_res_ids=case.secret.client.ids,
        default_composition_mode="comment",
    )
    return read_back(composer.create({}))


@probe(ORM, people=EMPLOYEES)
def default_of_a_meeting(env, case):
    events = env["calendar.event"].with_context(
        active_model="res.partner",
        active_id=case.secret.client.id,
        default_res_model="res.partner",
        default_res_id=case.secret.client.id,
        default_partner_ids=case.secret.contact.ids,
    )
    return events.onchange(
        {},
        [],
        {
            "name": {},
            "res_id": {},
            "partner_ids": {"fields": {"display_name": {}, "email": {}}},
        },
    )


@probe(ORM, people=EMPLOYEES)
def default_of_a_wizard(env, case):
    context = {
        "active_model": "res.partner",
        "active_id": case.secret.client.id,
        "active_ids": case.secret.partners.ids,
    }
    results = []
    for model in (
        "base.partner.merge.automatic.wizard",
        "portal.wizard",
        "sms.composer",
        "mail.activity.schedule",
    ):
        wizard = env[model].with_context(**context)
        try:
            record = wizard.create({})
            results.append(record.sudo().read())
        except Exception as error:  # its text is what people see
            results.append(describe(error).decode())
    return results


@probe(ORM, people=EMPLOYEES)
def order_created_for_the_client(env, case):
    return read_back(env["sale.order"].create({"partner_id": case.secret.client.id}))


@probe(ORM, people=EMPLOYEES)
def order_moved_to_the_client(env, case):
    order = env["sale.order"].create({"partner_id": case.open.client.id})
    order.write({"partner_shipping_id": case.secret.addresses[1].id})
    return read_back(order)


@probe(ORM, people=EMPLOYEES)
def task_created_for_the_client(env, case):
    values = {"name": "Mine", "partner_id": case.secret.client.id}
    return read_back(env["project.task"].create({**values, "user_ids": [env.uid]}))


@probe(ORM, people=EMPLOYEES)
def task_created_in_its_project(env, case):
    values = {"name": "Mine", "project_id": case.secret.project.id}
    return read_back(env["project.task"].create({**values, "user_ids": [env.uid]}))


@probe(ORM, people=EMPLOYEES)
def subtask_created_below_its_task(env, case):
    values = {"name": "Mine", "parent_id": case.secret.task.id}
    task = env["project.task"].create({**values, "user_ids": [env.uid]})
    return read_back(task) + [task.sudo().parent_id.name]


@probe(ORM, people=EMPLOYEES)
def own_task_waits_for_its_task(env, case):
    task = case.own_task.with_env(env)
    task.write({"depend_on_ids": [Command.link(case.secret.task.id)]})
    return [Found("project.task", task.depend_on_ids.ids), read_back(task)]


@probe(ORM, people=EMPLOYEES)
def its_task_taken_over(env, case):
    task = case.own_task.with_env(env)
    task.write({"child_ids": [Command.link(case.secret.task.id)]})
    return read_back(case.secret.task.with_env(env))


@probe(ORM, people=EMPLOYEES)
def project_created_for_the_client(env, case):
    values = {"name": "Mine", "partner_id": case.secret.client.id}
    return read_back(env["project.project"].create(values))


@probe(ORM, people=EMPLOYEES)
def project_on_its_analytic_account(env, case):
    values = {"name": "Mine", "account_id": case.secret.analytic.id}
    return read_back(env["project.project"].create(values))


@probe(ORM, people=EMPLOYEES)
def contact_created_below_the_client(env, case):
    values = {"name": "Mine", "parent_id": case.secret.client.id}
    return read_back(env["res.partner"].create(values))


@probe(ORM, people=EMPLOYEES)
def contact_taken_over(env, case):
    mine = env["res.partner"].create({"name": "Mine", "is_company": True})
    mine.write({"child_ids": [Command.link(case.secret.contact.id)]})
    return read_back(mine) + [read_back(case.secret.contact.with_env(env))]


@probe(ORM, people=EMPLOYEES)
def bank_account_for_the_client(env, case):
    values = {"acc_number": "MINE 1", "partner_id": case.secret.client.id}
    return read_back(env["res.partner.bank"].create(values))


@probe(ORM, control="admin", people=EMPLOYEES)
def user_for_its_contact(env, case):
    values = {"login": "mine@x.example", "partner_id": case.secret.initials.id}
    return read_back(env["res.users"].create(values))


@probe(ORM, people=EMPLOYEES)
def meeting_with_its_contact(env, case):
    values = {
        "name": "Mine",
        "start": "2099-01-01 10:00:00",
        "stop": "2099-01-01 11:00:00",
        "partner_ids": [Command.set(case.secret.contact.ids)],
    }
    event = env["calendar.event"].with_context(no_mail_to_attendees=True).create(values)
    return read_back(event) + event.attendee_ids.read()


@probe(ORM, people=EMPLOYEES)
def meeting_about_the_client(env, case):
    values = {
        "name": "Mine",
        "start": "2099-01-01 10:00:00",
        "stop": "2099-01-01 11:00:00",
        "res_model_id": env["ir.model"].sudo()._get_id("res.partner"),
        "res_id": case.secret.client.id,
    }
    event = env["calendar.event"].create(values)
    return Count(event.res_id == case.secret.client.id, False)


@probe(ORM, people=EMPLOYEES)
def activity_on_the_client(env, case):
    values = {
        "res_model_id": env["ir.model"].sudo()._get_id("res.partner"),
        "res_id": case.secret.client.id,
        "user_id": env.uid,
    }
    activity = env["mail.activity"].create(values)
    return read_back(activity) + activity.activity_format().get("mail.activity", [])


@probe(ORM, people=EMPLOYEES)
def attachment_on_the_client(env, case):
    file = env["ir.attachment"].create({"name": "mine.txt", "raw": b"mine"})
    file.write({"res_model": "res.partner", "res_id": case.secret.client.id})
    return read_back(file)


@probe(ORM, control="admin", people=EMPLOYEES)
def follower_of_the_client(env, case):
    follower = env["mail.followers"].create(
        {
            "res_model": "res.partner",
            "res_id": case.secret.client.id,
            "partner_id": env.user.partner_id.id,
        }
    )
    return read_back(follower) + case.secret.client.with_env(env).read(["name"])


@probe(ORM, people=EMPLOYEES)
def contact_made_follower_of_an_own_task(env, case):
    task = case.own_task.with_env(env)
    task.message_subscribe(case.secret.contact.ids)
    return [
        Found("res.partner", task.message_partner_ids.ids),
        task.message_get_followers(),
    ]


@probe(ORM, people=EMPLOYEES)
def subscribing_oneself(env, case):
    client = case.secret.client.with_env(env)
    client.message_subscribe(env.user.partner_id.ids)
    return client.read(["name"])


@probe(ORM)
def posting_on_the_client(env, case):
    message = case.secret.client.with_env(env).message_post(body="Hello")
    return message.read()


@probe(ORM, people=EMPLOYEES)
def posting_to_its_contact_on_an_own_task(env, case):
    message = case.own_task.with_env(env).message_post(
        body="Hello", partner_ids=case.secret.contact.ids
    )
    return message.read() + message.notification_ids.read()


@probe(ORM, people=EMPLOYEES)
def answering_its_message(env, case):
    message = env["mail.message"].create(
        {
            "model": "project.task",
            "res_id": case.own_task.id,
            "body": "Hello",
            "parent_id": case.secret.message.id,
        }
    )
    return read_back(message) + message.parent_id.read(["body"])


@probe(ORM, people=EMPLOYEES)
def its_file_on_an_own_message(env, case):
    message = case.own_task.with_env(env).message_post(
        body="Hello", attachment_ids=case.secret.files.ids[:1]
    )
    return message.attachment_ids.read(["name", "raw"])


@probe(ORM, people=EMPLOYEES)
def composer_with_a_template(env, case):
    template = env.ref("sale.email_template_edi_sale")
    composer = env["mail.compose.message"].create(
        {
            "model": "sale.order",
            "res_ids": str(case.secret.order.ids),
            "template_id": template.id,
            "composition_mode": "comment",
        }
    )
    return read_back(composer)


@probe(ORM, people=EMPLOYEES)
def composer_to_its_contact(env, case):
    composer = env["mail.compose.message"].create(
        {
            "model": "project.task",
            "res_ids": str(case.own_task.ids),
            "partner_ids": [Command.set(case.secret.contact.ids)],
            "body": "x",
        }
    )
    return [
        Found("res.partner", composer.read(["partner_ids"])[0]["partner_ids"]),
        composer.web_read({"partner_ids": {"fields": {"display_name": {}}}}),
    ]


@probe(ORM, people=EMPLOYEES)
def template_preview(env, case):
    template = env.ref("sale.email_template_edi_sale")
    preview = env["mail.template.preview"].create(
        {
            "mail_template_id": template.id,
            "resource_ref": f"sale.order,{case.secret.order.id}",
        }
    )
    return read_back(preview)


@probe(ORM, people=EMPLOYEES)
def copy_of_its_order(env, case):
    return read_back(case.secret.order.with_env(env).copy())


@probe(ORM, people=EMPLOYEES)
def copy_of_its_task(env, case):
    return read_back(case.secret.task.with_env(env).copy())


@probe(ORM, people=EMPLOYEES)
def copy_of_the_client(env, case):
    return read_back(case.secret.client.with_env(env).copy())


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
