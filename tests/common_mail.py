"""Real messages through Odoo's gateway."""

from email.message import EmailMessage
from email.utils import make_msgid

DOMAIN = "agency-mail.example"


class MailGatewayMixin:
    """For tests of jobs: a domain that collects answers, and what came of one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": DOMAIN, "bounce_alias": "bounce", "catchall_alias": "catchall"}
        )

    def _receive(self, sender, parent=None, to=None, headers=None, file=None, **parts):
        """Put a mail through the gateway; return the messages it wrote."""
        mail = EmailMessage()
        mail["From"] = sender
        mail["To"] = to or f"catchall@{DOMAIN}"
        mail["Subject"] = parts.get("subject", "Re: Spring banner")
        mail["Message-Id"] = make_msgid(domain="mail.example")
        if parent:
            mail["In-Reply-To"] = parent.message_id
            mail["References"] = f"<first@mail.example> {parent.message_id}"
        for name, value in (headers or {}).items():
            mail[name] = value
        mail.set_content(parts.get("text", "Dark blue, please"))
        if file:
            name, raw, subtype = file
            mail.add_attachment(raw, maintype="image", subtype=subtype, filename=name)
        self.env["mail.thread"].message_process(None, mail.as_bytes())
        return self.env["mail.message"].search(
            [("message_id", "=", mail["Message-Id"])]
        )

    def assertIsForClient(self, message, document, author):
        self.assertEqual((message.model, message.res_id), (document._name, document.id))
        self.assertEqual(message.author_id, author)
        self.assertTrue(message.with_user(self.portal_a).has_access("read"))

    def assertIsInternal(self, message, document):
        self.assertEqual((message.model, message.res_id), (document._name, document.id))
        self.assertTrue(message.subtype_id.internal)
        self.assertFalse(message.with_user(self.portal_a).has_access("read"))
        self.assertNotIn(self.contact_a, message.notified_partner_ids)

    def _get_new_mail(self, person, last):
        """Return the mail to a person; it leaves the queue, as when it was sent."""
        mail = self.env["mail.mail"].search(
            [("id", ">", last), ("recipient_ids", "in", person.ids)]
        )
        self.assertTrue(mail.auto_delete)
        headers = {
            "In-Reply-To": mail.message_id,
            "References": f"{mail.references} {mail.message_id}",
        }
        mail.unlink()
        return headers
