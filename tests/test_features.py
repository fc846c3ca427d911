"""Parts of the client record that are switched off show nowhere, and stay."""

from lxml import etree

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from ..tools.client_features import FEATURES, feature_group
from .common_contract import ContractCommon
from .common_job import ClientJobCommon


class FeaturesCommon(ClientJobCommon, ContractCommon):
    @classmethod
    def _switch(cls, **features):
        cls.env["res.config.settings"].create(
            {f"group_feature_{name}": value for name, value in features.items()}
        ).execute()
        cls.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestFeatures(FeaturesCommon):
    def _form(self, user):
        view = self.env.ref("base.view_partner_form")
        Partner = self.env["res.partner"].with_user(user)
        return etree.fromstring(Partner.get_view(view.id, "form")["arch"])

    def _menus(self, user):
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        return {menu["xmlid"] for menu in menus.values() if menu.get("xmlid")}

    def test_everything_is_on_at_first(self):
        form, menus = self._form(self.user_admin_hub), self._menus(self.user_admin_hub)
        for name, feature in FEATURES.items():
            with self.subTest(feature=name):
                self.assertTrue(self.user_admin_hub.has_group(feature_group(name)))
                self.assertTrue(form.xpath(feature.xpath()))
                for menu in feature.menus:
                    if "accounting" not in menu:
                        self.assertIn(f"client_hub.{menu}", menus)

    def test_what_is_off_shows_in_no_tab_button_or_menu(self):
        for name, feature in FEATURES.items():
            with self.subTest(feature=name):
                self._switch(**{name: False})
                for user in (self.user_admin_hub, self.user_accountant):
                    self.assertFalse(self._form(user).xpath(feature.xpath()))
                    hidden = {f"client_hub.{menu}" for menu in feature.menus}
                    self.assertFalse(hidden & self._menus(user))
                self._switch(**{name: True})
                self.assertTrue(self._form(self.user_admin_hub).xpath(feature.xpath()))

    def test_who_may_not_see_a_tab_does_not_see_it_because_it_is_on(self):
        form = self._form(self.user_creation)
        self.assertFalse(form.xpath("//page[@name='client_contracts']"))
        self.assertTrue(form.xpath("//page[@name='client_jobs']"))

    def test_nothing_is_deleted_and_it_comes_back(self):
        contract = self._create_contract()
        job = self._create_job()
        self._switch(contracts=False, jobs=False)
        self.assertEqual(contract.state, "running")
        self.assertTrue(job.with_user(self.user_manager).name)
        self._switch(contracts=True, jobs=True)
        form = self._form(self.user_manager)
        self.assertTrue(form.xpath("//page[@name='client_contracts']"))

    def test_the_overview_has_no_part_that_is_off(self):
        self._create_contract(name="Fee")
        self._create_job().action_authorize()
        client = self.client_a.with_user(self.user_manager)
        self.assertTrue(client.get_client_overview()["waiting"])
        self._switch(contracts=False, jobs=False, budgets=False)
        overview = client.get_client_overview()
        self.assertEqual(overview["waiting"], False)
        self.assertEqual(overview["budgets"], False)
        self.assertEqual(overview["dates"], [])

    def test_only_administrators_of_the_system_switch(self):
        with self.assertRaises(AccessError):
            self.env["res.config.settings"].with_user(self.user_manager).create(
                {"group_feature_jobs": False}
            ).execute()


@tagged("post_install", "-at_install")
class TestPortalFeatures(FeaturesCommon, HttpCase):
    def test_the_portal_has_no_page_of_what_is_off(self):
        self._create_contract()
        self.authenticate(self.portal_a.login, self.portal_a.login)
        pages = ("/my/jobs", "/my/jobs/new", "/my/pieces", "/my/contracts")
        for page in pages:
            with self.subTest(page=page, on=True):
                self.assertTrue(self.url_open(page).url.endswith(page))
        self.assertIn('href="/my/jobs"', self.url_open("/my").text)
        self._switch(jobs=False, contracts=False)
        for page in pages:
            with self.subTest(page=page, on=False):
                self.assertTrue(self.url_open(page).url.endswith("/my"))
        self.assertNotIn('href="/my/jobs"', self.url_open("/my").text)
