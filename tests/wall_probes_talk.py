"""Attempts by way of messages, activities, files and meetings."""

from .wall_probes import EMPLOYEES, ORM, probe
from .wall_probes_read import HINT, count, search
from .wall_scan import Found


@probe(ORM)
def message_search_by_text(env, case):
    return search(env, "mail.message", [("body", "ilike", HINT)])


@probe(ORM)
def message_search_by_document(env, case):
    return search(
        env,
        "mail.message",
        [("model", "=", "res.partner"), ("res_id", "=", case.secret.client.id)],
    )


@probe(ORM)
def message_addressed_to_me_earlier(env, case):
    return case.secret.message.with_env(env).read(["body", "subject", "record_name"])


@probe(ORM, people=EMPLOYEES)
def message_that_i_read_and_starred_earlier(env, case):
    return [
        search(env, "mail.message", [("starred", "=", True)]),
        search(env, "mail.message", [("needaction", "=", True)]),
        search(
            env,
            "mail.message",
            [("notified_partner_ids", "in", env.user.partner_id.id)],
        ),
    ]


@probe(ORM, control="admin")
def message_export(env, case):
    return case.secret.message.with_env(env).export_data(["body", "author_id/name"])


@probe(ORM)
def message_author_on_a_shared_task(env, case):
    message = case.secret.shared_message.with_env(env)
    return message.read(["author_id", "email_from", "reply_to", "preview"])


@probe(ORM)
def message_group_by_author(env, case):
    return env["mail.message"].formatted_read_group(
        [("model", "=", "project.task"), ("message_type", "=", "comment")],
        ["author_id"],
        ["__count"],
    )


@probe(ORM, control="admin")
def message_reactions(env, case):
    return env["mail.message.reaction"].web_search_read(
        [], {"partner_id": {"fields": {"display_name": {}}}}
    )


@probe(ORM)
def message_as_formatted_for_the_page(env, case):
    from odoo.addons.mail.tools.discuss import Store

    message = case.secret.shared_message.with_env(env)
    message.check_access("read")
    return Store().add(message).get_result()


@probe(ORM, people=EMPLOYEES)
def notification_search(env, case):
    return search(env, "mail.notification", [])


@probe(ORM)
def notification_of_mine(env, case):
    return search(
        env, "mail.notification", [("res_partner_id", "=", env.user.partner_id.id)]
    )


@probe(ORM, people=EMPLOYEES)
def follower_search(env, case):
    return search(env, "mail.followers", [])


@probe(ORM, people=EMPLOYEES)
def followers_of_a_visible_task(env, case):
    task = case.task.with_env(env)
    return [
        Found("res.partner", task.message_partner_ids.ids),
        str(task.message_follower_ids.mapped("display_name")),
    ]


@probe(ORM, people=EMPLOYEES)
def followers_for_the_page(env, case):
    return case.task.with_env(env).message_get_followers()


@probe(ORM, people=EMPLOYEES)
def task_found_by_its_follower(env, case):
    return count(
        env, "project.task", [("message_partner_ids", "in", case.secret.contact.ids)]
    )


@probe(ORM, people=EMPLOYEES)
def task_found_by_its_followers_name(env, case):
    return count(env, "project.task", [("message_partner_ids.name", "ilike", HINT)])


@probe(ORM, people=EMPLOYEES)
def task_found_by_the_author_of_a_message(env, case):
    return count(env, "project.task", [("message_ids.author_id.name", "ilike", HINT)])


@probe(ORM, control="admin", people=EMPLOYEES)
def tracking_values(env, case):
    return search(env, "mail.tracking.value", [])


@probe(ORM, control="admin", people=EMPLOYEES)
def tracking_values_through_the_message(env, case):
    return count(
        env,
        "mail.message",
        [("tracking_value_ids.new_value_char", "ilike", HINT)],
    )


@probe(ORM, people=EMPLOYEES)
def scheduled_messages(env, case):
    return search(env, "mail.scheduled.message", [])


@probe(ORM)
def mention_suggestions(env, case):
    return env["res.partner"].get_mention_suggestions(HINT)


@probe(ORM)
def mention_suggestions_by_first_name(env, case):
    return env["res.partner"].get_mention_suggestions("Paula")


@probe(ORM)
def mention_suggestions_in_its_channel(env, case):
    return env["res.partner"].get_mention_suggestions_from_channel(
        case.secret.channel.id, "Paula"
    )


@probe(ORM, people=EMPLOYEES)
def recipients_suggested_on_a_visible_task(env, case):
    return case.own_task.with_env(env)._message_get_suggested_recipients(
        reply_message=case.secret.own_message.with_env(env), no_create=True
    )


@probe(ORM, people=EMPLOYEES)
def recipients_found_by_email(env, case):
    email = "paula@qyzzyx.example"
    found = case.task.with_env(env)._partner_find_from_emails_single(
        [email], no_create=True
    )
    return Found("res.partner", found.ids)


@probe(ORM)
def activity_search(env, case):
    return search(env, "mail.activity", [])


@probe(ORM, people=EMPLOYEES)
def activity_of_mine(env, case):
    return search(env, "mail.activity", [("user_id", "=", env.uid)])


@probe(ORM)
def activity_group_by_document(env, case):
    return env["mail.activity"].formatted_read_group(
        [], ["res_model", "user_id"], ["__count"]
    ) + [search(env, "mail.activity", [("summary", "ilike", HINT)])]


@probe(ORM)
def activity_format(env, case):
    return case.secret.activities.with_env(env).activity_format()


@probe(ORM, people=EMPLOYEES)
def activity_view_of_a_model(env, case):
    return [
        env["mail.activity"].get_activity_data(model, [])
        for model in ("res.partner", "sale.order", "project.task", "client.job")
    ]


@probe(ORM, people=EMPLOYEES)
def activity_view_with_done_ones(env, case):
    return str(env["mail.activity"].get_activity_data("res.partner", [], fetch_done=1))


@probe(ORM, people=EMPLOYEES)
def document_found_by_its_activity(env, case):
    return count(env, "sale.order", [("activity_ids.summary", "ilike", HINT)])


@probe(ORM)
def attachment_search(env, case):
    return search(env, "ir.attachment", [("name", "=like", "qyzz%")])


@probe(ORM)
def attachment_search_by_document(env, case):
    return search(
        env,
        "ir.attachment",
        [("res_model", "=", "res.partner"), ("res_id", "=", case.secret.client.id)],
    )


@probe(ORM)
def attachment_search_of_pictures(env, case):
    return search(
        env,
        "ir.attachment",
        [("res_field", "!=", False), ("res_model", "=", "res.partner")],
    )


@probe(ORM)
def attachment_search_in_its_text(env, case):
    return search(env, "ir.attachment", [("index_content", "ilike", HINT)])


@probe(ORM)
def attachment_read(env, case):
    return case.secret.files.with_env(env).read(["name", "datas", "description"])


@probe(ORM)
def attachment_group_by_name(env, case):
    return env["ir.attachment"].formatted_read_group([], ["res_model"], ["__count"]) + [
        search(env, "ir.attachment", [("description", "ilike", HINT)])
    ]


@probe(ORM)
def attachment_token_for_a_link(env, case):
    return [case.secret.files.with_env(env).generate_access_token(), HINT + "yx"]


@probe(ORM, people=EMPLOYEES)
def channel_search(env, case):
    return search(env, "discuss.channel", [])


@probe(ORM, people=EMPLOYEES)
def channel_members(env, case):
    return search(env, "discuss.channel.member", [])


@probe(ORM, people=EMPLOYEES)
def channel_messages(env, case):
    return search(
        env,
        "mail.message",
        [("model", "=", "discuss.channel"), ("res_id", "=", case.secret.channel.id)],
    )


@probe(ORM, people=EMPLOYEES)
def meeting_search(env, case):
    return search(env, "calendar.event", [])


@probe(ORM, people=EMPLOYEES)
def meeting_read(env, case):
    events = case.secret.event | case.secret.guest_event
    return events.with_env(env).read(["name", "partner_ids", "location"])


@probe(ORM, people=EMPLOYEES)
def meeting_attendees(env, case):
    return env["calendar.attendee"].web_search_read(
        [], {"display_name": {}, "email": {}, "common_name": {}}
    )


@probe(ORM, people=EMPLOYEES)
def meeting_group_by_organiser(env, case):
    return str(
        env["calendar.event"].formatted_read_group(
            [("name", "ilike", HINT)], ["user_id"], ["__count"]
        )
        and HINT + "yx"
    )


@probe(ORM, people=EMPLOYEES)
def meeting_guests_for_the_page(env, case):
    return (
        env["res.partner"]
        .browse(case.secret.contact.ids)
        .get_attendee_detail(case.secret.guest_event.ids)
    )


@probe(ORM, people=EMPLOYEES)
def meetings_that_make_a_colleague_busy(env, case):
    # that he is busy is no secret, what with is
    return [
        search(env, "calendar.event", [("user_id", "=", case.user_manager.id)]),
        search(env, "calendar.event", [("attendee_ids.email", "=like", "paula@qyzz%")]),
    ]


@probe(ORM)
def history_of_the_client(env, case):
    return search(env, "client.history", [])


@probe(ORM, people=EMPLOYEES)
def walls_and_their_members(env, case):
    return [search(env, "client.wall", []), search(env, "client.wall.member", [])]


@probe(ORM)
def own_documents_of_the_addon(env, case):
    return [
        search(env, model, [])
        for model in (
            "client.contract",
            "client.contract.line",
            "client.job",
            "client.job.answer",
            "client.piece",
            "client.piece.version",
            "client.piece.remark",
            "client.piece.decision",
        )
    ]


@probe(ORM, people=EMPLOYEES)
def budgets_and_entries_of_the_addon(env, case):
    return [
        search(env, model, [])
        for model in (
            "client.budget",
            "client.budget.move",
            "client.budget.revision",
            "client.contract.entry",
            "client.import.line",
        )
    ]


@probe(ORM)
def own_documents_named(env, case):
    return [
        str(env[model].name_search(HINT))
        for model in ("client.contract", "client.job", "client.piece")
    ]


@probe(ORM)
def job_group_by_client(env, case):
    return env["client.job"].formatted_read_group(
        [], ["client_id", "state"], ["__count"]
    )
