"""Change requests that come back to traffic, until somebody is given the work."""

from odoo import fields, models


class ClientPiece(models.Model):
    """Since when a piece waits for traffic to hand it out once more."""

    _inherit = "client.piece"
    _system_fields = frozenset({"returned_date"})
    # Follows from the decision and the assignment, which are logged themselves.
    _history_exclude = frozenset({"returned_date"})

    returned_date = fields.Datetime(
        string="Back from the client since",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="base.group_user",
        help="The client asked for changes and traffic has not given them to anybody.",
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Whoever assigns a piece has handed out the client's change request."""
        result = super().write(vals)
        if vals.get("assigned_user_id"):
            # sudo: a system field; the right to assign was checked with the write
            self.sudo().filtered("returned_date").write({"returned_date": False})
        return result

    # === BUSINESS METHODS === #

    def _on_transition(self, target, sources):
        """Put what the client sent back into traffic's inbox; take the rest out."""
        # sudo: a system field; the transition itself has just been checked
        pieces_sudo = self.sudo()
        if target == "changes_requested":
            pieces_sudo.write({"returned_date": fields.Datetime.now()})
            self.env["client.traffic.board"]._tell()
        else:
            pieces_sudo.filtered("returned_date").write({"returned_date": False})
        return super()._on_transition(target, sources)
