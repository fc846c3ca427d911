"""What a document takes from its client's terms, and how it says so."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_list

from ..tools.payment_day import parse_payment_days


class ClientTermsMixin(models.AbstractModel):
    """Discount, payment day and withholding of an order, a contract or an invoice.

    They are copied from the client when it is chosen, and can be changed on the
    document: what was agreed later with the client leaves older documents alone.
    """

    _name = "client.terms.mixin"
    _description = "Terms of a Client"

    # {field of the document: field of the client}; hook
    _client_terms = {
        "client_discount": "client_discount",
        "client_withholding_tax_id": "client_withholding_tax_id",
    }
    # name of the field with the client or one of its contacts; hook
    _client_terms_partner = "partner_id"

    client_discount = fields.Float(
        string="Client discount",
        digits="Discount",
        compute="_compute_client_terms",
        store=True,
        readonly=False,
        precompute=True,
        groups="base.group_user",
        help="In %, for the lines that have no larger discount.",
    )
    client_withholding_tax_id = fields.Many2one(
        comodel_name="account.tax",
        string="Withholding tax",
        compute="_compute_client_terms",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount', '<', 0)]",
        ondelete="restrict",
        index="btree_not_null",
        groups="base.group_user",
        help="Added to the taxes of service lines.",
    )
    client_terms_note = fields.Text(
        string="Where it comes from",
        compute="_compute_client_terms_note",
        groups="base.group_user",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _client_terms_copied(self):
        """Return the names of the terms that are copied by this mixin (hook)."""
        return ["client_discount", "client_withholding_tax_id"]

    def _takes_client_terms(self):
        """Tell whether this document takes its client's terms (hook)."""
        return True

    @api.depends(lambda self: [self._client_terms_partner, "company_id"])
    def _compute_client_terms(self):
        for document in self:
            client = document._get_terms_client()
            for name in self._client_terms_copied():
                document[name] = client[self._client_terms[name]]

    @api.depends(lambda self: [self._client_terms_partner, *self._client_terms])
    def _compute_client_terms_note(self):
        for document in self:
            # sudo: reads the client's terms beside those of a document already open
            lines = document.sudo()._get_client_terms_lines()
            document.client_terms_note = "\n".join(lines) or False

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("client_discount")
    def _check_client_discount(self):
        # sudo: fields for internal users only, checked whoever writes
        for document in self.sudo():
            if not 0 <= document.client_discount <= 100:
                raise ValidationError(
                    self.env._("The client discount is between 0 and 100 %.")
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_terms_client(self):
        """Return the client whose terms hold, as superuser; may be empty."""
        self.ensure_one()
        partner = self[self._client_terms_partner]
        if not self._takes_client_terms():
            partner = partner.browse()
        return partner._get_client_terms(self.company_id or self.env.company)

    def _get_terms_sources(self):
        """Return the documents that this one was made from (hook)."""
        return []

    def _get_terms_source_value(self, source, name):
        """Return the value that a document above this one has for a term (hook)."""
        return source[name] if name in source._fields else None

    def _get_client_terms_lines(self):
        """Return one sentence for each value that comes from the client's terms."""
        self.ensure_one()
        client = self._get_terms_client()
        if not client:
            return []
        lines = []
        for name, client_name in self._client_terms.items():
            own, agreed = self[name], client[client_name]
            if not own and not agreed:
                continue
            label = self._fields[name]._description_string(self.env)
            text = self._format_client_term(name, own)
            origin = self._get_client_term_origin(name, own, client_name, agreed)
            if origin:
                lines.append(f"{label}: {text} – {origin}")
        return lines

    def _get_client_term_origin(self, name, own, client_name, agreed):
        """Return where one value came from, as a few words; '' when from nowhere."""
        for source in self._get_terms_sources():
            if own and own != agreed:
                if self._get_terms_source_value(source, name) == own:
                    return self.env._("from %s", source.display_name)
        if own == agreed:
            return self.env._("from the client")
        if agreed:
            text = self._format_client_term(name, agreed)
            return self.env._("other than agreed with the client (%s)", text)
        return ""

    def _format_client_term(self, name, value):
        """Return a value as people read it."""
        field = self._fields[name]
        if not value:
            return self.env._("none")
        if field.relational:
            return format_list(self.env, value.mapped("display_name"))
        if field.type == "float":
            return f"{value:g} %"
        return str(value)

    def _add_withholding(self, taxes, product):
        """Return the taxes of a line with the client's withholding tax.

        :param taxes: account.tax after the fiscal position
        :param product: product.product of the line
        """
        self.ensure_one()
        # sudo: a tax that the client's terms chose, for whoever makes the document
        withholding = self.sudo().client_withholding_tax_id
        if withholding and product.type == "service":
            return taxes | withholding.sudo(taxes.env.su)
        return taxes

    def _swap_withholding(self, lines):
        """Put the withholding tax of a changed client on lines that are there.

        Others that withhold and are not the product's own came from the client before.

        :param lines: records with ``product_id`` and ``tax_ids``
        """
        self.ensure_one()
        for line in lines.filtered("product_id"):
            own = line.product_id.sudo().taxes_id  # sudo: only compared
            old = line.tax_ids.filtered(lambda tax: tax.amount < 0) - own
            taxes = self._add_withholding(line.tax_ids - old, line.product_id)
            if taxes != line.tax_ids:
                line.tax_ids = taxes

    def _get_client_payment_days(self):
        """Return the payment days of this document."""
        self.ensure_one()
        try:
            return parse_payment_days(self.client_payment_day)
        except ValueError:
            # a text that the constraint is about to refuse
            return []
