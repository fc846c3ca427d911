"""The list of contracts on the portal."""

from datetime import date

from odoo.tests import HttpCase, tagged

from .common_contract import ContractCommon


@tagged("post_install", "-at_install")
class TestContractPortalList(ContractCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        for number in range(23):
            contract = cls._create_contract(
                approve=False,
                name=f"Retainer {number:02}",
                date_start=date(2026, 1, 1),
                lines=[{"name": "Jingles" if number == 7 else "Posts"}],
            )
            contract.action_mark_sent()
        cls.running = cls._create_contract(name="Hosting")

    def _read(self, query="", user=None):
        user = user or self.portal_a
        self.authenticate(user.login, user.login)
        return self.url_open(f"/my/contracts{query}").text

    def test_empty(self):
        page = self._read(user=self.portal_b)
        self.assertIn("No contract yet", page)
        self.assertNotIn("Retainer", page)

    def test_pages(self):
        page = self._read()
        self.assertEqual(
            page.count('href="/my/contracts/'), page.count("/my/contracts/")
        )
        names = [f"Retainer {number:02}" for number in range(23)]
        first = [name for name in names if name in page]
        second = [name for name in names if name in self._read("/page/2")]
        self.assertEqual(sorted(first + second), names)

    def test_search_and_filter(self):
        page = self._read("?search=Retainer+11")
        self.assertIn("Retainer 11", page)
        self.assertNotIn("Retainer 12", page)
        page = self._read("?search_in=service&search=jingles")
        self.assertIn("Retainer 07", page)
        self.assertNotIn("Retainer 08", page)
        page = self._read("?filterby=current")
        self.assertIn("Hosting", page)
        self.assertNotIn("Retainer", page)
        page = self._read("?search=zzz")
        self.assertIn("No contract found", page)
        page = self._read("?filterby=nothing&sortby=nothing&search_in=nothing")
        self.assertIn("Hosting", page)
