from odoo.tests import tagged

from .common_wall import WallProbeCommon


@tagged("post_install", "-at_install")
class TestWallProbesOrm(WallProbeCommon):
    def test_x(self):
        print({k: len(v) for k, v in self.secrets.ids.items()})
        print(self.secret.client.client_wall_id.user_ids.mapped("login"))
