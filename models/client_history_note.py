"""Manual entries of a client's history: a call, a meeting, what was agreed."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# what the author of an entry may change
OPEN_FIELDS = frozenset({"name", "body", "date"})
# what it is about stays as it was chosen
PLACE_FIELDS = ("client_id", "contract_id")


class ClientHistoryNote(models.Model):
    """What a person adds to the history.

    Only its author changes it, not even an administrator does.  Each version goes, as
    a whole, into the client's chained history, where nobody changes anything: what an
    entry said on any day can be read and proven.
    """

    _name = "client.history.note"
    _description = "Manual history entry"
    _inherit = ["client.record"]
    _order = "date desc, id desc"
    _history_kind = "manual"
    # what happened with an inactive client can still be written down
    _client_record_allow_inactive = True

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        ondelete="cascade",
        index=True,
        domain="[('client_id', '=', client_id)]",
        help="Empty: it is about the client as a whole.",
    )
    client_id = fields.Many2one(
        compute="_compute_client_id", store=True, readonly=False, precompute=True
    )
    company_id = fields.Many2one(
        compute="_compute_company_id",
        store=True,
        readonly=False,
        precompute=True,
        default=None,
    )
    name = fields.Char(string="Subject", required=True)
    body = fields.Text(string="What happened")
    date = fields.Datetime(
        string="When",
        required=True,
        default=fields.Datetime.now,
        help="When it happened; when it was written is in the history.",
    )
    author_id = fields.Many2one(
        comodel_name="res.users",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: self.env.user,
        ondelete="restrict",
        index=True,
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")
    version_ids = fields.Many2many(
        comodel_name="client.history",
        string="Versions",
        compute="_compute_version_ids",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("contract_id")
    def _compute_client_id(self):
        for note in self:
            note.client_id = note.contract_id.client_id or note.client_id

    @api.depends("contract_id")
    def _compute_company_id(self):
        for note in self:
            note.company_id = (
                note.contract_id.company_id or note.company_id or self.env.company
            )

    @api.depends("author_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        for note in self:
            note.is_mine = not note.author_id or note.author_id == self.env.user

    @api.depends("name", "body", "date")
    def _compute_version_ids(self):
        history = self.env["client.history"]
        # what was saved a moment ago is the latest version
        history._write_pending()
        rows = history.search([("model", "=", self._name), ("res_id", "in", self.ids)])
        for note in self:
            note.version_ids = rows.filtered(
                lambda row, note=note: row.res_id == note.id
            )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Write an entry in one's own name."""
        if not self.env.su:
            vals_list = [{**vals, "author_id": self.env.uid} for vals in vals_list]
        return super().create(vals_list)

    def write(self, vals):
        """Change one's own entry.

        :raise AccessError: names the author
        """
        self._check_author()
        if not self.env.su and "author_id" in vals:
            raise AccessError(self.env._("An entry stays its author's."))
        for name in PLACE_FIELDS:
            if name in vals and any(note[name].id != vals[name] for note in self):
                raise UserError(
                    self.env._(
                        "An entry stays where it was written: add another one there."
                    )
                )
        return super().write(vals)

    @api.constrains("client_id", "contract_id")
    def _check_contract(self):
        """Refuse a contract of somebody else.

        :raise UserError: names the contract
        """
        for note in self:
            contract = note.contract_id
            if contract and contract.client_id != note.client_id:
                raise UserError(
                    self.env._(
                        "“%(contract)s” is not a contract of “%(client)s”.",
                        contract=contract.display_name,
                        client=note.client_id.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_others(self):
        self._check_author()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _check_author(self):
        """Refuse to touch what somebody else wrote.

        :raise AccessError: names the author
        """
        if self.env.su:
            return
        self.check_access("read")
        for note in self:
            if note.author_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "“%(note)s” was written by %(author)s: only its author can "
                        "change it. Add an entry of your own.",
                        note=note.name,
                        author=note.author_id.name,
                    )
                )

    def _history_readable(self, name):
        """Keep the text as a whole, and the time as the reader's own."""
        if name == "body":
            return self.body or ""
        return super()._history_readable(name)

    @api.model
    def _history_fields(self, vals):
        """Log what the author writes; the rest is said by the row itself."""
        return [name for name in super()._history_fields(vals) if name in OPEN_FIELDS]
