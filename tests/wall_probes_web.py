"""Attempts over HTTP: calls, exports, reports, pictures and files."""

import json

from .wall_probes import EMPLOYEES, HTTP, probe
from .wall_probes_read import HINT
from .wall_scan import Count, Found

NAMED = {"display_name": {}}


# === CALLS === #


@probe(HTTP)
def call_search_read(web, case):
    return web.call("res.partner", "search_read", [["name", "ilike", HINT]], ["name"])


@probe(HTTP)
def call_web_search_read(web, case):
    return web.call(
        "sale.order",
        "web_search_read",
        domain=[],
        specification={"partner_id": {"fields": NAMED}, "amount_total": {}},
    )


@probe(HTTP)
def call_read_by_guessed_id(web, case):
    return web.call(
        "res.partner", "read", case.secret.partners.ids, ["name", "display_name"]
    )


@probe(HTTP)
def call_web_read_of_many(web, case):
    return [
        web.call(record._name, "web_read", record.ids[:1], specification=NAMED)
        for record in case.secret.documents()
    ]


@probe(HTTP)
def call_name_search(web, case):
    return [
        web.call(model, "name_search", HINT)
        for model in ("res.partner", "res.users", "project.task", "client.job")
    ]


@probe(HTTP)
def call_web_read_group(web, case):
    return web.call(
        "project.task",
        "web_read_group",
        [],
        ["partner_id"],
        ["__count"],
        auto_unfold=True,
        unfold_read_specification={"name": {}},
    )


@probe(HTTP, people=EMPLOYEES)
def call_onchange(web, case):
    return web.call(
        "sale.order",
        "onchange",
        [],
        {"partner_id": case.secret.client.id},
        ["partner_id"],
        {"partner_invoice_id": {"fields": NAMED}, "partner_id": {"fields": NAMED}},
    )


@probe(HTTP, people=EMPLOYEES)
def call_web_save(web, case):
    return web.call(
        "project.task",
        "web_save",
        [],
        {"name": "Mine", "partner_id": case.secret.client.id},
        specification={"partner_id": {"fields": NAMED}, "partner_phone": {}},
    )


@probe(HTTP, people=EMPLOYEES)
def call_get_formview_action(web, case):
    return [
        web.call("res.partner", "get_formview_action", case.secret.client.ids),
        web.call("res.partner", "action_client_wall", case.secret.client.ids),
    ]


@probe(HTTP)
def call_get_views_with_the_id_as_active(web, case):
    return [
        web.rpc(
            "/web/action/load",
            action_id="account.action_move_out_invoice_type",
            context={"active_id": case.secret.client.id},
        ),
        web.call(
            "res.partner", "web_read", case.secret.client.ids, specification=NAMED
        ),
    ]


@probe(HTTP)
def call_for_its_addresses(web, case):
    answer = web.call("res.partner", "address_get", case.secret.client.ids, ["invoice"])
    return Found("res.partner", list((answer.json().get("result") or {}).values()))


@probe(HTTP)
def error_of_a_button(web, case):
    return [
        web.rpc(
            "/web/dataset/call_button",
            model=record._name,
            method=method,
            args=[record.ids],
            kwargs={},
        )
        for record, method in (
            (case.secret.order, "action_preview_sale_order"),
            (case.secret.order, "action_view_invoice"),
            (case.secret.project, "action_view_tasks"),
            (case.secret.client, "action_view_sale_order"),
            (case.secret.job, "action_hold"),
        )
    ]


@probe(HTTP)
def api_json_search_read(web, case):
    return web.json2("res.partner", "search_read", domain=[], fields=["name"])


@probe(HTTP)
def api_json_read(web, case):
    return web.json2("res.partner", "read", ids=case.secret.client.ids, fields=["name"])


@probe(HTTP)
def api_json_search_count(web, case):
    answer = web.json2(
        "res.partner", "search_count", domain=[["name", "ilike", HINT]]
    ).json()
    return Count(answer if isinstance(answer, int) else 0)


@probe(HTTP)
def api_json_of_documents(web, case):
    return [
        web.json2(record._name, "read", ids=record.ids, fields=["display_name"])
        for record in case.secret.documents()
    ]


@probe(HTTP)
def api_xml_search_read(web, case):
    return web.xmlrpc("res.partner", "search_read", [], ["name", "vat"])


@probe(HTTP)
def api_xml_read(web, case):
    return web.xmlrpc("res.partner", "read", case.secret.contact.ids, ["name"])


@probe(HTTP)
def api_xml_read_group(web, case):
    return web.xmlrpc(
        "sale.order",
        "formatted_read_group",
        [],
        groupby=["partner_id"],
        aggregates=["amount_total:sum"],
    )


@probe(HTTP, people=EMPLOYEES)
def pages_as_json(web, case):
    return [
        case.url_open(f"/json/1/{path}", headers={"Authorization": f"bearer {web.key}"})
        for path in (
            f"res.partner/{case.secret.client.id}",
            "contacts?view_type=list&domain=[]&offset=0&limit=80",
        )
    ]


# === EXPORTS AND REPORTS === #


@probe(HTTP, people=EMPLOYEES)
def export_as_csv(web, case):
    return web.export("csv", "res.partner", ["name", "email", "bank_ids/acc_number"])


@probe(HTTP, people=EMPLOYEES)
def export_as_xlsx(web, case):
    return web.export("xlsx", "sale.order", ["name", "partner_id/name", "amount_total"])


@probe(HTTP, people=EMPLOYEES)
def export_of_chosen_ids(web, case):
    return web.export(
        "csv", "res.partner", ["name", "vat"], ids=case.secret.partners.ids
    )


@probe(HTTP, people=EMPLOYEES)
def export_grouped(web, case):
    return web.export(
        "xlsx",
        "project.task",
        ["name", "partner_id"],
        groupby=["partner_id"],
        import_compat=False,
    )


@probe(HTTP, people=EMPLOYEES)
def export_through_a_relation(web, case):
    return web.export(
        "csv",
        "project.task",
        ["name", "depend_on_ids/name", "message_ids/email_from"],
        ids=case.task.ids,
    )


REPORTS = (
    ("sale.report_saleorder", "order"),
    ("account.report_invoice", "invoice"),
    ("account.report_invoice_with_payments", "invoice"),
    ("client_hub.report_contract", "contract"),
    ("client_hub.report_budget", "budget"),
    ("client_hub.report_piece_approval", "piece"),
    ("hr_timesheet.report_timesheet_task", "task"),
    ("hr_timesheet.report_timesheet_project", "project"),
)


@probe(HTTP)
def reports_as_pages(web, case):
    return [
        web.get(f"/report/html/{name}/{getattr(case.secret, attribute).id}")
        for name, attribute in REPORTS
    ]


@probe(HTTP)
def reports_as_pdf(web, case):
    return [
        web.get(f"/report/pdf/{name}/{getattr(case.secret, attribute).id}")
        for name, attribute in REPORTS[:3]
    ]


@probe(HTTP, people=EMPLOYEES)
def report_download(web, case):
    url = f"/report/pdf/sale.report_saleorder/{case.secret.order.id}"
    return web.post(
        "/report/download", {"data": json.dumps([url, "qweb-pdf"]), "context": "{}"}
    )


@probe(HTTP)
def invoice_documents_to_download(web, case):
    invoice = case.secret.invoice.id
    return [
        web.get(f"/account/download_invoice_documents/{invoice}/pdf?allow_fallback=1"),
        web.get(f"/account/download_move_attachments/{invoice}"),
    ]


@probe(HTTP)
def invoice_attachments_to_download(web, case):
    files = case.secret.files.filtered(lambda file: file.res_model == "account.move")
    return web.get(f"/account/download_invoice_attachments/{files.id}")


@probe(HTTP, people=EMPLOYEES)
def business_card(web, case):
    return web.get(f"/web_enterprise/partner/{case.secret.client.id}/vcard")


@probe(HTTP, people=EMPLOYEES)
def business_cards(web, case):
    ids = ",".join(map(str, case.secret.partners.ids))
    return web.get(f"/web/partner/vcard?partner_ids={ids}")


@probe(HTTP, people=EMPLOYEES)
def product_catalogue_of_its_order(web, case):
    answer = web.rpc(
        "/product/catalog/order_lines_info",
        res_model="sale.order",
        order_id=case.secret.quotation.id,
        product_ids=case.product.ids,
    )
    return answer


# === PICTURES AND FILES === #


@probe(HTTP)
def picture_of_the_client(web, case):
    return [
        web.get(f"/web/image/res.partner/{case.secret.client.id}/{name}")
        for name in ("avatar_128", "avatar_1024", "image_128", "image_1920")
    ]


@probe(HTTP)
def picture_drawn_from_the_name(web, case):
    return web.get(f"/web/image/res.partner/{case.secret.initials.id}/avatar_128")


@probe(HTTP)
def picture_of_the_contacts_user(web, case):
    return web.get(f"/web/image/res.users/{case.secret.portal_user.id}/avatar_128")


@probe(HTTP)
def picture_by_parameters(web, case):
    return web.get(
        f"/web/image?model=res.partner&id={case.secret.client.id}"
        "&field=image_256&width=20&height=20"
    )


@probe(HTTP)
def picture_as_content(web, case):
    return web.get(f"/web/content/res.partner/{case.secret.client.id}/image_1920")


@probe(HTTP)
def picture_of_the_author_of_a_message(web, case):
    message = case.secret.shared_message.id
    return [
        web.get(f"/mail/avatar/mail.message/{message}/author_avatar/50x50"),
        web.get(f"/web/image/mail.message/{message}/author_avatar"),
    ]


@probe(HTTP)
def picture_file(web, case):
    return web.get(f"/web/image/{case.secret.image_file.id}")


@probe(HTTP)
def files_by_id(web, case):
    return [web.get(f"/web/content/{file.id}") for file in case.secret.files]


@probe(HTTP)
def files_by_model_and_field(web, case):
    return [
        web.get(f"/web/content/ir.attachment/{file.id}/datas/x.txt?download=1")
        for file in case.secret.files[:4]
    ]


@probe(HTTP)
def files_with_a_wrong_token(web, case):
    token = case.open.files[0].sudo().access_token
    return [
        web.get(f"/web/content/{file.id}?access_token={token}")
        for file in case.secret.files
    ] + [web.get(f"/web/content/{case.secret.files[0].id}")]


@probe(HTTP)
def files_with_a_token_noted_earlier(web, case):
    return [
        web.get(f"/web/content/{id_}?access_token={token}")
        for id_, token in case.noted(web, "files")
    ]


@probe(HTTP)
def files_with_a_link_noted_earlier(web, case):
    return [
        web.get(f"/web/content/{id_}?access_token={token}")
        for id_, token in case.noted(web, "raw")
    ]


@probe(HTTP)
def files_in_an_archive(web, case):
    ids = ",".join(map(str, case.secret.files.ids))
    return web.post("/mail/attachment/zip", {"file_ids": ids, "zip_name": "x.zip"})


@probe(HTTP)
def files_of_a_piece_on_the_portal(web, case):
    piece, version = case.secret.piece, case.secret.version
    return [
        web.get(f"/my/pieces/{piece.id}/file/{file.id}")
        for file in version.sudo().attachment_ids
    ] + [web.get(f"/web/image/{file.id}") for file in version.sudo().attachment_ids]


@probe(HTTP, people=EMPLOYEES)
def file_information_for_the_editor(web, case):
    return [
        web.rpc(
            "/html_editor/get_image_info", src=f"/web/image/{case.secret.image_file.id}"
        ),
        web.get(f"/web/image/{case.secret.image_file.id}"),
    ]


@probe(HTTP, people=EMPLOYEES)
def file_modified_in_the_editor(web, case):
    return [
        web.rpc(f"/html_editor/modify_image/{file.id}", res_model="res.partner")
        for file in case.secret.image_file
    ] + [web.call("ir.attachment", "read", case.secret.image_file.ids, ["name"])]


@probe(HTTP, people=EMPLOYEES)
def upload_to_the_client(web, case):
    files = {"ufile": ("mine.txt", b"mine", "text/plain")}
    answer = web.post(
        "/web/binary/upload_attachment",
        {"model": "res.partner", "id": str(case.secret.client.id)},
        files=files,
    )
    return Count(b"mine.txt" in answer.content, False)


# === WHERE AM I === #


@probe(HTTP, people=EMPLOYEES)
def breadcrumbs(web, case):
    return web.rpc(
        "/web/action/load_breadcrumbs",
        actions=[
            {"model": record._name, "resId": record.id}
            for record in case.secret.documents()
        ]
        + [{"action": "contacts.action_contacts", "resId": case.secret.client.id}],
    )


@probe(HTTP, people=EMPLOYEES)
def preview_of_a_link(web, case):
    return [
        web.rpc(
            "/html_editor/link_preview_internal",
            preview_url=f"{case.base_url()}/odoo/{record._name}/{record.id}",
        )
        for record in case.secret.documents()
    ]


@probe(HTTP)
def page_of_the_web_client(web, case):
    return [
        web.get(f"/odoo/contacts/{case.secret.client.id}"),
        web.rpc("/web/session/get_session_info"),
        web.call("res.partner", "name_search", HINT),
    ]


@probe(HTTP, people=EMPLOYEES)
def search_panel_of_projects(web, case):
    return web.call(
        "project.task", "search_panel_select_range", "project_id", enable_counters=True
    )


@probe(HTTP, people=EMPLOYEES)
def hierarchy_of_contacts(web, case):
    return web.call(
        "res.partner",
        "hierarchy_read",
        [["id", "in", case.secret.partners.ids]],
        {"name": {}, "parent_id": {"fields": NAMED}},
        "parent_id",
    )
