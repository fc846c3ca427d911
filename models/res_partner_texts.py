"""Texts of contacts: no spaces around them, e-mails that are e-mails."""

from odoo import api, models, tools
from odoo.exceptions import ValidationError

from ..tools.texts import join_emails, split_emails, strip_texts, wrong_emails


class ResPartner(models.Model):
    """Trims the texts of clients and their contacts; checks their e-mails."""

    _inherit = "res.partner"

    # ------------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------------

    @api.constrains("email", "is_client", "parent_id")
    def _check_client_emails(self):
        # sudo: fields for internal users only, checked whoever writes
        for partner in self.sudo():
            if not partner.commercial_partner_id.is_client:
                continue
            if wrong := wrong_emails(partner.email):
                raise ValidationError(
                    self.env._(
                        "%(name)s: “%(value)s” is not an e-mail address. Separate "
                        "several by a semicolon.",
                        name=partner.display_name,
                        value=wrong[0],
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create; the texts of clients and of their contacts are trimmed."""
        parents = self._clients_among({vals.get("parent_id") for vals in vals_list})
        return super().create(
            [
                self._trim_texts(vals)
                if self._makes_client(vals) or vals.get("parent_id") in parents
                else vals
                for vals in vals_list
            ]
        )

    def write(self, vals):
        """Write; the texts of clients and of their contacts are trimmed."""
        trimmed = self._trim_texts(vals)
        if trimmed == vals:
            return super().write(vals)
        clients = self._clients_among(self.ids)
        if self._makes_client(vals) or self._clients_among({vals.get("parent_id")}):
            clients = set(self.ids)
        ours = self.filtered(lambda partner: partner.id in clients)
        result = super(ResPartner, ours).write(trimmed)
        if others := self - ours:
            result = super(ResPartner, others).write(vals)
        return result

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _makes_client(self, vals):
        return vals.get("is_client", self.env.context.get("default_is_client"))

    @api.model
    def _clients_among(self, ids):
        """Return which of these ids are clients or their contacts.

        What belongs to nobody of them stays as Odoo saves it.

        :param ids: ids of partners, or anything that is none
        :rtype: set
        """
        ids = [id_ for id_ in ids if isinstance(id_, int) and id_]
        # sudo: only whether they belong to a client
        partners_sudo = self.sudo().browse(ids).exists()
        return set(partners_sudo.filtered("commercial_partner_id.is_client").ids)

    @api.model
    def _trim_texts(self, vals):
        """Return values with trimmed texts and one separator between e-mails."""
        vals = strip_texts(vals, self._text_fields())
        email = vals.get("email")
        if isinstance(email, str) and len(split_emails(email)) > 1:
            vals = dict(vals, email=join_emails(email))
        return vals

    @api.model
    @tools.ormcache()
    def _text_fields(self):
        """Return the names of the stored fields that hold plain text."""
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.type in ("char", "text") and (field.store or field.inverse)
        )
