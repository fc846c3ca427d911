"""Erase what the history says of a person."""

from odoo import api, fields, models
from odoo.exceptions import UserError

# A shorter word would be found anywhere.
MIN_WORD = 3
CONTACT_WORDS = ("name", "email", "phone")


class ClientHistoryErasure(models.TransientModel):
    """Finds the entries that name a person, and erases what they say."""

    _name = "client.history.erasure"
    _inherit = ["client.guard.mixin"]
    _description = "Erase personal data from the history"

    client_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        domain="[('is_client', '=', True)]",
        ondelete="cascade",
    )
    contact_id = fields.Many2one(
        comodel_name="res.partner",
        string="Person",
        domain="[('commercial_partner_id', '=', client_id)]",
        ondelete="cascade",
        help="All entries about this contact are found, whatever they say.",
    )
    words = fields.Text(
        string="Words to look for",
        compute="_compute_words",
        store=True,
        readonly=False,
        precompute=True,
        help="One a line: names, e-mail addresses, phone numbers. Every entry of the "
        "client that contains one of them is erased as a whole.",
    )
    reason = fields.Char(
        help="Stays in the history: don't name the person in it.",
    )
    row_count = fields.Integer(string="Entries found", compute="_compute_row_ids")
    row_ids = fields.Many2many(
        comodel_name="client.history",
        string="What will be erased",
        compute="_compute_row_ids",
    )

    @api.depends("contact_id")
    def _compute_words(self):
        for wizard in self:
            contact = wizard.contact_id
            words = [contact[name] for name in CONTACT_WORDS if contact[name]]
            wizard.words = "\n".join(words)

    @api.depends("client_id", "contact_id", "words")
    def _compute_row_ids(self):
        for wizard in self:
            rows = wizard._find_rows()
            wizard.row_count = len(rows)
            wizard.row_ids = rows[:80]

    def _get_words(self):
        words = [word.strip() for word in (self.words or "").splitlines()]
        return [word for word in words if len(word) >= MIN_WORD]

    def _find_rows(self):
        self.ensure_one()
        # the dialog asks before anything is saved
        client = self.client_id._origin or self.client_id
        contact = self.contact_id._origin or self.contact_id
        if not client:
            return self.env["client.history"]
        client.check_access("read")
        rows = self.env["client.history"]._find_personal(
            client, self._get_words(), contact
        )
        return rows._filtered_access("read")

    def action_erase(self):
        """Erase, and say how much.

        :raise UserError: nothing is found, or no reason is given
        """
        self.ensure_one()
        self.check_access("write")
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(
                self.env._(
                    "Say why the data is erased, e.g. “Request of 3 May”: it stays in "
                    "the history."
                )
            )
        words = self._get_words()
        if any(word.lower() in reason.lower() for word in words):
            raise UserError(
                self.env._("The reason stays: don't name in it what is to be erased.")
            )
        rows = self._find_rows()
        history = self.env["client.history"]
        notes = history._erase_notes(self.client_id, words)
        if not rows and not notes:
            raise UserError(
                self.env._(
                    "No entry of “%s” contains these words.",
                    self.client_id.display_name,
                )
            )
        rows._erase(reason)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%s entries were erased. The history stays provable.", len(rows)
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
