"""Postal codes that were looked up: answers to typing, kept for the next time."""

import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models

from ..tools import postal_code
from ..tools.addresses import simple

_logger = logging.getLogger(__name__)

# Days an answer is taken from here; streets are renamed, new codes are given out.
KEEP_FOUND = 180
KEEP_UNKNOWN = 1


class ClientPostalCode(models.Model):
    """A postal code and what it stands for; nothing of any client is in it."""

    _name = "client.postal.code"
    _description = "Postal Code"
    _order = "country_id, code"
    _rec_name = "code"

    country_id = fields.Many2one(
        comodel_name="res.country",
        required=True,
        ondelete="cascade",
        index=True,
    )
    code = fields.Char(string="Postal code", required=True)
    is_known = fields.Boolean(string="Known")
    street = fields.Char()
    neighbourhood = fields.Char()
    city = fields.Char()
    state_code = fields.Char(string="State")
    provider = fields.Char(string="Service")
    date = fields.Datetime(string="Asked on", required=True)

    _code_unique = models.UniqueIndex(
        "(country_id, code)", "This postal code is there already."
    )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    @api.model
    def lookup(self, code, country_id=False):
        """Return the address of a postal code, for who edits contacts.

        :param str code: as typed
        :param int country_id: country of the address; without, the company's
        :return: dict with ``status`` (``found``, ``unknown``, ``unavailable``,
            ``invalid``, or ``none`` where no service knows the country), ``message``
            (a sentence for the person) and ``values`` (fields of the contact)
        :rtype: dict
        :raise AccessError: of a person who may not edit contacts
        """
        self.env["res.partner"].check_access("write")
        country = self.env["res.country"].browse(country_id or ()).exists()
        country = country or self.env.company.country_id
        code = (code or "").strip()
        if not code or country.code not in postal_code.CHAINS:
            return self._answer("none")
        if not postal_code.is_code(country.code, code):
            return self._answer(
                "invalid",
                self.env._(
                    "“%(code)s” is not a postal code of %(country)s: they look like "
                    "%(example)s.",
                    code=code,
                    country=country.name,
                    example=postal_code.example_of(country.code),
                ),
            )
        code = postal_code.format_code(country.code, code)
        known = self._get_cached(country, code)
        if not known:
            try:
                known = self._ask(country, code)
            except postal_code.PostalCodeUnavailable:
                return self._answer(
                    "unavailable",
                    self.env._(
                        "The postal code service does not answer: type the address."
                    ),
                )
        if not known.is_known:
            return self._answer(
                "unknown",
                self.env._("No address has the postal code %s.", code),
            )
        return self._answer("found", values=known._partner_values())

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _answer(self, status, message="", values=None):
        return {"status": status, "message": message, "values": values or {}}

    @api.model
    def _get_cached(self, country, code):
        """Return what is known of a code and not too old; or an empty record."""
        # sudo: a public fact; who asks was checked
        known = self.sudo().search(
            [("country_id", "=", country.id), ("code", "=", code)], limit=1
        )
        days = KEEP_FOUND if known.is_known else KEEP_UNKNOWN
        if known and known.date < fields.Datetime.now() - timedelta(days=days):
            return known.browse()
        return known

    @api.model
    def _ask(self, country, code):
        """Ask the services, and keep their answer.

        :return: the kept answer, as superuser
        :raise PostalCodeUnavailable: no service answered
        """
        vals = {
            "country_id": country.id,
            "code": code,
            "date": fields.Datetime.now(),
            "is_known": False,
        }
        try:
            found = postal_code.ask(country.code, code)
        except postal_code.PostalCodeUnknown:
            found = None
        if found:
            vals |= {
                "is_known": True,
                "street": found.street,
                "neighbourhood": found.neighbourhood,
                "city": found.city,
                "state_code": found.state_code,
                "provider": found.provider,
            }
        # sudo: nobody writes here by hand; who asks was checked
        model_sudo = self.sudo()
        domain = [("country_id", "=", country.id), ("code", "=", code)]
        if old := model_sudo.search(domain, limit=1):
            old.write(vals)
            return old
        try:
            with self.env.cr.savepoint():
                return model_sudo.create(vals)
        except psycopg2.errors.UniqueViolation:
            # someone else typed it in the same moment; his is not visible yet
            return model_sudo.new(vals)

    def _partner_values(self):
        """Return the fields of a contact at this postal code; state, city matched."""
        self.ensure_one()
        country = self.country_id
        state = country.state_ids.filtered(
            lambda state: simple(state.code) == simple(self.state_code)
        )[:1]
        city = self.env["res.city"].browse()
        if country.enforce_cities:
            cities = self.env["res.city"].search(
                [("country_id", "=", country.id), ("state_id", "in", [state.id, False])]
            )
            city = cities.filtered(lambda city: simple(city.name) == simple(self.city))
        return {
            "zip": self.code,
            "street": self.street or "",
            "neighbourhood": self.neighbourhood or "",
            "city": city[:1].name or self.city or "",
            "city_id": self._pair(city[:1]),
            "state_id": self._pair(state),
            "country_id": self._pair(country),
        }

    @api.model
    def _pair(self, record):
        """Return a record as the web client takes it."""
        return (
            {"id": record.id, "display_name": record.display_name} if record else False
        )

    @api.autovacuum
    def _gc_old(self):
        """Delete answers that are too old to be given."""
        for is_known, days in ((True, KEEP_FOUND), (False, KEEP_UNKNOWN)):
            limit = fields.Datetime.now() - timedelta(days=days)
            self.search([("is_known", "=", is_known), ("date", "<", limit)]).unlink()
