"""Invoice lines made from contract entries."""

from odoo import fields, models


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

    def _copy_data_extend_business_fields(self, values):
        """Keep the entry on credit notes and on the invoice that corrects one."""
        result = super()._copy_data_extend_business_fields(values)
        if self.client_entry_id:
            values["client_entry_id"] = self.client_entry_id.id
        return result
