"""The client's tax id: whether it is required, its check, who else has it."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.base.models.res_partner import EU_EXTRA_VAT_CODES

from ..tools import tax_id

# What Odoo takes as "has no tax id".
NONE_AT_ALL = "/"


class ResPartner(models.Model):
    """Tax id of clients."""

    _inherit = "res.partner"

    client_tax_id_required = fields.Boolean(
        compute="_compute_client_tax_id_required",
        groups="base.group_user",
        help="By the settings, for companies or for individuals.",
    )
    client_tax_id_warning = fields.Char(
        compute="_compute_client_tax_id_warning", groups="base.group_user"
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("is_client", "is_company", "company_id")
    @api.depends_context("company")
    def _compute_client_tax_id_required(self):
        for partner in self:
            partner.client_tax_id_required = (
                partner.is_client and partner._is_tax_id_required(partner.is_company)
            )

    @api.depends("is_client", "is_company", "vat", "country_id")
    def _compute_client_tax_id_warning(self):
        for partner in self:
            partner.client_tax_id_warning = partner.is_client and self._tax_id_warning(
                partner.country_id, partner.vat, partner.is_company
            )

    @api.depends_context("uid")
    def _compute_same_vat_partner_id(self):
        """Compute; a client hidden from the user is not even hinted at."""
        result = super()._compute_same_vat_partner_id()
        for name in ("same_vat_partner_id", "same_company_registry_partner_id"):
            hidden = self.env["client.wall"]._hidden(self[name])
            for partner in self:
                if partner[name] & hidden:
                    partner[name] = partner._find_visible_twin(name)
        return result

    def _find_visible_twin(self, name):
        """Return another contact with this one's tax id that the user may see.

        Odoo looks for one as superuser; where that one is hidden, another may be
        there that isn't.

        :param str name: name of the field with the twin
        """
        domain = [("id", "!=", self._origin.id), ("parent_id", "=", False)]
        if name == "same_vat_partner_id":
            code = self.country_id.code or ""
            prefixes = {"", code, EU_EXTRA_VAT_CODES.get(code, "")}
            numbers = {self.vat, *(prefix + self.vat for prefix in prefixes)}
            if self.vat[:2].isalpha():
                numbers.add(self.vat[2:])
            domain.append(("vat", "in", list(numbers)))
            if self.country_id:
                domain.append(("country_id", "in", [self.country_id.id, False]))
        else:
            domain.append(("company_registry", "=", self.company_registry))
        return self.with_context(active_test=False).search(domain, limit=1)

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("is_client", "is_company", "vat", "country_id")
    def _check_client_tax_id(self):
        # sudo: fields for internal users only, checked whoever writes
        for partner in self.sudo().filtered("is_client"):
            if error := partner._tax_id_missing(
                partner.country_id, partner.vat, partner.is_company
            ):
                raise ValidationError(
                    self.env._(
                        "%(name)s: %(error)s", name=partner.display_name, error=error
                    )
                )

    @api.constrains("is_client", "company_registry", "country_id")
    def _check_client_company_registry(self):
        # sudo: fields for internal users only, checked whoever writes
        for partner in self.sudo().filtered("is_client"):
            number = partner.company_registry
            if (
                number
                and partner.country_id.code == "FR"
                and not tax_id.is_french_registry(number)
            ):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a SIREN (9 digits) or SIRET (14 digits): check "
                        "its digits.",
                        number,
                    )
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def check_vat_br(self, vat):
        """Check a CPF or CNPJ, the alphanumeric one of 2026 included."""
        return tax_id.is_cpf(vat) or tax_id.is_cnpj(vat)

    @api.model
    def check_vat_fr(self, vat):
        """Check a VAT number; who has none gives the SIREN or SIRET."""
        return tax_id.is_french(vat)

    @api.model
    def format_vat_br(self, vat):
        """Return a CPF or CNPJ as it is stored: without separators."""
        return tax_id.compact(vat)

    @api.model
    def _run_vat_checks(self, country, vat, partner_name="", validation="error"):
        memo = self.env.context.get("client_tax_id_memo")
        if not isinstance(memo, tax_id.TaxIdMemo):
            memo = {}
        key = (country.id, vat, validation)
        if key in memo:
            return memo[key]
        # Odoo lets a number that begins with EU pass unchecked, as that of a foreign
        # company registered in the Union; a CNPJ may begin with any letters now.
        if country.code == "BR" and vat and len(tax_id.compact(vat)) == 14:
            if tax_id.is_cnpj(vat):
                return tax_id.compact(vat), "BR"
            if validation == "error" and tax_id.compact(vat).startswith("EU"):
                label = self.env._("partner [%s]", partner_name)
                raise ValidationError(self._build_vat_error_message("br", vat, label))
        # a number that is refused raises, and is asked again
        memo[key] = super()._run_vat_checks(country, vat, partner_name, validation)
        return memo[key]

    def _is_tax_id_required(self, is_company):
        """Return whether the settings require a tax id.

        :param bool is_company: of a company, else of an individual
        """
        # sudo: a setting, which everybody feels
        company_sudo = (self.company_id or self.env.company).sudo()
        return (
            company_sudo.client_tax_id_company
            if is_company
            else company_sudo.client_tax_id_person
        )

    def _tax_id_missing(self, country, vat, is_company):
        """Return the sentence about a tax id that is required and not there; or ''.

        A client abroad may have none, and says so by a slash.
        """
        company = self.company_id or self.env.company
        is_abroad = country and country != company.country_id
        if (
            not self._is_tax_id_required(is_company)
            or (vat and vat != NONE_AT_ALL)
            or (vat and is_abroad)
        ):
            return ""
        if is_abroad:
            return self.env._("Enter the tax id, or “/” if there is none.")
        return self.env._(
            "Enter the tax id (%s).", company.country_id.vat_label or self.env._("VAT")
        )

    @api.model
    def _tax_id_warning(self, country, vat, is_company):
        """Return what is odd about a valid tax id, as a sentence; or ''."""
        if not vat or vat == NONE_AT_ALL:
            return ""
        if not country:
            return self.env._("Enter the country, so that the tax id can be checked.")
        kind = tax_id.kind_of(country.code, vat)
        if kind == "person" and is_company:
            return self.env._("This is the tax id of an individual, not of a company.")
        if kind == "company" and not is_company:
            return self.env._("This is the tax id of a company, not of an individual.")
        return ""
