"""Postal addresses: lines that Odoo lacks, addresses in the same place."""

from lxml import etree

from odoo import api, fields, models

from ..tools import addresses

# Most other clients that are named as having the same address.
MAX_SAME = 10
# Lines of an address between the street and the city, in this order.
EXTRA_LINES = ("street3", "neighbourhood")


class ResPartner(models.Model):
    """Address of clients.

    Number and complement are ``base_address_extended``'s, made from the street and put
    into it, so that everything of Odoo goes on reading ``street``.
    """

    _inherit = "res.partner"

    # Without groups, as Odoo's own lines: portal users see their address.
    street3 = fields.Char(string="Street 3")
    neighbourhood = fields.Char()
    fax = fields.Char(groups="base.group_user")
    has_client_address = fields.Boolean(
        compute="_compute_has_client_address",
        groups="base.group_user",
        help="Shows number, complement and neighbourhood apart from the street.",
    )
    address_key = fields.Char(
        compute="_compute_address_key",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
        help="Street and number as compared with other addresses.",
    )
    same_address_client_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Clients at the same address",
        compute="_compute_same_address_client_ids",
        groups="base.group_user",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("commercial_partner_id.is_client", "is_client")
    def _compute_has_client_address(self):
        for partner in self:
            partner.has_client_address = (
                partner.is_client or partner.commercial_partner_id.is_client
            )

    @api.depends("street")
    def _compute_street_data(self):
        """Compute; a street that ends in "s/n" has this number."""
        result = super()._compute_street_data()
        for partner in self:
            if parts := addresses.split_no_number(partner.street):
                partner.street_name, partner.street_number = parts
        return result

    @api.depends("street_name", "street_number")
    def _compute_address_key(self):
        for partner in self:
            partner.address_key = (
                addresses.address_key(partner.street_name, partner.street_number)
                or False
            )

    @api.depends("address_key", "zip", "neighbourhood", "country_id", "parent_id")
    @api.depends_context("uid")
    def _compute_same_address_client_ids(self):
        for partner in self:
            partner.same_address_client_ids = partner._find_same_address_clients()

    def _find_same_address_clients(self):
        """Return the other clients with an address in the same place.

        As the user, whoever computes: a client hidden from him is not hinted at.
        """
        if not self.address_key or not (self.zip or self.neighbourhood):
            return self.browse()
        own = self._origin.commercial_partner_id or self.commercial_partner_id._origin
        domain = self._same_address_domain([self.address_key])
        found = self.sudo(False).search(
            [*domain, ("commercial_partner_id", "not in", own.ids)], limit=MAX_SAME
        )
        here = self._address_place()
        same = found.filtered(
            lambda other: addresses.is_same_place(here, other._address_place())
        )
        return same.commercial_partner_id

    @api.model
    def _same_address_domain(self, keys):
        """Return the domain of clients' own addresses in the same houses.

        :param keys: values of ``address_key``
        """
        return [
            ("address_key", "in", keys),
            ("commercial_partner_id.is_client", "=", True),
            # a contact has its company's address
            "|",
            "|",
            ("is_company", "=", True),
            ("parent_id", "=", False),
            ("type", "!=", "contact"),
        ]

    def _address_place(self):
        return {
            "zip": self.zip,
            "neighbourhood": self.neighbourhood,
            "country": self.country_id.id,
        }

    # ------------------------------------------------------------------
    # ONCHANGE
    # ------------------------------------------------------------------

    @api.onchange("city_id")
    def _onchange_city_id(self):
        """Change; a city without a postal code of its own leaves what was typed."""
        before = self.zip
        result = super()._onchange_city_id()
        if self.city_id and not self.city_id.zipcode:
            self.zip = before
        return result

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _address_fields(self):
        return [*super()._address_fields(), *EXTRA_LINES]

    def _get_address_format(self):
        """Return the country's format with the lines that this address has."""
        text = super()._get_address_format()
        lines = [
            f"%({name})s"
            for name in EXTRA_LINES
            if self[name] and f"%({name})s" not in text
        ]
        if not lines:
            return text
        for anchor in ("%(street2)s", "%(street)s"):
            if anchor in text:
                return text.replace(anchor, "\n".join([anchor, *lines]), 1)
        return "\n".join([*lines, text])

    # ------------------------------------------------------------------
    # VIEW
    # ------------------------------------------------------------------

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Return the view with the client's lines in each address.

        Odoo replaces the whole address by the one of the company's country, if that
        has its own: what inherits the form is lost there.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        if view.type == "form" and not self.env.context.get("no_address_format"):
            for node in arch.xpath("//div[hasclass('o_address_format')]"):
                self._add_address_lines(node)
        return arch, view

    @api.model
    def _add_address_lines(self, node):
        """Add number, complement, third line and neighbourhood to an address.

        :param node: the address in a form, as an ``lxml`` element
        """
        street = node.find(".//field[@name='street']")
        street2 = node.find(".//field[@name='street2']")
        if street is None or street2 is None:
            return
        if node.find(".//field[@name='street_number']") is None:
            readonly = street.get("readonly", "False")
            street.set("invisible", "has_client_address")
            street.addprevious(
                etree.fromstring(
                    '<div class="o_client_hub_street" name="client_street" '
                    'invisible="not has_client_address">'
                    f'<field name="street_name" placeholder="{self.env._("Street")}" '
                    f'readonly="{readonly}"/>'
                    f'<field name="street_number" readonly="{readonly}" '
                    f'placeholder="{self.env._("Number")}"/>'
                    f'<field name="street_number2" readonly="{readonly}" '
                    f'placeholder="{self.env._("Complement")}"/></div>'
                )
            )
        # a third line appears with the second
        invisible = {
            "street3": "not has_client_address or not (street2 or street3)",
            "neighbourhood": "not has_client_address",
        }
        for name in reversed(EXTRA_LINES):
            label = self._fields[name]._description_string(self.env)
            line = etree.Element(
                "field",
                {
                    "name": name,
                    "placeholder": f"{label}...",
                    "class": "o_address_street",
                    "invisible": invisible[name],
                },
            )
            street2.addnext(line)
        code = node.find(".//field[@name='zip']")
        if code is not None and not code.get("widget"):
            code.set("widget", "client_postal_code")
