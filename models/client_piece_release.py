"""A piece is work, too: it begins, stops and goes on with its job."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

WORKED_STATES = frozenset({"in_progress", "internal_review"})


class ClientPiece(models.Model):
    """Pieces keep to the rule that holds for tasks, and come back with their job."""

    _inherit = "client.piece"
    _system_fields = frozenset({"cancelled_from"})
    # Follows from the job, which is logged itself.
    _history_exclude = _system_fields

    cancelled_from = fields.Char(
        string="Before its job was cancelled",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The status that the piece had; it comes back with its job.",
    )

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

    def _on_transition(self, target, sources):
        """Forget the job's end once the piece has gone on."""
        result = super()._on_transition(target, sources)
        if target != "cancelled":
            # sudo: a system field; the transition itself has just been checked
            self.sudo().filtered("cancelled_from").write({"cancelled_from": False})
        return result

    def _cancel_with_job(self):
        """Cancel what is still open, as superuser, and note where it was."""
        open_pieces = self.filtered(
            lambda piece: piece.state not in ("approved", "refused", "cancelled")
        )
        for piece in open_pieces:
            piece.cancelled_from = piece.state
        open_pieces.write({"state": "cancelled"})

    def _reopen_with_job(self):
        """Take up what was cancelled with its job, as superuser.

        What was with the client is work again: it goes out anew.
        """
        back = self.filtered(
            lambda piece: piece.state == "cancelled" and piece.cancelled_from
        )
        begun = back.filtered(
            lambda piece: (
                piece.cancelled_from != "planned" and piece.job_id._is_workable()
            )
        )
        back.write({"state": "planned"})
        begun.write({"state": "in_progress"})
