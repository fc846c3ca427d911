"""Messages, files, activities and meetings of a client in the tests of the wall."""

from datetime import datetime, timedelta

from odoo import fields
from odoo.fields import Command


class WorldTalk:
    """What people said and filed about the client."""

    def _build_talk(self):
        self._build_files()
        self._build_messages()
        self._build_activities()
        self._build_channels()
        self._build_letters_and_ratings()

    def _build_files(self):
        documents = (
            self.client | self.contact,
            self.order,
            self.invoice,
            self.project,
            self.task,
            self.contract,
            self.budget,
            self.job,
            self.piece,
        )
        self.files = self.env["ir.attachment"].create(
            [
                {
                    "name": f"{self.slug}_{record._table}.txt",
                    "raw": f"{self.word} file of {record._table}".encode(),
                    "description": f"{self.word} file",
                    "res_model": record._name,
                    "res_id": record.id,
                }
                for records in documents
                for record in records
            ]
        )
        self.image_file = self.env["ir.attachment"].create(
            {
                "name": f"{self.slug}_logo.png",
                "raw": self.picture(),
                "res_model": "res.partner",
                "res_id": self.client.id,
            }
        )
        self.files |= self.image_file
        self.files.generate_access_token()

    def _build_messages(self):
        people = (self.team | self.case.user_accountant).partner_id
        file = (
            self.env["ir.attachment"]
            .with_user(self.manager)
            .create(
                {"name": f"{self.slug}_mail.txt", "raw": f"{self.word} mail".encode()}
            )
        )
        self.message = self.client.with_user(self.manager).message_post(
            body=f"{self.word} message",
            subject=f"{self.word} subject",
            partner_ids=people.ids,
            attachment_ids=file.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.old_message, self.note = (
            self.task.with_user(self.manager).message_post(
                body=f"{self.word} {kind}",
                partner_ids=people.ids,
                message_type="comment",
                subtype_xmlid=subtype,
            )
            for kind, subtype in (
                ("earlier", "mail.mt_comment"),
                ("note", "mail.mt_note"),
            )
        )
        # not addressed to anybody, one on each kind of document
        self.messages = self.message | self.old_message | self.note
        for record in (self.order, self.invoice, self.project, self.job, self.contract):
            self.messages |= record.message_post(body=f"{self.word} on {record._table}")
        for user in (self.team, self.case.user_accountant):
            self.message.with_user(user).toggle_message_starred()
            self.old_message.with_user(user).set_message_done()
        # the contact speaks where everybody reads
        self.shared_message = self.case.task.message_post(
            body="Good news", author_id=self.contact.id, message_type="comment"
        )
        self.case.task.message_subscribe(self.contact.ids)
        self.own_message = self.case.own_task.message_post(
            body="Good evening", author_id=self.initials.id, message_type="comment"
        )
        self.env["mail.message.reaction"].create(
            {
                "message_id": self.case.message.id,
                "content": "👍",
                "partner_id": self.contact.id,
            }
        )
        # tracking values
        self.order.client_order_ref = f"{self.word} changed"
        self.task.name = f"{self.word} task, changed"
        self.client.email = f"changed@{self.slug}.example"
        self.invoice.flush_recordset()
        self.env.cr.precommit.run()
        self.scheduled = self.env["mail.scheduled.message"].create(
            {
                "subject": f"{self.word} later",
                "body": f"<p>{self.word} later</p>",
                "scheduled_date": datetime(2099, 1, 1),
                "model": "res.partner",
                "res_id": self.client.id,
                "author_id": self.manager.partner_id.id,
                "partner_ids": [Command.set(self.contact.ids)],
            }
        )

    def _build_activities(self):
        records = (self.client, self.order, self.invoice, self.task, self.job)
        self.activities = self.env["mail.activity"]
        for record in records:
            for user in (self.manager, self.team, self.case.user_accountant):
                self.activities |= record.activity_schedule(
                    "mail.mail_activity_data_todo",
                    summary=f"{self.word} to do",
                    note=f"<p>{self.word} note</p>",
                    user_id=user.id,
                    date_deadline=fields.Date.today(),
                )
        done = self.client.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=f"{self.word} finished",
            user_id=self.manager.id,
        )
        done.action_feedback(feedback=f"{self.word} feedback")

    def _build_channels(self):
        partners = (
            self.manager.partner_id
            | self.team.partner_id
            | self.case.user_accountant.partner_id
            | self.contact
        )
        self.channel = self.env["discuss.channel"].create(
            {
                "name": f"{self.word} talk",
                "description": f"{self.word} channel",
                "channel_type": "group",
                "channel_member_ids": [
                    Command.create({"partner_id": partner.id}) for partner in partners
                ],
            }
        )
        self.channel.message_post(
            body=f"{self.word} in the channel",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def _build_letters_and_ratings(self):
        self.letter = self.env["snailmail.letter"].create(
            {
                "partner_id": self.client.id,
                "model": "account.move",
                "res_id": self.invoice.id,
                "user_id": self.manager.id,
                "company_id": self.case.company.id,
            }
        )
        self.sms = self.env["sms.sms"].create(
            {
                "partner_id": self.contact.id,
                "number": f"+{self.phone}",
                "body": f"{self.word} by phone",
            }
        )
        self.rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("project.task"),
                "res_id": self.task.id,
                "parent_res_model_id": self.env["ir.model"]._get_id("project.project"),
                "parent_res_id": self.project.id,
                "partner_id": self.contact.id,
                "rated_partner_id": self.manager.partner_id.id,
                "rating": 5,
                "feedback": f"{self.word} feedback",
                "consumed": True,
            }
        )

    def _build_meetings(self):
        if "calendar.event" not in self.env:
            return
        Event = self.env["calendar.event"].with_context(no_mail_to_attendees=True)
        start = fields.Datetime.now() + timedelta(days=1)
        partners = self.manager.partner_id | self.team.partner_id | self.contact
        self.event = Event.create(
            {
                "name": f"{self.word} meeting",
                "description": f"<p>{self.word} agenda</p>",
                "location": f"{self.word} room",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": self.manager.id,
                "partner_ids": [Command.set(partners.ids)],
                "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                "res_id": self.client.id,
            }
        )
        # linked to the client by its guests only
        self.guest_event = Event.create(
            {
                "name": f"{self.word} lunch",
                "start": start,
                "stop": start + timedelta(hours=1),
                "user_id": self.manager.id,
                "partner_ids": [
                    Command.set((self.manager.partner_id | self.contact).ids)
                ],
            }
        )
