"""Adds contacts to a mailing list of Odoo's Email Marketing, where it is installed."""

from odoo import fields, models
from odoo.exceptions import UserError


class ClientMailingList(models.TransientModel):
    """Asks for the list.

    The lists are a selection instead of a link to ``mailing.list``: the app that has
    them need not be there.
    """

    _name = "client.mailing.list"
    _description = "Add contacts to a mailing list"

    partner_ids = fields.Many2many(
        comodel_name="res.partner", string="Contacts", readonly=True
    )
    list_key = fields.Selection(selection="_selection_lists", string="Mailing list")
    new_name = fields.Char(string="Or a new one")

    def _selection_lists(self):
        Lists = self.env.get("mailing.list")
        if Lists is None or not Lists.has_access("read"):
            return []
        return [(str(record.id), record.display_name) for record in Lists.search([])]

    # === BUSINESS METHODS === #

    def _mailing_list(self):
        """Return the chosen list, or a new one, as the user.

        :raise UserError: there is neither
        """
        if not self.env["res.partner"].client_may_use_mailing_lists():
            raise UserError(
                self.env._("Mailing lists need the Email Marketing app, and its right.")
            )
        name = (self.new_name or "").strip()
        if name:
            return self.env["mailing.list"].create({"name": name})
        if not self.list_key:
            raise UserError(self.env._("Choose a mailing list, or name a new one."))
        return self.env["mailing.list"].browse(int(self.list_key)).exists()

    def _prepare_contact(self, partner):
        """Return the values of a new contact of the mailing list; hook."""
        return {
            "name": partner.name,
            "email": partner.email_normalized,
            "company_name": partner.commercial_company_name,
            "country_id": partner.country_id.id,
        }

    # === ACTION METHODS === #

    def action_add(self):
        """Add the contacts; whoever is on the list already stays as he is.

        :return: a message that says how many were added
        """
        self.ensure_one()
        self.partner_ids.check_access("read")
        self.partner_ids._check_has_email()
        mailing_list = self._mailing_list()
        Contacts = self.env["mailing.contact"]
        emails = self.partner_ids.mapped("email_normalized")
        known = {
            contact.email_normalized: contact
            for contact in Contacts.search([("email_normalized", "in", emails)])
        }
        added = 0
        for partner in self.partner_ids:
            contact = known.get(partner.email_normalized)
            if not contact:
                contact = Contacts.create(self._prepare_contact(partner))
                known[partner.email_normalized] = contact
            if mailing_list not in contact.list_ids:
                contact.list_ids += mailing_list
                added += 1
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(added)s of %(count)s contacts added to “%(list)s”.",
                    added=added,
                    count=len(self.partner_ids),
                    list=mailing_list.display_name,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
