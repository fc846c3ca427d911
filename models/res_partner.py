"""Client identity on the partner: number, names, status, relationship."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

CLIENT_STATUS = [("active", "Active"), ("inactive", "Inactive")]


class ClientImportKey(int):
    """Id of the import at work, in the context.

    Only Python code can make one: a context that comes by RPC holds plain numbers, so
    nobody sets client numbers by pretending to be an import.
    """


class ResPartner(models.Model):
    """A client is a commercial entity with ``is_client``."""

    _name = "res.partner"
    _inherit = ["res.partner", "client.guard.mixin", "client.history.mixin"]
    # The other references of a partner are Odoo's own.
    _guard_references = {"parent_id"}

    # Computed from others, or of no interest: ranks move with every document.
    _history_exclude = frozenset(
        {
            "customer_rank",
            "supplier_rank",
            "complete_name",
            "client_wall_id",
            "client_bought_company_ids",
            "signup_type",
            "color",
            "image_1024",
            "image_512",
            "image_256",
            "image_128",
            # the postal code and city are logged by their own names
            "contact_address",
        }
    )

    is_client = fields.Boolean(
        string="Is a client",
        index="btree_not_null",
        groups="base.group_user",
        help="Gives the contact a client record: contracts, budgets, jobs, history.",
    )
    client_number = fields.Char(
        string="Client number",
        copy=False,
        groups="base.group_user",
        help="Given by the sequence; administrators can change it.",
    )
    legal_name = fields.Char(
        string="Legal name",
        groups="base.group_user",
        help="Name of the company as registered; the name above is the trade name.",
    )
    client_status = fields.Selection(
        selection=CLIENT_STATUS,
        default="active",
        required=True,
        string="Client status",
        groups="base.group_user",
        help="An inactive client gets no new job, contract, order or portal access. "
        "Nothing is deleted.",
    )
    client_substatus_id = fields.Many2one(
        comodel_name="client.substatus",
        string="Stage",
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
        help="Your own stages, for organising.",
    )
    _client_number_unique = models.UniqueIndex(
        "(client_number) WHERE client_number IS NOT NULL",
        "This client number is taken.",
    )

    @api.model
    def _rec_names_search_extra(self):
        return ["client_number", "legal_name"]

    @property
    def _rec_names_search(self):
        names = super()._rec_names_search
        # portal users may search their own contacts but not by internal fields
        if self.env.user._is_internal():
            return [*names, *self._rec_names_search_extra()]
        return names

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("is_client", "legal_name", "is_company")
    def _check_legal_name(self):
        # sudo: fields for internal users only, checked whoever writes
        for partner in self.sudo():
            if partner.is_client and partner.is_company and not partner.legal_name:
                raise ValidationError(
                    self.env._("Enter the legal name of “%s”.", partner.display_name)
                )

    @api.constrains("is_client", "parent_id")
    def _check_client_is_entity(self):
        # sudo: fields for internal users only, checked whoever writes
        for partner in self.sudo():
            if partner.is_client and partner.commercial_partner_id != partner:
                raise ValidationError(
                    self.env._(
                        "“%(contact)s” is a contact of “%(company)s”: only the company "
                        "can be a client.",
                        contact=partner.name,
                        company=partner.commercial_partner_id.name,
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create partners; clients get their number."""
        self._check_client_number_right(vals_list)
        for vals in vals_list:
            if vals.get("is_client") and not vals.get("client_number"):
                vals["client_number"] = self._next_client_number()
        return super().create(vals_list)

    def write(self, vals):
        """Write; a partner that becomes a client gets its number."""
        # sudo: a field for internal users; the same number again is no change
        numbers = set(self.sudo().mapped("client_number"))
        if numbers != {vals.get("client_number")}:
            self._check_client_number_right([vals])
        result = super().write(vals)
        if vals.get("is_client"):
            # sudo: the number is given by the system, not by the user
            for partner in self.sudo().filtered(lambda p: not p.client_number):
                partner.client_number = self._next_client_number()
        return result

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _next_client_number(self):
        """Return the next number of the sequence that no client has.

        Imported numbers may look like those of the sequence.
        """
        # sudo: everybody who may create a client may take the next number, and that
        # one is taken shows in no way whose it is
        sequence_sudo = self.env["ir.sequence"].sudo()
        partners_sudo = self.sudo().with_context(active_test=False)
        while number := sequence_sudo.next_by_code("client.number"):
            taken = [("client_number", "=", number)]
            if not partners_sudo.search_count(taken, limit=1):
                return number
        return False

    @api.model
    def _check_client_number_right(self, vals_list):
        """Only administrators and the import choose a client's number."""
        if (
            self.env.su
            or isinstance(self.env.context.get("client_import_id"), ClientImportKey)
            or not any(vals.get("client_number") for vals in vals_list)
            or self.env.user.has_group("client_hub.group_manager")
        ):
            return
        raise AccessError(
            self.env._("Only Client Hub administrators can change a client's number.")
        )

    def _history_client(self):
        entity = self.commercial_partner_id
        return entity if entity.is_client else self.browse()

    def _history_name(self):
        # stored, where the display name would be worked out for each
        return self.complete_name or self.display_name

    def _history_kind_of(self):
        if self.commercial_partner_id.id == self.id:
            return "client"
        return "contact" if self.type == "contact" else "address"

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_client_history(self):
        """Open the client's whole history, searchable."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_history_action"
        )
        action["domain"] = [("client_id", "=", self.commercial_partner_id.id)]
        return action
