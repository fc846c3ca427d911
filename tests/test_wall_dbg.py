from odoo.tests import tagged

from .common_wall import WallProbeCommon


@tagged("post_install", "-at_install")
class TestDbg(WallProbeCommon):
    def test_dbg(self):
        import traceback

        def f(env):
            try:
                print(self.task.with_env(env).read(["message_partner_ids"]))
            except Exception:
                traceback.print_exc()

        self.attempt(f, "outsider")
