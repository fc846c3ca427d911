"""What a signed contract includes stays as it was agreed."""

from odoo import api, models

from .client_contract_signing import is_value_changed

# what the document says
SIGNED_FIELDS = frozenset(
    {
        "cap",
        "date_start",
        "is_portal_visible",
        "kind",
        "line_id",
        "months",
        "name",
        "piece_type_ids",
        "policy",
        "price_unit",
        "product_id",
        "project_ids",
        "quantity",
        "scope",
    }
)


class ClientContractIncluded(models.Model):
    """Keeps the included of a contract that is being read, or was signed.

    What the client neither sees nor pays for is only counted, and stays free.
    """

    _inherit = "client.contract.included"

    @api.model_create_multi
    def create(self, vals_list):
        """Create; nothing is added to what the client reads or signed.

        :raise UserError: says how to go on
        """
        records = super().create(vals_list)
        records._check_signed(lambda record: True)
        return records

    def write(self, vals):
        """Write; what the client reads or signed stays.

        :raise UserError: says how to go on
        """
        names = vals.keys() & SIGNED_FIELDS
        self._check_signed(
            lambda record: any(
                is_value_changed(record, name, vals[name]) for name in names
            )
        )
        free = self - self._get_agreed()
        result = super().write(vals)
        free._check_signed(lambda record: True)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._check_signed(lambda record: True)

    def _check_signed(self, is_changed):
        """Refuse a change of what the client reads or signed.

        :param is_changed: callable(record) -> whether it is about to change
        """
        if self.env.su:
            return
        changed = self._get_agreed().filtered(is_changed)
        changed.contract_id._check_signed_terms(lambda contract, names: True)

    def _get_agreed(self):
        """Return those that the client sees or pays for."""
        return self.filtered(lambda r: r.is_portal_visible or r.price_unit)
