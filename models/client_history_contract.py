"""The part of a client's history that is about one contract."""

from odoo import api, models

from .client_history import LooseMany2one


class ClientHistory(models.Model):
    """Knows which contract a row is about, so that the contract can show its own.

    The column stands beside the chain: it follows from model and record, which the
    hash covers.
    """

    _inherit = "client.history"

    contract_id = LooseMany2one(comodel_name="client.contract", readonly=True)

    _contract_date = models.Index(
        "(contract_id, date DESC, id DESC) WHERE contract_id IS NOT NULL"
    )

    @api.model
    def _buffer(self, row):
        """Queue a row, and keep which contract it speaks of."""
        row.setdefault("contract_id", self._get_row_contract_id(row))
        return super()._buffer(row)

    @api.model
    def _get_row_contract_id(self, row):
        """Return the id of the contract that a row is about, or None.

        :param dict row: columns, see ``_buffer``
        """
        name, res_id = row.get("model"), row.get("res_id")
        if name == "client.contract" or not res_id:
            return res_id or None
        model = self.env.get(name)
        if model is None:
            return None
        for field_name in ("contract_id", "client_contract_id"):
            field = model._fields.get(field_name)
            if field and field.comodel_name == "client.contract":
                # sudo: only an id that the row keeps for those who may read it
                return model.browse(res_id).sudo()[field_name].id or None
        return None
