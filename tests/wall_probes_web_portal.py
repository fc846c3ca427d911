"""Attempts over HTTP on the portal's pages, with guessed ids and noted tokens."""

from .wall_probes import HTTP, probe

LISTS = (
    "/my",
    "/my/orders",
    "/my/quotes",
    "/my/invoices",
    "/my/projects",
    "/my/tasks",
    "/my/timesheets",
    "/my/contracts",
    "/my/jobs",
    "/my/pieces",
    "/my/addresses",
    "/my/account",
    "/my/payment_method",
    "/my/invoices/overdue",
)


@probe(HTTP, control="client")
def pages_of_documents(web, case):
    return [web.get(url) for url in case.secret.portal_urls()]


@probe(HTTP, control="client")
def pages_of_documents_with_a_wrong_token(web, case):
    token = case.open.order.sudo()._portal_ensure_token()
    return [web.get(f"{url}?access_token={token}") for url in case.secret.portal_urls()]


@probe(HTTP, control="client")
def pages_of_documents_with_an_empty_token(web, case):
    return [web.get(f"{url}?access_token=") for url in case.secret.portal_urls()]


@probe(HTTP, control="client")
def pages_of_documents_as_files(web, case):
    return [
        web.get(f"{url}?report_type={kind}")
        for url in case.secret.portal_urls()
        for kind in ("html", "pdf")
    ]


@probe(HTTP)
def pages_with_a_token_noted_earlier(web, case):
    return [
        web.get(f"{record.access_url}?access_token={token}")
        for record, token in case.noted(web, "documents")
    ]


@probe(HTTP, control="client")
def links_of_mails_with_a_token_noted_earlier(web, case):
    return [
        case.url_open(
            f"/mail/view?model={record._name}&res_id={record.id}&access_token={token}"
        )
        for record, token in case.noted(web, "documents")
    ]


@probe(HTTP, people=("former",), control="client")
def pages_as_a_visitor_with_a_token_noted_earlier(web, case):
    with web.logged_out():
        return [
            web.get(f"{record.access_url}?access_token={token}")
            for record, token in case.noted(web, "documents")
        ]


@probe(HTTP, people=("former",), control="client")
def files_as_a_visitor_with_a_token_noted_earlier(web, case):
    with web.logged_out():
        return [
            web.get(f"/web/content/{id_}?access_token={token}")
            for id_, token in case.noted(web, "files")
        ]


@probe(HTTP, control="client")
def lists_of_the_portal(web, case):
    return [web.get(url) for url in LISTS]


@probe(HTTP, control="client")
def lists_of_the_portal_searched(web, case):
    return [
        web.get(f"{url}?search=Qyz&search_in=all&groupby=client&sortby=name")
        for url in LISTS[1:10]
    ]


@probe(HTTP, people=("portal",), control="client")
def numbers_on_the_portals_home(web, case):
    names = [
        "quotation_count",
        "order_count",
        "invoice_count",
        "project_count",
        "task_count",
    ]
    # one quotation of the open client is a draft, which portal users don't see
    return [web.rpc("/my/counters", counters=names), *map(web.get, LISTS[1:4])]


@probe(HTTP, people=("portal",), control="client")
def link_of_a_document_by_call(web, case):
    return [
        web.call(record._name, "get_portal_url", record.ids)
        for record in case.secret.portal_documents()
    ] + [web.get(url) for url in case.secret.portal_urls()]


@probe(HTTP, people=("portal",), control="client")
def subtasks_and_shared_project(web, case):
    project, task = case.secret.project.id, case.secret.task.id
    return [
        web.get(f"/my/projects/{project}"),
        web.get(f"/my/projects/{project}/task/{task}"),
        web.get(f"/my/projects/{project}/task/{task}/subtasks"),
        web.get(f"/my/projects/{project}/project_sharing"),
    ]


@probe(HTTP, people=("portal",), control="client")
def address_of_the_client(web, case):
    return [
        web.get(f"/my/address?partner_id={partner.id}")
        for partner in case.secret.partners
    ]


@probe(HTTP, people=("portal",), control="client")
def wizard_of_a_request(web, case):
    return [
        web.get(f"/my/jobs/new?client_id={case.secret.client.id}"),
        web.get(f"/my/jobs/{case.secret.job.id}/edit"),
        web.get(f"/my/jobs/{case.secret.job.id}"),
    ]
