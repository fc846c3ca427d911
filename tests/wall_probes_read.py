"""Attempts to find, count, group or name the client by reading."""

from .wall_probes import EMPLOYEES, ORM, probe
from .wall_scan import Count, Found

HINT = "Qyzz"


def search(env, model, domain=(), **options):
    """Return what a search brings, archived records as well."""
    Model = env[model].with_context(active_test=False)
    return Found(model, Model.search(list(domain), **options).ids)


def count(env, model, domain):
    """Return how many records of the client a search counts."""
    return Count(env[model].with_context(active_test=False).search_count(domain))


# === THE PARTNER === #


@probe(ORM)
def partner_name_search(env, case):
    return env["res.partner"].name_search(HINT)


@probe(ORM)
def partner_name_search_by_number(env, case):
    number = case.secret.client.client_number
    return Count(len(env["res.partner"].name_search(number)))


@probe(ORM)
def partner_name_search_by_vat(env, case):
    return Count(len(env["res.partner"].name_search("0477472701")))


@probe(ORM)
def partner_name_search_by_email(env, case):
    return Count(len(env["res.partner"].name_search("changed@qyzz")))


@probe(ORM)
def partner_web_name_search(env, case):
    return env["res.partner"].web_name_search(HINT, {"display_name": {}, "email": {}})


@probe(ORM)
def partner_web_search_read(env, case):
    return env["res.partner"].web_search_read(
        [("country_id.code", "=", "BE")], {"name": {}, "vat": {}, "parent_id": {}}
    )


@probe(ORM)
def partner_web_search_read_length(env, case):
    result = env["res.partner"].web_search_read([("name", "ilike", HINT)], {})
    return Count(result["length"])


@probe(ORM)
def partner_search_count_by_phone(env, case):
    return count(env, "res.partner", [("phone", "like", "99918273")])


@probe(ORM, people=EMPLOYEES)
def partner_search_by_phone_helper(env, case):
    return search(env, "res.partner", [("phone_mobile_search", "ilike", "99918273")])


@probe(ORM)
def partner_search_by_letters_of_the_name(env, case):
    return count(env, "res.partner", [("name", "=like", "Qyz%")])


@probe(ORM)
def partner_search_by_parent(env, case):
    return count(env, "res.partner", [("parent_id", "=", case.secret.client.id)])


@probe(ORM)
def partner_child_of(env, case):
    return count(env, "res.partner", [("id", "child_of", case.secret.client.ids)])


@probe(ORM)
def partner_parent_of_a_contact(env, case):
    return count(env, "res.partner", [("id", "parent_of", case.secret.contact.ids)])


@probe(ORM)
def partner_through_its_children(env, case):
    return count(env, "res.partner", [("child_ids.email", "like", "paula@qyzz")])


@probe(ORM)
def partner_read_group(env, case):
    groups = env["res.partner"].formatted_read_group(
        [("commercial_partner_id", "in", case.secret.client.ids)],
        ["commercial_partner_id"],
        ["__count"],
    )
    return [Count(len(groups)), str(groups)]


@probe(ORM)
def partner_group_by_country(env, case):
    groups = env["res.partner"].formatted_read_group(
        [("is_client", "=", True)], ["country_id"], ["__count", "name:array_agg"]
    )
    return groups


@probe(ORM)
def partner_web_read_group(env, case):
    return env["res.partner"].web_read_group(
        [], ["parent_id"], ["__count"], auto_unfold=True, unfold_read_specification={}
    )


@probe(ORM, people=EMPLOYEES)
def partner_group_by_account_manager(env, case):
    groups = env["res.partner"]._read_group(
        [("account_manager_id", "=", case.user_manager.id), ("city", "ilike", HINT)],
        ["account_manager_id"],
        ["__count"],
    )
    return Count(len(groups))


@probe(ORM)
def partner_search_panel_tags(env, case):
    return env["res.partner"].search_panel_select_range(
        "parent_id", enable_counters=True, expand=True
    )


@probe(ORM)
def partner_search_panel_counters(env, case):
    values = env["res.partner"].search_panel_select_multi_range(
        "country_id",
        enable_counters=True,
        comodel_domain=[("code", "=", "BE")],
        category_domain=[("name", "ilike", HINT)],
    )
    return Count(sum(value.get("__count", 0) for value in values["values"]))


@probe(ORM)
def partner_order_by_name(env, case):
    return search(env, "res.partner", [], order="name desc", limit=500)


@probe(ORM, people=EMPLOYEES)
def partner_export(env, case):
    return (
        env["res.partner"]
        .browse(case.secret.partners.ids)
        .export_data(["name", "email", "bank_ids/acc_number", "parent_id/name", ".id"])
    )


@probe(ORM)
def partner_read_contact(env, case):
    return case.secret.contact.with_env(env).read(["name", "email", "parent_id"])


@probe(ORM)
def partner_read_avatar(env, case):
    return case.secret.client.with_env(env).read(["avatar_128", "image_128"])


@probe(ORM)
def partner_display_name(env, case):
    return case.secret.client.with_env(env).display_name


@probe(ORM)
def partner_address_label(env, case):
    partner = case.secret.addresses[0].with_env(env)
    return partner.with_context(show_address=True, show_vat=True).display_name


@probe(ORM)
def partner_address_get(env, case):
    return Count(
        len(
            set(case.secret.client.with_env(env).address_get(["invoice"]).values())
            & set(case.secret.addresses.ids)
        )
    )


@probe(ORM)
def partner_field_search_by_tag(env, case):
    tag = case.tag.with_env(env)
    return Found("res.partner", tag.read(["partner_ids"])[0]["partner_ids"])


@probe(ORM, people=EMPLOYEES)
def tag_found_by_its_partners(env, case):
    return count(env, "res.partner.category", [("partner_ids.name", "ilike", HINT)])


@probe(ORM)
def country_found_by_its_partners(env, case):
    return count(env, "res.users", [("partner_id.city", "ilike", HINT)])


@probe(ORM)
def user_of_the_contact(env, case):
    return search(env, "res.users", [("login", "like", "paula@qyzz")])


@probe(ORM)
def user_name_search(env, case):
    return env["res.users"].name_search("Paula")


@probe(ORM)
def user_read(env, case):
    return case.secret.portal_user.with_env(env).read(["name", "login"])


@probe(ORM)
def bank_account_search(env, case):
    return search(env, "res.partner.bank", [("acc_number", "ilike", HINT)])


@probe(ORM, people=EMPLOYEES)
def bank_account_by_holder(env, case):
    return env["res.partner.bank"].web_search_read(
        [], {"display_name": {}, "partner_id": {"fields": {"display_name": {}}}}
    )


@probe(ORM)
def merge_wizard_groups(env, case):
    wizard = env["base.partner.merge.automatic.wizard"].create(
        {
            "group_by_name": False,
            "group_by_parent_id": True,
            "state": "option",
        }
    )
    wizard.action_start_manual_process()
    return wizard.sudo().partner_ids.mapped("name")


# === WHAT POINTS AT IT === #


@probe(ORM)
def order_group_by_customer(env, case):
    return env["sale.order"].formatted_read_group(
        [], ["partner_id"], ["amount_total:sum", "__count"]
    )


@probe(ORM)
def order_total_of_everything(env, case):
    return env["sale.order"].formatted_read_group([], [], ["amount_total:sum"])


@probe(ORM)
def order_filter_by_customer(env, case):
    return count(env, "sale.order", [("partner_id.name", "ilike", HINT)])


@probe(ORM)
def order_line_group_by_order(env, case):
    return env["sale.order.line"].formatted_read_group(
        [], ["order_id"], ["price_subtotal:sum"]
    )


@probe(ORM)
def invoice_group_by_customer(env, case):
    return env["account.move"].formatted_read_group(
        [], ["partner_id"], ["amount_total:sum"]
    )


@probe(ORM)
def invoice_filter_by_customer(env, case):
    return count(env, "account.move", [("commercial_partner_id.vat", "=like", "BE04%")])


@probe(ORM)
def journal_item_group_by_partner(env, case):
    return env["account.move.line"].formatted_read_group(
        [], ["partner_id", "move_id"], ["balance:sum"]
    )


@probe(ORM)
def journal_entry_with_one_line_of_the_client(env, case):
    return search(env, "account.move", [("ref", "ilike", HINT)])


@probe(ORM)
def project_search(env, case):
    return search(env, "project.project", [("name", "ilike", HINT)])


@probe(ORM)
def task_group_by_customer(env, case):
    return env["project.task"].formatted_read_group(
        [], ["partner_id", "project_id"], ["__count"]
    )


@probe(ORM)
def task_in_a_shared_project(env, case):
    return search(env, "project.task", [("project_id", "=", case.project.id)])


@probe(ORM, people=EMPLOYEES)
def task_search_panel(env, case):
    return env["project.task"].search_panel_select_range(
        "project_id", enable_counters=True
    )


@probe(ORM, people=EMPLOYEES)
def task_that_a_visible_task_waits_for(env, case):
    return case.task.with_env(env).web_read(
        {"depend_on_ids": {"fields": {"display_name": {}}}, "depend_on_count": {}}
    )


@probe(ORM, people=EMPLOYEES)
def timesheets_group_by_task(env, case):
    return env["account.analytic.line"].formatted_read_group(
        [("project_id", "!=", False)], ["task_id"], ["unit_amount:sum"]
    )


@probe(ORM, people=EMPLOYEES)
def analytic_lines_of_a_shared_account(env, case):
    return search(env, "account.analytic.line", [("account_id", "=", case.analytic.id)])


@probe(ORM, people=EMPLOYEES)
def analytic_account_search(env, case):
    return env["account.analytic.account"].name_search(HINT)


@probe(ORM)
def supplier_prices(env, case):
    return env["product.supplierinfo"].web_search_read(
        [], {"partner_id": {"fields": {"display_name": {}}}, "price": {}}
    )


@probe(ORM, people=EMPLOYEES)
def supplier_prices_of_a_product(env, case):
    return case.product.with_env(env).read(["seller_ids", "variant_seller_ids"]) + [
        case.product.with_env(env).seller_ids.mapped("display_name")
    ]


@probe(ORM)
def product_found_by_the_suppliers_code(env, case):
    products = env["product.product"].with_context(partner_id=case.secret.client.id)
    return Count(len(products.name_search("Qyzzyx-CO")))


@probe(ORM, people=EMPLOYEES)
def product_named_as_the_supplier_calls_it(env, case):
    product = case.product.with_env(env)
    return product.with_context(partner_id=case.secret.client.id).display_name


@probe(ORM, people=EMPLOYEES)
def payment_search(env, case):
    return [
        search(env, "account.payment", []),
        search(env, "account.bank.statement.line", []),
    ]


@probe(ORM)
def payment_transactions(env, case):
    return search(env, "payment.transaction", [("reference", "like", HINT)])


@probe(ORM, people=EMPLOYEES)
def payment_tokens(env, case):
    return search(env, "payment.token", [])


@probe(ORM)
def letters_by_post(env, case):
    return search(env, "snailmail.letter", [])


@probe(ORM)
def mail_aliases(env, case):
    return [search(env, "mail.alias", [("alias_name", "=like", "qyzz%")])]


@probe(ORM, people=EMPLOYEES)
def collaborators_of_a_project(env, case):
    return search(env, "project.collaborator", [])


@probe(ORM)
def milestones_and_updates(env, case):
    return [search(env, "project.milestone", []), search(env, "project.update", [])]


@probe(ORM)
def ratings(env, case):
    return env["rating.rating"].web_search_read(
        [], {"res_name": {}, "feedback": {}, "partner_id": {}}
    )
