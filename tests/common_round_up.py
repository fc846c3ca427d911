"""Mornings on which round-ups are made."""

from freezegun import freeze_time

from .common_job import ClientJobCommon

# a Tuesday; people are at UTC unless a test says otherwise
EVENING = "2027-03-01 18:00:00"
MORNING = "2027-03-02 08:30:00"


class RoundUpCommon(ClientJobCommon):
    """Two clients' people and colleagues, none with anything to hear of."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague, cls.portal_colleague = cls._create_contact(
            cls.client_a, "Carla Azul"
        )
        with freeze_time(EVENING):
            cls.job = cls._create_job()
            cls.job.action_authorize()
        cls.job = cls.env["client.job"].browse(cls.job.id)
        cls.staff = cls.user_manager | cls.user_traffic | cls.user_creation
        cls.people = cls.staff.partner_id | cls.contact_a | cls.contact_b
        cls.people |= cls.colleague
        cls.people.write({"tz": "UTC", "client_reminder_hour": 8})
        cls.env["client.round.up.item"].search([]).unlink()
        cls.env["mail.activity"].search([]).unlink()

    def _run(self, moment=MORNING):
        """Run the cron at a moment (UTC); return the mail of each person."""
        last = max(self.env["mail.mail"].search([]).ids, default=0)
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("client_hub.ir_cron_client_round_up").method_direct_trigger()
        self.env.invalidate_all()
        mails = self.env["mail.mail"].search([("id", ">", last)])
        found = {mail.recipient_ids: mail for mail in mails}
        self.assertEqual(len(found), len(mails), "two mails to one person")
        return found

    def _comment(self, document=None, moment=EVENING, user=None, **values):
        """Let the account manager write to the client."""
        values.setdefault("body", "Which blue do you mean?")
        document = self.job if document is None else document
        with freeze_time(moment):
            return document.with_user(user or self.user_manager).message_post(
                message_type="comment",
                **{"subtype_xmlid": "mail.mt_comment", **values},
            )

    def _get_items(self, *people):
        ids = [person.id for person in people]
        return self.env["client.round.up.item"].search([("partner_id", "in", ids)])
