"""Attempts over HTTP on messages, chats, activities and the portal's pages."""

from .wall_probes import EMPLOYEES, HTTP, probe
from .wall_probes_read import HINT
from .wall_scan import Count, Found

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


def message_ids(answer):
    """Return the ids in the answer of a route that fetches messages."""
    return Found("mail.message", answer.json().get("result", {}).get("messages", []))


# === THREADS === #


@probe(HTTP)
def thread_messages(web, case):
    return [
        web.rpc("/mail/thread/messages", thread_model=record._name, thread_id=record.id)
        for record in case.secret.documents()
    ]


@probe(HTTP)
def thread_messages_searched(web, case):
    return web.rpc(
        "/mail/thread/messages",
        thread_model="res.partner",
        thread_id=case.secret.client.id,
        fetch_params={"search_term": HINT, "limit": 5},
    )


@probe(HTTP)
def thread_of_a_visible_task(web, case):
    return web.rpc(
        "/mail/thread/messages", thread_model="project.task", thread_id=case.task.id
    )


@probe(HTTP)
def thread_data(web, case):
    lists = ["activities", "attachments", "followers", "scheduledMessages"]
    return [
        web.rpc(
            "/mail/data",
            fetch_params=[
                [
                    "mail.thread",
                    {
                        "thread_model": record._name,
                        "thread_id": record.id,
                        "request_list": [*lists, "suggestedRecipients"],
                    },
                ]
            ],
        )
        for record in (*case.secret.documents(), case.task, case.own_task)
    ]


@probe(HTTP)
def messaging_at_start(web, case):
    return web.rpc(
        "/mail/data",
        fetch_params=["init_messaging", "failures", "channels_as_member"],
        context={"allowed_company_ids": case.company.ids},
    )


@probe(HTTP, people=EMPLOYEES)
def activities_of_the_systray(web, case):
    return [
        web.rpc("/mail/data", fetch_params=["systray_get_activities"]),
        web.call("mail.activity", "search_read", [["summary", "ilike", HINT]]),
    ]


@probe(HTTP, people=EMPLOYEES)
def card_of_a_person(web, case):
    return web.rpc(
        "/mail/data",
        fetch_params=[
            ["avatar_card", {"id": case.secret.contact.id, "model": "res.partner"}],
            ["avatar_card", {"id": case.secret.portal_user.id, "model": "res.users"}],
        ],
    )


@probe(HTTP)
def recipients_of_a_thread(web, case):
    return [
        web.rpc(
            "/mail/thread/recipients", thread_model=record._name, thread_id=record.id
        )
        for record in case.secret.documents()
    ]


@probe(HTTP)
def recipients_suggested_for_a_thread(web, case):
    route = "/mail/thread/recipients/get_suggested_recipients"
    return [
        web.rpc(route, thread_model=record._name, thread_id=record.id)
        for record in case.secret.documents()
    ]


@probe(HTTP, people=EMPLOYEES)
def recipients_added_to_a_visible_thread(web, case):
    route = "/mail/thread/recipients/get_suggested_recipients"
    return web.rpc(
        route,
        thread_model="project.task",
        thread_id=case.own_task.id,
        partner_ids=case.secret.initials.ids,
    )


@probe(HTTP, people=EMPLOYEES)
def recipient_by_message(web, case):
    return web.rpc(
        "/mail/thread/recipients",
        thread_model="project.task",
        thread_id=case.own_task.id,
        message_id=case.secret.own_message.id,
    )


@probe(HTTP, people=EMPLOYEES)
def person_by_email(web, case):
    answer = web.rpc(
        "/mail/partner/from_email",
        thread_model="project.task",
        thread_id=case.own_task.id,
        emails=["paula@qyzzyx.example"],
    )
    found = answer.json().get("result") or []
    return Found("res.partner", [partner["id"] for partner in found])


@probe(HTTP, people=EMPLOYEES)
def subscription_of_a_follower(web, case):
    followers = case.env["mail.followers"].search(
        [("res_model", "=", "res.partner"), ("res_id", "=", case.secret.client.id)]
    )
    answer = web.rpc("/mail/read_subscription_data", follower_id=followers[:1].id)
    return Count("result" in answer.json(), False)


@probe(HTTP)
def post_on_the_client(web, case):
    return web.rpc(
        "/mail/message/post",
        thread_model="res.partner",
        thread_id=case.secret.client.id,
        post_data={"body": "Hello", "message_type": "comment"},
    )


@probe(HTTP, people=EMPLOYEES)
def post_to_its_contact(web, case):
    return web.rpc(
        "/mail/message/post",
        thread_model="project.task",
        thread_id=case.own_task.id,
        post_data={
            "body": "Hello",
            "message_type": "comment",
            "partner_ids": case.secret.contact.ids,
        },
    )


@probe(HTTP, people=EMPLOYEES)
def post_with_its_file(web, case):
    return web.rpc(
        "/mail/message/post",
        thread_model="project.task",
        thread_id=case.own_task.id,
        post_data={"body": "Hello", "attachment_ids": case.secret.files.ids[:2]},
    )


@probe(HTTP, control="manager")
def change_of_a_message(web, case):
    return web.rpc(
        "/mail/message/update_content",
        message_id=case.secret.message.id,
        update_data={"body": "", "attachment_ids": []},
    )


@probe(HTTP)
def reaction_to_a_message(web, case):
    answer = web.rpc(
        "/mail/message/reaction",
        message_id=case.secret.message.id,
        content="👍",
        action="add",
    )
    return Count("result" in answer.json(), False)


@probe(HTTP, people=EMPLOYEES)
def star_on_a_message(web, case):
    return [
        web.call("mail.message", "toggle_message_starred", case.secret.note.ids),
        web.rpc("/mail/starred/messages"),
    ]


@probe(HTTP, people=EMPLOYEES)
def follow_the_client(web, case):
    user = case.env["res.users"].search([("login", "=", web.login)])
    return [
        web.rpc(
            f"/mail/thread/{what}subscribe",
            res_model="res.partner",
            res_id=case.secret.client.id,
            partner_ids=user.partner_id.ids,
        )
        for what in ("", "un")
    ]


@probe(HTTP)
def upload_into_a_thread(web, case):
    answer = web.post(
        "/mail/attachment/upload",
        {"thread_model": "res.partner", "thread_id": str(case.secret.client.id)},
        files={"ufile": ("mine.txt", b"mine", "text/plain")},
    )
    return Count(b"mine.txt" in answer.content, False)


@probe(HTTP)
def pdf_page_of_a_file(web, case):
    return [
        web.get(f"/mail/attachment/pdf_first_page/{case.secret.files[0].id}"),
        web.get(f"/web/content/{case.secret.files[0].id}"),
    ]


# === MAILBOXES === #


@probe(HTTP, people=EMPLOYEES)
def inbox(web, case):
    return message_ids(web.rpc("/mail/inbox/messages"))


@probe(HTTP, people=EMPLOYEES)
def inbox_text(web, case):
    return web.rpc("/mail/inbox/messages")


@probe(HTTP, people=EMPLOYEES)
def history_mailbox(web, case):
    return [message_ids(answer := web.rpc("/mail/history/messages")), answer]


@probe(HTTP, people=EMPLOYEES)
def starred_mailbox(web, case):
    return [message_ids(answer := web.rpc("/mail/starred/messages")), answer]


@probe(HTTP)
def link_to_a_message(web, case):
    answer = web.get(f"/mail/message/{case.secret.message.id}")
    return [
        Count(f"{case.secret.client.id}" in answer.headers.get("Location", ""), False),
        answer,
    ]


@probe(HTTP)
def link_of_a_mail(web, case):
    return [
        web.get(f"/mail/view?model={record._name}&res_id={record.id}")
        for record in case.secret.documents()
    ] + [web.call("res.partner", "read", case.secret.client.ids, ["name"])]


@probe(HTTP, control="client")
def chatter_of_the_portal(web, case):
    return [
        web.rpc("/mail/chatter_fetch", thread_model=record._name, thread_id=record.id)
        for record in case.secret.portal_documents()
    ]


@probe(HTTP, control="client")
def chatter_of_the_portal_at_start(web, case):
    return [
        web.rpc("/portal/chatter_init", thread_model=record._name, thread_id=record.id)
        for record in case.secret.portal_documents()
    ] + [
        web.rpc("/mail/chatter_fetch", thread_model=record._name, thread_id=record.id)
        for record in case.secret.portal_documents()
    ]


@probe(HTTP)
def making_a_note_public(web, case):
    return [
        web.rpc(
            "/mail/update_is_internal",
            message_id=case.secret.note.id,
            is_internal=False,
        ),
        web.call("mail.message", "read", case.secret.note.ids, ["body"]),
    ]


# === CHATS AND MEETINGS === #


@probe(HTTP)
def chat_messages(web, case):
    channel = case.secret.channel.id
    return [
        web.rpc("/discuss/channel/messages", channel_id=channel),
        web.rpc("/discuss/channel/attachments", channel_id=channel),
        web.rpc("/discuss/channel/members", channel_id=channel, known_member_ids=[]),
        web.rpc("/discuss/channel/pinned_messages", channel_id=channel),
    ]


@probe(HTTP, people=EMPLOYEES)
def chat_search(web, case):
    return [
        web.rpc("/discuss/search", term="Paula"),
        web.call("res.partner", "get_mention_suggestions", "Paula"),
    ]


@probe(HTTP, people=EMPLOYEES)
def chat_page(web, case):
    return [
        web.get(f"/discuss/channel/{case.secret.channel.id}"),
        web.rpc("/discuss/channel/messages", channel_id=case.secret.channel.id),
    ]


@probe(HTTP, people=EMPLOYEES)
def chat_with_its_contact(web, case):
    channel = web.call(
        "discuss.channel", "_get_or_create_chat", case.secret.contact.ids
    )
    created = web.call(
        "discuss.channel", "create", [{"name": "Mine", "channel_type": "group"}]
    )
    ids = created.json().get("result") or [0]
    return [
        channel,
        web.call(
            "discuss.channel", "add_members", ids, partner_ids=case.secret.contact.ids
        ),
        web.rpc("/discuss/channel/members", channel_id=ids[0], known_member_ids=[]),
    ]


@probe(HTTP)
def news_of_the_bus(web, case):
    return [
        web.rpc(
            "/websocket/peek_notifications",
            channels=[
                f"res.partner_{case.secret.client.id}",
                f"mail.record/res.partner/{case.secret.client.id}",
            ],
            last=0,
        ),
        web.call("res.partner", "read", case.secret.client.ids, ["name"]),
    ]


@probe(HTTP, people=EMPLOYEES)
def meetings_of_a_month(web, case):
    return web.call(
        "calendar.event",
        "search_read",
        [],
        ["display_name", "partner_ids", "attendee_ids"],
    )


# === THE PORTAL'S PAGES === #


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
            for kind in ("files", "raw")
            for id_, token in case.noted(web, kind)
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
