"""An approver opens what he has to approve, whatever else he sees of the client."""

from odoo import models
from odoo.tools import SQL


class ClientPiece(models.Model):
    """Knows which of the client's people a piece is open to by name."""

    _inherit = "client.piece"

    # === BUSINESS METHODS === #

    def _portal_granted_sql(self, alias, sight):
        """Return the condition that a piece is the person's to approve.

        Asked by the wall about pieces whose job is not the person's own: approvers
        and deputies of a client that the person sees at all.

        :param str alias: of the table
        :param dict sight: see ``client.wall._portal_sight``
        """
        fields = self.env["client.piece.approver"]._fields
        return SQL(
            """(%s AND EXISTS (
                SELECT 1
                  FROM client_piece_approver AS approver
                 WHERE approver.piece_id = %s
                   AND %s IN (approver.partner_id, approver.deputy_id)
            ))""",
            self.env["client.wall"]._portal_visible_sql(
                SQL.identifier(alias, "client_id", to_flush=self._fields["client_id"]),
                sight,
                sight["sees_group"],
            ),
            SQL.identifier(alias, "id"),
            sight["contact_id"],
            to_flush=[fields[name] for name in ("piece_id", "partner_id", "deputy_id")],
        )

    def _is_named_approver(self, contact):
        """Tell whether a contact is one of the approvers, or their deputy."""
        self.ensure_one()
        # sudo: only yes or no leaves
        return contact in self.sudo().approver_ids._get_people()
