"""Invoices that were renegotiated, and the entries that did it."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .client_renegotiation import READERS

IN_FORCE = ("applied", "kept")


class AccountMove(models.Model):
    """Leads to its renegotiation; what one made is undone there and nowhere else."""

    _inherit = "account.move"

    client_renegotiation_source_id = fields.Many2one(
        comodel_name="client.renegotiation",
        string="Made by renegotiation",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
    )
    client_renegotiation_ids = fields.Many2many(
        comodel_name="client.renegotiation",
        string="Renegotiations",
        compute="_compute_client_renegotiation_ids",
        groups=READERS,
    )
    client_renegotiation_count = fields.Integer(
        compute="_compute_client_renegotiation_ids", groups=READERS
    )

    @api.depends("client_renegotiation_source_id", "line_ids.client_renegotiation_id")
    def _compute_client_renegotiation_ids(self):
        for move in self:
            found = (
                move.client_renegotiation_source_id
                | move.line_ids.client_renegotiation_id
            )
            move.client_renegotiation_ids = found._filtered_access("read")
            move.client_renegotiation_count = len(move.client_renegotiation_ids)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_view_client_renegotiations(self):
        """Open the renegotiations of this document."""
        self.ensure_one()
        return self.client_renegotiation_ids._get_records_action(
            name=self.env._("Renegotiations")
        )

    def action_client_renegotiate(self):
        """Begin a renegotiation of what is open of these invoices.

        :raise UserError: when they are not of one client, company and currency
        """
        # sudo: flags of what the user has chosen and may read
        self.check_access("read")
        moves = self.filtered(lambda move: move.is_sale_document(True))
        client = moves.commercial_partner_id
        if len(client) != 1 or not client.sudo().is_client:
            raise UserError(self.env._("Choose invoices of one client."))
        if len(moves.currency_id) != 1 or len(moves.company_id) != 1:
            raise UserError(
                self.env._("Choose invoices of one company and one currency.")
            )
        # sudo: the items of invoices that the user may read; they check themselves
        lines_sudo = moves.sudo().line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
                and line.parent_state == "posted"
            )
        )
        if not lines_sudo:
            raise UserError(self.env._("Nothing of these invoices is open."))
        row = self.env["client.renegotiation"].create(
            {
                "client_id": client.id,
                "company_id": moves.company_id.id,
                "currency_id": moves.currency_id.id,
            }
        )
        self.env["client.renegotiation.item"].sudo().create(  # sudo: as above
            [
                {"renegotiation_id": row.id, "move_line_id": line.id}
                for line in lines_sudo
            ]
        )
        return row._get_records_action(name=self.env._("Renegotiation"))

    def button_draft(self):
        """Refuse for what a renegotiation in force made."""
        self._check_not_in_force()
        return super().button_draft()

    def button_cancel(self):
        """Refuse for what a renegotiation in force made."""
        self._check_not_in_force()
        return super().button_cancel()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Refuse for what a renegotiation in force made."""
        self._check_not_in_force()
        return super()._reverse_moves(default_values_list, cancel=cancel)

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Match each line of a renegotiation with its own reversal.

        Its lines in another currency are worth different rates: any other match would
        make exchange differences of nothing.
        """
        others, reversals = self.browse(), self.browse()
        for move, reversal in zip(self, reverse_moves, strict=True):
            if move.move_type != "entry" or not move.client_renegotiation_source_id:
                others += move
                reversals += reversal
                continue
            pairs = zip(
                move.line_ids.sorted("sequence"),
                reversal.line_ids.sorted("sequence"),
                strict=True,
            )
            for line, mirror in pairs:
                if line.account_id.reconcile and not line.reconciled:
                    (line | mirror).with_context(
                        move_reverse_cancel=move_reverse_cancel
                    ).reconcile()
        if others:
            super(AccountMove, others)._reconcile_reversed_moves(
                reversals, move_reverse_cancel
            )
        return reverse_moves

    def _check_not_in_force(self):
        """Raise when one of these moves carries a renegotiation.

        :raise UserError: names it
        """
        # sudo: whoever changes the move, the renegotiation counts
        for move in self.sudo():
            row = move.client_renegotiation_source_id
            if row.state in IN_FORCE and move in (row.move_id | row.invoice_id):
                raise UserError(
                    self.env._(
                        "%(move)s carries the renegotiation %(renegotiation)s: undo "
                        "that one, or mark it as broken.",
                        move=move.name,
                        renegotiation=row.number,
                    )
                )

    def _filter_credit_open(self):
        """Leave out what a renegotiation makes: who agreed to it knows the debts."""
        moves = super()._filter_credit_open()
        # sudo: only whether one made it
        return moves.filtered(
            lambda move: not move.sudo().client_renegotiation_source_id
        )
