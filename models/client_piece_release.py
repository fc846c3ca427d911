"""A piece is work, too: creation gets none of a job that isn't authorised."""

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

WORKED_STATES = frozenset({"in_progress", "internal_review"})


class ClientPiece(models.Model):
    """Pieces keep to the rule that holds for tasks."""

    _inherit = "client.piece"

    @api.constrains("assigned_user_id", "job_id")
    def _check_client_job_released(self):
        """Refuse to hand a piece to creation before there is work."""
        # sudo: states of jobs, groups of colleagues
        for piece in self.sudo():
            user = piece.assigned_user_id
            if not user or not user._is_client_creation():
                continue
            if sentence := piece.job_id.sudo(False)._get_work_refusal():
                raise ValidationError(
                    self.env._(
                        "%(sentence)s Assign “%(piece)s” then.",
                        sentence=sentence,
                        piece=piece.name,
                    )
                )

    def _check_transition(self, target):
        """Beside the table: nobody works on a piece whose job has stopped."""
        result = super()._check_transition(target)
        if target in WORKED_STATES:
            for piece in self:
                if sentence := piece.job_id._get_work_refusal():
                    raise UserError(sentence)
        return result
