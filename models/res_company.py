"""Company settings of Client Hub."""

import pytz

from odoo import api, fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    """Defaults that a company chooses once."""

    _inherit = "res.company"

    client_portal_default = fields.Boolean(
        string="Clients may use the portal",
        default=True,
        groups="base.group_user",
        help="For clients whose portal access is “As in the settings”.",
    )

    client_log_looks = fields.Boolean(
        string="Log when finance and administrators open a restricted client",
        help="Finance and administrators see every client. When they open the form of "
        "a restricted one, or of its documents, without being of its people, the "
        "client's history says so: once per person, client and day.",
        groups="base.group_user",
    )

    client_wall_renew_links = fields.Boolean(
        string="Void links when somebody loses sight of a restricted client",
        default=True,
        help="Links with a token open a document without signing in. When somebody "
        "leaves the people of a restricted client, the tokens of its documents and "
        "files are drawn anew; links in mails sent before ask to sign in.",
        groups="base.group_user",
    )

    def _get_client_zone(self):
        """Return the time zone in which the company's days begin and end."""
        self.ensure_one()
        # sudo: the address and working hours of the company say no more than its zone
        company = self.sudo()
        return company.partner_id.tz or company.resource_calendar_id.tz or "UTC"

    def _get_client_today(self):
        """Return the day that it is for the company."""
        now = pytz.utc.localize(fields.Datetime.now())
        return now.astimezone(pytz.timezone(self._get_client_zone())).date()

    @api.model
    def _get_client_todays(self):
        """Return ``{day: company ids}``: there are two or three days on earth at once.

        :rtype: dict
        """
        todays = {}
        # sudo: only their zones; archived ones have invoices too
        companies = self.sudo().with_context(active_test=False).search(Domain.TRUE)
        for company in companies:
            todays.setdefault(company._get_client_today(), []).append(company.id)
        return todays

    def write(self, vals):
        """Write; what looks at the settings is cached."""
        result = super().write(vals)
        if {"client_log_looks", "client_portal_default"} & vals.keys():
            self.env.registry.clear_cache()
        return result
