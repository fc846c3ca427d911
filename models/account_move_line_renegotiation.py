"""Journal items that were renegotiated, and those that came instead."""

from odoo import fields, models


class AccountMoveLine(models.Model):
    """Knows the renegotiation that replaced it."""

    _inherit = "account.move.line"

    client_renegotiation_id = fields.Many2one(
        comodel_name="client.renegotiation",
        string="Renegotiated in",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    client_renegotiation_instalment_ids = fields.One2many(
        comodel_name="client.renegotiation.instalment",
        inverse_name="move_line_id",
        string="Instalment of",
        readonly=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    def _get_renegotiation_name(self):
        """Return what this item is called in a renegotiation: its document."""
        if not self:
            return ""
        self.ensure_one()
        move = self.move_id
        name = move.name or move.ref or ""
        if move.client_renegotiation_source_id and self.name:
            # in the reader's language; what was booked with it, as it was booked
            instalment = self.client_renegotiation_instalment_ids[:1]
            return instalment._get_label() if instalment else self.name
        siblings = move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        if len(siblings) < 2 or self not in siblings:
            return name
        ordered = siblings.sorted(
            lambda line: (line.date_maturity or line.date, line.id)
        )
        return self.env._(
            "%(document)s, instalment %(number)s of %(count)s",
            document=name,
            number=list(ordered).index(self) + 1,
            count=len(ordered),
        )

    def _get_renegotiation_in_force(self):
        """Return the renegotiation in force that these items are instalments of."""
        # sudo: only which one; the caller names it to who chose the item
        rows = (
            self.env["client.renegotiation.instalment"]
            .sudo()
            .search(
                [
                    ("move_line_id", "in", self.ids),
                    ("renegotiation_id.state", "=", "applied"),
                ]
            )
        )
        return rows.renegotiation_id[:1]

    def _is_renegotiable(self):
        """Tell whether no other renegotiation has this open item."""
        self.ensure_one()
        # sudo: as above
        taken = (
            self.env["client.renegotiation.item"]
            .sudo()
            .search_count(
                [("move_line_id", "=", self.id), ("is_taken", "=", True)], limit=1
            )
        )
        return not taken and not self._get_renegotiation_in_force()
