"""The client's people approve amounts on the portal, or ask about them."""

from datetime import date

from odoo import http
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestEntryPortal(ContractCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        with freeze_time("2026-02-15"):
            cls.contract = cls._create_contract(entry_approval_required=True)
        cls.entries = cls.contract.entry_ids.sorted("date_due")

    def _login(self, user):
        self.authenticate(user and user.login, user and user.login)

    def _read(self):
        return self.url_open(f"/my/contracts/{self.contract.id}").text

    def _post(self, entries, decision="approve", comment="", csrf=True, **values):
        data = [("decision", decision), ("comment", comment)]
        if csrf:
            data.append(("csrf_token", http.Request.csrf_token(self)))
        for entry in entries:
            data.append(("entry_id", entry.id))
            data.append((f"amount_{entry.id}", entry._format_portal_amount()))
        data += list(values.items())
        answer = self.url_open(
            f"/my/contracts/{self.contract.id}/entries",
            data=data,
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer

    def test_approve_several(self):
        self._login(self.portal_a)
        self.assertIn("billed once you approve them", self._read())
        self.assertEqual(set(self.entries.mapped("state")), {"open"})
        first = self.entries[:2]
        answer = self._post(first)
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(first.mapped("state"), ["ready", "ready"])
        self.assertEqual(first.approved_by_id, self.portal_a)
        self.assertTrue(all(first.mapped("approved_date")))
        self.assertEqual(set((self.entries - first).mapped("state")), {"open"})
        self.assertIn("Approved by Paula Azul", " ".join(self._read().split()))
        message = self.contract.message_ids[0]
        self.assertEqual(message.author_id, self.contact_a)
        self.assertIn("Paula Azul approved", message.body)
        # a second click changes nothing
        time = first.mapped("approved_date")
        self.assertEqual(self._post(first).status_code, 303)
        self.assertEqual(first.mapped("approved_date"), time)
        self.assertEqual(self.contract.message_ids[0], message)

    def test_choose_something(self):
        self._login(self.portal_a)
        self.assertIn("Choose what you approve", self._post([]).text)

    def test_ask(self):
        self._login(self.portal_a)
        page = self._post(self.entries[:1], "ask").text
        self.assertIn("Write your question", page)
        answer = self._post(self.entries[:1], "ask", "Why <b>so</b> much?")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.entries[0].state, "open")
        message = self.contract.message_ids[0]
        self.assertEqual(message.author_id, self.contact_a)
        self.assertIn("Why &lt;b&gt;so&lt;/b&gt; much?", message.body)
        self.assertIn(self.entries[0].period, message.body)
        activity = self.contract.activity_ids
        self.assertEqual(activity.user_id, self.user_manager)
        self.assertIn("Paula Azul", activity.summary)

    def test_the_address_of_the_form_leads_to_its_page(self):
        """As after signing in again, before the form was taken in."""
        self._login(self.portal_a)
        path = f"/my/contracts/{self.contract.id}"
        for query in ("", "?access_token=1"):
            answer = self.url_open(f"{path}/entries{query}", allow_redirects=False)
            self.assertEqual(answer.status_code, 303)
            self.assertTrue(answer.headers["Location"].endswith(path + query))
        page = self.url_open(f"{path}/entries").text
        self.assertIn("billed once you approve them", page)
        self._login(None)
        answer = self.url_open(f"{path}/entries")
        self.assertNotIn("billed once you approve them", answer.text)

    def test_changed_while_looking(self):
        self._login(self.portal_a)
        entry = self.entries[0]
        old = entry._format_portal_amount()
        entry.write({"is_adjusted": True, "amount_adjusted": 2000})
        self.env.flush_all()
        page = self._post([], entry_id=str(entry.id), **{f"amount_{entry.id}": old})
        self.assertIn("changed while you were looking", page.text)
        self.assertFalse(entry.approved)

    def test_skipped_meanwhile(self):
        self._login(self.portal_a)
        entry = self.entries[0]
        entry.skipped = True
        self.env.flush_all()
        page = self._post(entry)
        self.assertIn("not waiting for your approval", page.text)
        self.assertFalse(entry.approved)

    def test_not_asked_for(self):
        """A contract that asks for no approval shows its amounts only."""
        plain = self._create_contract()
        self._login(self.portal_a)
        page = self.url_open(f"/my/contracts/{plain.id}").text
        self.assertIn("Coming up", page)
        self.assertNotIn('name="entry_id"', page)

    def test_what_is_past_does_not_come_up(self):
        """Of a contract that has ended, nothing comes; what is due is said to be so."""
        with freeze_time("2026-02-15"):
            ended = self._create_contract(date_end=date(2026, 3, 31))
            ended.action_end()
        self.assertTrue(ended.entry_ids.filtered(lambda row: row.state == "ready"))
        self._login(self.portal_a)
        page = self.url_open(f"/my/contracts/{ended.id}").text
        self.assertIn("Not billed yet", page)
        self.assertNotIn("Coming up", page)
        # what is past doesn't push out what comes
        with freeze_time("2026-06-10"):
            past, coming = self.contract._portal_upcoming_entries()
        self.assertEqual(past | coming, self.entries)
        self.assertLess(max(past.mapped("date_due")), date(2026, 6, 10))
        self.assertGreaterEqual(coming[0].date_due, date(2026, 6, 10))

    def test_entries_of_another_contract(self):
        with freeze_time("2026-02-15"):
            foreign = self._create_contract(
                client=self.client_b, entry_approval_required=True
            )
        self._login(self.portal_a)
        self._post(foreign.entry_ids[:1])
        self.assertFalse(foreign.entry_ids[0].approved)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_who_may_not(self):
        _own, portal_own = self._create_contact(
            self.client_a, "Olga Azul", portal_scope="own"
        )
        for user in (self.portal_b, portal_own, self.user_manager, None):
            self._login(user)
            with self.subTest(user=user and user.login):
                answer = self._post(self.entries[:1])
                self.assertEqual(answer.status_code, 303)
                self.assertFalse(self.entries[0].approved)
                self._post(self.entries[:1], "ask", "Let me in")
                self.assertFalse(self.contract.activity_ids)
        self._login(self.portal_a)
        self.assertEqual(self._post(self.entries[:1], csrf=False).status_code, 400)
        self.assertFalse(self.entries[0].approved)

    def test_link_without_login_shows_no_form(self):
        url = self.contract.get_portal_url()
        self.env.flush_all()
        self._login(None)
        page = self.url_open(url).text
        self.assertIn("Coming up", page)
        self.assertNotIn('name="entry_id"', page)

    def test_own_scope_approves_own_contract(self):
        other, portal_other = self._create_contact(
            self.client_a, "Olga Azul", portal_scope="own"
        )
        self.contract.contact_id = other
        self.env.flush_all()
        self._login(portal_other)
        self._post(self.entries[:1])
        self.assertEqual(self.entries[0].approved_by_id, portal_other)
