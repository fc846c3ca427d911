"""What the end of a contract gives back has a cause of its own in pre-billing."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Compute the cause of differences anew that an ended contract gave back."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    entries = env["client.contract.entry"].search(
        [("kind", "=", "difference"), ("contract_id.overlay_ids.is_ending", "=", True)]
    )
    env.add_to_compute(entries._fields["cause"], entries)
    env.flush_all()
