"""Record rules of databases that were made by an older version."""

from pathlib import Path
from runpy import run_path

from odoo.tests import TransactionCase, tagged

UPGRADE = Path(__file__).resolve().parent.parent / "migrations/19.0.1.6.0/post-rules.py"


@tagged("post_install", "-at_install")
class TestUpgradeRules(TransactionCase):
    def test_older_rules_become_those_of_today(self):
        answers = self.env.ref("client_hub.client_job_answer_rule_portal")
        today = answers.domain_force
        answers.domain_force = "[(1, '=', 1)]"
        money = self.env.ref("client_hub.client_history_rule_money")
        gone = money.copy({"domain_force": "[('id', '=', 0)]"})
        self.env["ir.model.data"].create(
            {
                "module": "client_hub",
                "name": "client_history_rule_user",
                "model": "ir.rule",
                "res_id": gone.id,
                "noupdate": True,
            }
        )
        run_path(str(UPGRADE))["migrate"](self.env.cr, "19.0.1.5.0")
        self.env.invalidate_all()
        self.assertEqual(answers.domain_force, today)
        self.assertIn("is_internal", today)
        self.assertFalse(gone.exists())
