"""Texts of contacts: no spaces around them, e-mails that are e-mails."""

from odoo import api, models, tools
from odoo.exceptions import ValidationError

from ..tools.texts import join_emails, split_emails, strip_texts, wrong_emails


class ResPartner(models.Model):
    """Trims texts when they are saved; checks the e-mails of clients."""

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
        """Create with trimmed texts."""
        return super().create([self._trim_texts(vals) for vals in vals_list])

    def write(self, vals):
        """Write trimmed texts."""
        return super().write(self._trim_texts(vals))

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

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
