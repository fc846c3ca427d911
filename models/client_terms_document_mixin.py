"""What orders and invoices alike do with their client's terms."""

from odoo import api, fields, models

from ..tools.columns import create_columns

# what the lines take, and who decides it
LINE_TERMS = {"partner_id", "client_discount", "client_withholding_tax_id"}


class ClientTermsDocumentMixin(models.AbstractModel):
    """Payment day, payment method and lines of an order or an invoice.

    A mixin comes after Odoo's own document: what must run around Odoo's methods stands
    in the documents, and calls what they share here.
    """

    _name = "client.terms.document.mixin"
    _inherit = "client.terms.mixin"
    _description = "Terms of a Client on a Document"

    client_payment_day = fields.Char(
        string="Payment day",
        compute="_compute_client_terms",
        store=True,
        readonly=False,
        precompute=True,
        groups="base.group_user",
        help="Days of the month on which the client pays: due dates move to the next.",
    )

    def _auto_init(self):
        # older documents are as they were agreed: no need to compute them all
        create_columns(
            self,
            {
                "client_discount": "float8",
                "client_payment_day": "varchar",
                "client_withholding_tax_id": "int4",
            },
        )
        return super()._auto_init()

    # ------------------------------------------------------------------
    # COMPUTE, CONSTRAINTS, ONCHANGE
    # ------------------------------------------------------------------

    @api.model
    def _client_terms_copied(self):
        return [*super()._client_terms_copied(), "client_payment_day"]

    @api.constrains("client_payment_day")
    def _check_client_payment_day(self):
        for document in self.sudo():  # sudo: checked whoever writes
            partner = document[self._client_terms_partner]
            partner._parse_client_payment_days(document.client_payment_day)

    @api.onchange("client_discount", "client_withholding_tax_id")
    def _onchange_client_terms(self):
        self._apply_client_terms()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _apply_client_terms(self):
        """Give the lines the discount and withholding of the document (hook)."""

    def _fill_preferred_payment_method(self):
        """Take the client's payment method where Odoo, which asks the contact, found
        none."""
        for document in self:
            if not document.preferred_payment_method_line_id:
                client = document._get_terms_client()
                method = client.property_inbound_payment_method_line_id
                document.preferred_payment_method_line_id = method.id

    def _get_line_terms(self):
        """Return the terms that lines take."""
        document = self.sudo()  # sudo: fields for internal users only, compared
        return document.client_discount, document.client_withholding_tax_id.id

    def _remember_line_terms(self, vals):
        """Return the terms of each document that ``vals`` may change."""
        if LINE_TERMS.isdisjoint(vals):
            return {}
        return {document: document._get_line_terms() for document in self}

    def _pass_on_line_terms(self, before):
        """Give the lines that are there what has changed since.

        :param dict before: see :meth:`_remember_line_terms`
        """
        for document, terms in before.items():
            if document._get_line_terms() != terms:
                document._apply_client_terms()
