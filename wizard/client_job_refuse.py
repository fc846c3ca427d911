from odoo import fields, models
from odoo.exceptions import UserError


class ClientJobRefuse(models.TransientModel):
    """Asks why a request is refused; the client reads the reason."""

    _name = "client.job.refuse"
    _inherit = ["client.guard.mixin"]
    _description = "Refuse Request"

    job_ids = fields.Many2many(comodel_name="client.job", required=True)
    reason = fields.Text(
        required=True, help="The client's person gets it by e-mail and on the portal."
    )

    # === ACTION METHODS === #

    def action_apply(self):
        """Refuse the requests."""
        self.ensure_one()
        if not self.reason.strip():
            raise UserError(self.env._("Say why the request is refused."))
        # the field is written first: the hook of the state tells the client
        self.job_ids.write({"refusal_reason": self.reason.strip()})
        self.job_ids.write({"state": "refused"})
