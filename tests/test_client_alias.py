"""A client's own address: requests by e-mail of its people, and of nobody else."""

from email.message import EmailMessage
from email.utils import make_msgid

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common_job import PIXEL, ClientJobCommon

DOMAIN = "agency-alias.example"


@tagged("post_install", "-at_install")
class TestClientAlias(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": DOMAIN, "bounce_alias": "bounce", "catchall_alias": "catchall"}
        )
        cls.client_a.with_user(cls.user_manager).client_request_alias_name = "azul"
        cls.alias = cls.client_a.client_request_alias_ids

    def _receive(self, sender, to="azul", parent=None, files=()):
        """Put a mail through the gateway; return the jobs that it opened."""
        known = self.env["client.job"].search([])
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = f"{to}@{DOMAIN}"
        mail["Subject"] = "A flyer for May"
        mail["Message-Id"] = make_msgid(domain="mail.example")
        if parent:
            mail["In-Reply-To"] = parent.message_id
            mail["References"] = parent.message_id
        mail.set_content("Please, by Friday")
        for name, raw in files:
            mail.add_attachment(
                raw, maintype="application", subtype="octet-stream", filename=name
            )
        self.env["mail.thread"].message_process(None, mail.as_bytes())
        return self.env["client.job"].search([("id", "not in", known.ids)])

    def test_a_contact_opens_a_draft_of_this_client(self):
        self.assertEqual(self.alias.alias_full_name, f"azul@{DOMAIN}")
        job = self._receive(self.contact_a.email, files=[("logo.png", PIXEL)])
        self.assertEqual(job.client_id, self.client_a)
        self.assertEqual(job.requester_id, self.contact_a)
        self.assertEqual((job.state, job.origin), ("draft", "portal"))
        self.assertEqual(job.file_ids.mapped("name"), ["logo.png"])
        self.assertTrue(job.with_user(self.portal_a).has_access("read"))
        self.assertFalse(job.with_user(self.portal_b).has_access("read"))

    def test_others_are_told_why_not_and_nothing_else(self):
        self.client_a.client_restricted = True
        switched_off, __ = self._create_contact(self.client_b, "Caio Brisa")
        self.client_b.client_portal_access = "no"
        for sender in (
            "who@elsewhere.example",
            self.contact_b.email,
            switched_off.email,
            self.user_outsider.email,
        ):
            with self.subTest(sender=sender):
                last = max(self.env["mail.mail"].search([]).ids, default=0)
                self.assertFalse(self._receive(sender))
                bounce = self.env["mail.mail"].search([("id", ">", last)])
                self.assertIn("was not delivered", bounce.body_html)
                for secret in (self.client_a.name, self.client_a.legal_name):
                    self.assertNotIn(secret, bounce.body_html)
                    self.assertNotIn(secret, bounce.subject)
        self.client_a.client_status = "inactive"
        self.assertFalse(self._receive(self.contact_a.email))

    def test_the_group_asks_where_it_may(self):
        holding = self._create_client("Holding", manager=self.user_manager)
        holding.client_portal_access = "yes"
        contact, __ = self._create_contact(holding, "Hugo Holding")
        # the person's own client is another: its address is not this one
        self.assertFalse(self._receive(contact.email))
        self.client_a.parent_id = holding
        contact.portal_group_jobs = True
        job = self._receive(contact.email)
        if self.client_a.commercial_partner_id == self.client_a:
            self.assertEqual(job.client_id, self.client_a)
            self.assertEqual(job.requester_id, contact)

    def test_an_answer_stays_in_its_job(self):
        job = self._create_job()
        comment = job.message_post(
            body="Which blue?",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        for address in ("azul", "catchall"):
            with self.subTest(to=address):
                self.assertFalse(
                    self._receive(self.contact_a.email, to=address, parent=comment)
                )
                answer = job.message_ids.sorted("id")[-1]
                self.assertEqual(answer.author_id, self.contact_a)
                self.assertIn("by Friday", answer.body)

    def test_files_are_taken_as_on_the_portal(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "web.max_file_upload_size", "1000"
        )
        job = self._receive(
            self.contact_a.email,
            files=[
                ("logo.png", PIXEL),
                ("logo.svg", b"<svg><script/></svg>"),
                ("huge.txt", b"x" * 1001),
            ],
        )
        self.assertEqual(job.file_ids.mapped("name"), ["logo.png"])
        notes = " ".join(job.message_ids.mapped("body"))
        self.assertIn("huge.txt", notes)
        self.assertIn("logo.svg", notes)
        for message in job.message_ids.filtered(lambda row: "huge.txt" in row.body):
            self.assertFalse(message.with_user(self.portal_a).has_access("read"))

    def test_who_sets_the_address(self):
        with Form(self.client_b.with_user(self.user_manager)) as form:
            form.client_request_alias_name = "Brisa Food"
        alias = self.client_b.client_request_alias_ids
        self.assertEqual(alias.alias_name, "brisa-food")
        with self.assertRaises(AccessError):
            self.client_b.with_user(
                self.user_creation
            ).client_request_alias_name = "mine"
        with self.assertRaises(AccessError):
            self.client_b.with_user(self.user_creation).read(
                ["client_request_alias_name"]
            )
        with self.assertRaises(UserError):
            self.contact_b.with_user(
                self.user_manager
            ).client_request_alias_name = "bento"
        self.client_b.with_user(self.user_manager).client_request_alias_name = False
        self.assertFalse(alias.exists())

    def test_a_restricted_clients_address_is_hidden(self):
        aliases = self.env["mail.alias"].with_user(self.user_outsider)
        domain = [("alias_name", "=", "azul")]
        self.assertTrue(aliases.search(domain))
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        self.assertFalse(aliases.search(domain))
        with self.assertRaises(AccessError):
            self.alias.with_user(self.user_outsider).read(["alias_name"])
        # nor does an error name it
        with self.assertRaises(UserError) as caught:
            self.client_b.with_user(
                self.user_outsider
            ).client_request_alias_name = "azul"
        self.assertNotIn(self.client_a.name, str(caught.exception))
