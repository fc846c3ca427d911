"""Invoice lines made from contract entries."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    # not copied by "Duplicate"; a credit note keeps it, see below
    client_entry_id = fields.Many2one(
        comodel_name="client.contract.entry",
        string="Contract entry",
        copy=False,
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    client_contract_id = fields.Many2one(
        related="client_entry_id.contract_id",
        string="Client contract",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
    )
    client_period_start = fields.Date(
        related="client_entry_id.period_start",
        string="Period from",
        groups="base.group_user",
    )
    client_period_end = fields.Date(
        related="client_entry_id.period_end",
        string="Period to",
        groups="base.group_user",
    )

    @api.constrains("client_entry_id")
    def _check_client_entry(self):
        """An entry is billed to its own client, in its own company and currency."""
        # sudo: compares ids only
        for line in self.sudo().filtered("client_entry_id"):
            entry, move = line.client_entry_id, line.move_id
            if (
                move.commercial_partner_id != entry.client_id
                or move.company_id != entry.company_id
                or move.currency_id != entry.currency_id
                or move.move_type not in ("out_invoice", "out_refund")
            ):
                raise ValidationError(
                    self.env._(
                        "An invoice line bills contract entries of the invoice's own "
                        "client, company and currency."
                    )
                )

    def _copy_data_extend_business_fields(self, values):
        """Keep the entry on credit notes and on the invoice that corrects one."""
        result = super()._copy_data_extend_business_fields(values)
        if self.client_entry_id:
            values["client_entry_id"] = self.client_entry_id.id
        return result
