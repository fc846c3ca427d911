"""The screens of the web client, as somebody outside and as the control sees them."""

from odoo.tests import HttpCase, tagged

from .common_wall import WallProbeCommon


@tagged("post_install", "-at_install", "client_hub_long")
class TestWallProbesClient(WallProbeCommon, HttpCase):
    def _look_around(self, name, tour):
        self.start_tour("/odoo/contacts", tour, login=self.get_user(name).login)

    def test_the_screens_show_nothing_to_an_outsider(self):
        self._look_around("outsider", "client_hub_wall_outside")

    def test_the_screens_show_nothing_to_a_former_member(self):
        self._look_around("former", "client_hub_wall_outside")

    def test_the_screens_show_it_to_the_accountant(self):
        self._look_around("accountant", "client_hub_wall_control")
