"""Every attempt over HTTP, as each of the five people."""

from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from . import wall_probes_web, wall_probes_web_portal, wall_probes_web_talk
from .common_wall import LIMITED, WallProbeCommon
from .wall_probes import HTTP
from .wall_web import Web

AREAS = (wall_probes_web, wall_probes_web_portal, wall_probes_web_talk)
QUIET = (
    "odoo.http",
    "odoo.sql_db",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.rpc.controllers.xmlrpc",
)


@tagged("post_install", "-at_install", "client_hub_long")
class TestWallProbesHttp(WallProbeCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("web.json.enabled", "1")
        names = (*LIMITED, "accountant", "manager", "client")
        until = fields.Datetime.now() + timedelta(days=1)
        cls.keys = {
            # sudo: portal users make no keys by themselves
            name: cls.env["res.users.apikeys"]
            .with_user(cls.get_user(name))
            .sudo()
            ._generate("rpc", "probe", until)
            for name in names
        }

    def noted(self, web, kind):
        """Return what a person noted when he was in the team: ``(id, token)`` pairs.

        Only the former member and those who still see the client had a chance to.
        """
        if web.person == "former":
            return self.keepsakes[kind].items()
        if web.person in ("accountant", "client"):
            # those of the team were void when he left: the way is proven with new ones
            return self._collect_keepsakes()[kind].items()
        return []

    def _web(self, name):
        web = Web(
            self,
            self.get_user(name).login,
            self.keys.get(name),
            debug=name in ("debug", "former"),
        )
        web.person = name
        return web

    def _try(self, probe, web):
        with self.nothing_kept(), mute_logger(*QUIET):
            try:
                return probe.call(web, self)
            except Exception as error:  # any error is a text that people read
                return error

    def _run(self, name):
        web = self._web(name)
        for probe in HTTP:
            if name in probe.people:
                with self.subTest(probe=probe.name, person=name):
                    self.assertIsNone(self.secrets.find(self._try(probe, web)))

    def test_an_outsider_finds_nothing(self):
        self._run("outsider")

    def test_a_technical_user_in_debug_mode_finds_nothing(self):
        self._run("debug")

    def test_a_former_team_member_finds_nothing(self):
        self._run("former")

    def test_a_portal_user_of_another_client_finds_nothing(self):
        self._run("portal")

    def test_the_controls_find_it_every_time(self):
        for name in sorted({probe.control for probe in HTTP}):
            web = self._web(name)
            for probe in HTTP:
                if probe.control == name:
                    with self.subTest(probe=probe.name, person=name):
                        result = self._try(probe, web)
                        self.assertTrue(self.secrets.find(result), str(result)[:300])
