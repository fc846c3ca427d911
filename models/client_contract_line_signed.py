"""Lines of a contract that the client reads or has signed."""

from odoo import api, models

from .client_contract_signing import AGREED, AGREED_CHANGE, is_value_changed

# what the document says of a line; until when it runs may end earlier
SIGNED_LINE_FIELDS = frozenset(
    {
        "contract_id",
        "date_start",
        "discount",
        "name",
        "price_unit",
        "product_id",
        "quantity",
    }
)
WAITING_LINE_FIELDS = SIGNED_LINE_FIELDS | {"date_end", "tax_ids"}


class ClientContractLine(models.Model):
    """The terms of a line stay as they were agreed."""

    _inherit = "client.contract.line"

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create; nothing is added to what the client reads or signed.

        :raise UserError: says how to go on
        """
        lines = super().create(vals_list)
        if not self.env.su:
            lines.contract_id._check_signed_terms(lambda contract, names: True)
        return lines

    def write(self, vals):
        """Write; what the client reads or signed stays.

        :raise UserError: says how to go on
        """
        names = vals.keys() & WAITING_LINE_FIELDS
        by_agreement = self.env.context.get(AGREED_CHANGE) is AGREED
        if names and not self.env.su and not by_agreement:
            self._check_signed_lines(vals, names)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        if not self.env.su:
            self.contract_id._check_signed_terms(lambda contract, names: True)

    def _check_signed_lines(self, vals, names):
        """Refuse to change the terms of lines that are bound by a signature."""

        def is_changed(contract, fields):
            kept = WAITING_LINE_FIELDS if "date_end" in fields else SIGNED_LINE_FIELDS
            return any(
                is_value_changed(line, name, vals[name])
                for line in self
                if line.contract_id == contract
                for name in names & kept
            )

        self.contract_id._check_signed_terms(is_changed)

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _get_agreed_fields(self):
        """Return the names of the fields that the document is made from (hook)."""
        return WAITING_LINE_FIELDS - {"contract_id"}
