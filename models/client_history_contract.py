"""The part of a client's history that is about one contract."""

from odoo import api, fields, models
from odoo.fields import Domain

from .client_history import LooseMany2one


class ClientHistory(models.Model):
    """Knows which contract a row is about, so that the contract can show its own.

    The column stands beside the chain: it follows from model and record, which the
    hash covers.
    """

    _inherit = "client.history"

    contract_id = LooseMany2one(comodel_name="client.contract", readonly=True)

    # an invoice over several contracts is part of the history of each
    contract_ids = fields.Many2many(
        comodel_name="client.contract",
        string="Contracts",
        compute="_compute_contract_ids",
        search="_search_contract_ids",
    )

    _contract_date = models.Index(
        "(contract_id, date DESC, id DESC) WHERE contract_id IS NOT NULL"
    )

    @api.depends("contract_id", "model", "res_id")
    def _compute_contract_ids(self):
        # sudo: only which contracts a row that may be read is about
        invoices = self.env["account.move"].sudo()
        for row in self:
            row.contract_ids = row.contract_id
            if row.model == "account.move" and row.res_id:
                invoice = invoices.browse(row.res_id).exists()
                row.contract_ids |= invoice.invoice_line_ids.client_contract_id

    @api.model
    def _search_contract_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        # sudo: only the ids of invoices, for rows that have rules of their own
        lines = self.env["account.move.line"].sudo()
        invoices = lines.search([("client_contract_id", "in", value)]).move_id
        return Domain("contract_id", "in", value) | (
            Domain("model", "=", "account.move") & Domain("res_id", "in", invoices.ids)
        )

    @api.model
    def _buffer(self, row):
        """Queue a row, and keep which contract it speaks of."""
        if "contract_id" not in row:
            row["contract_id"] = self._get_row_contract_id(row)
        return super()._buffer(row)

    @api.model
    def _get_row_contract_id(self, row):
        """Return the id of the contract that a row is about, or None.

        :param dict row: columns, see ``_buffer``
        """
        name, res_id = row.get("model"), row.get("res_id")
        if name == "client.contract" or not res_id:
            return res_id or None
        if name == "res.partner":
            return None
        model = self.env.get(name)
        if model is None:
            return None
        for field_name in ("contract_id", "client_contract_id"):
            field = model._fields.get(field_name)
            if field and field.comodel_name == "client.contract":
                # sudo: only an id that the row keeps for those who may read it
                return model.browse(res_id).sudo()[field_name].id or None
        return None
