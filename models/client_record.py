"""What every record that belongs to a client has in common."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang
from odoo.tools.misc import get_lang


class ClientRecord(models.AbstractModel):
    """Client, company, wall and history of an own model.

    Child models (lines, answers, versions…) inherit it too and make ``client_id`` and
    ``company_id`` stored related fields of their parent.
    """

    _name = "client.record"
    _inherit = ["client.guard.mixin", "client.history.mixin"]
    _description = "Record of a client"

    # Set by models that may be created for an inactive client (entries of a running
    # contract, log-like rows); hook.
    _client_record_allow_inactive = False

    client_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('is_client', '=', True)]",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    client_wall_id = fields.Many2one(
        comodel_name="client.wall",
        related="client_id.client_wall_id",
        store=True,
        index="btree_not_null",
        groups="base.group_user",
        # the wall's row is needed to decide who sees the record, before anybody reads
        related_sudo=True,
    )

    @api.depends("client_wall_id")
    @api.depends_context("uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        self.env["client.wall"]._mask(self)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Create, unless the client is inactive."""
        records = super().create(vals_list)
        if not self._client_record_allow_inactive:
            self._check_client_active(records.client_id)
        return records

    def write(self, vals):
        """Write; a child stays with its parent, and so with its client."""
        related = self._fields["client_id"].related
        parent = related and related.split(".")[0]
        if parent in vals and not self.env.su:
            for record in self:
                if record[parent].id != vals[parent]:
                    raise UserError(
                        self.env._(
                            "“%(record)s” can't move to another document.",
                            record=record.display_name,
                        )
                    )
        return super().write(vals)

    @api.constrains("client_id")
    def _check_client_is_client(self):
        """Refuse a partner that is not a client, or one of its contacts."""
        # sudo: the flags decide about the write that was already allowed
        for client in self.sudo().client_id:
            if not client.is_client or client != client.commercial_partner_id:
                raise UserError(
                    self.env._(
                        "“%s” is not a client. Choose a client, not one of its "
                        "contacts.",
                        client.display_name,
                    )
                )

    @api.model
    def _check_client_active(self, clients):
        """Refuse new work for an inactive client.

        :param clients: ``res.partner`` records
        :raise UserError: names the inactive client
        """
        # sudo: only the status decides; the name is the one the user chose himself
        for client in clients.sudo():
            if client.is_client and client.client_status == "inactive":
                raise UserError(
                    self.env._(
                        "“%s” is inactive: reactivate the client before opening "
                        "something new for it.",
                        client.display_name,
                    )
                )

    def _for_reader(self, person):
        """Return these records in the language of who reads what is written of them.

        :param person: res.users or res.partner, may be empty
        """
        # sudo: nothing but in which language somebody reads
        return self.with_context(lang=person.sudo().lang or self.env.lang)

    @api.model
    def _format_number(self, number, digits=6):
        """Return a number as people write it in their language, e.g. ``1,5`` or ``20``.

        :param float number: a quantity, hours or a percentage
        :param int digits: decimals at most, one or more
        """
        text = formatLang(self.env, number, digits=digits)
        return text.rstrip("0").rstrip(get_lang(self.env).decimal_point)
