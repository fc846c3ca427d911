"""Record rules are those of this version.

Odoo leaves record rules as they were when a module is upgraded. Some of ours became
stricter, or call what has another name now: older databases get them as new ones do.
"""

from pathlib import Path

from odoo import SUPERUSER_ID, api
from odoo.tools import convert_file

MODULE = Path(__file__).parents[2]
# what client_history_rule_money says now
REMOVED = ("client_history_rule_budget", "client_history_rule_user")


def migrate(cr, version):
    """Load the rules again, and delete those that are gone."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    for path in sorted((MODULE / "security").glob("*_security.xml")):
        convert_file(env, "client_hub", f"security/{path.name}", {}, mode="init")
    for name in REMOVED:
        rule = env.ref(f"client_hub.{name}", raise_if_not_found=False)
        if rule:
            rule.unlink()
