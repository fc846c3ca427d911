"""Signatures of contracts: asked for on the portal, or attached from paper."""

import base64

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# target -> allowed sources: whatever happened to a request, it happened once
TRANSITIONS = {
    "signed": {"requested"},
    "refused": {"requested"},
    "expired": {"requested"},
    "withdrawn": {"requested"},
}
# what may still be written while the client's person has not answered
OPEN_FIELDS = frozenset(
    {
        "access_token",
        "closed_date",
        "closed_reason",
        "date_signed",
        "ip_address",
        "reminder_count",
        "reminder_date",
        "signature",
        "signed_name",
        "signed_time",
        "signed_user_id",
        "state",
        "user_agent",
        "viewed_time",
    }
)


class ClientContractSignature(models.Model):
    """One request to sign a contract, or one signed paper.

    The PDF is made once, when the signature is asked for; the client's person reads
    and signs exactly those bytes, known by their SHA-256. Nothing here is written by
    hand, and nothing changes once it is signed.
    """

    _name = "client.contract.signature"
    _description = "Contract Signature"
    _inherit = ["client.record", "client.transition.mixin", "client.sealed.mixin"]
    _order = "id desc"
    _history_kind = "contract"
    # an inactive client's paper can still be filed
    _client_record_allow_inactive = True
    _transitions = TRANSITIONS
    _transition_initial = "requested"
    # signing and sending are told in sentences; these say it again
    _history_exclude = frozenset(
        {
            "agreed_terms",
            "ip_address",
            "reminder_date",
            "user_agent",
        }
    )

    contract_id = fields.Many2one(
        comodel_name="client.contract",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    client_id = fields.Many2one(
        related="contract_id.client_id", store=True, precompute=True
    )
    company_id = fields.Many2one(
        related="contract_id.company_id", store=True, precompute=True, default=None
    )
    method = fields.Selection(
        selection=[("portal", "On the portal"), ("paper", "On paper")],
        string="How",
        default="portal",
        required=True,
        readonly=True,
    )
    state = fields.Selection(
        string="Status",
        selection=[
            ("requested", "Waiting for the signature"),
            ("signed", "Signed"),
            ("refused", "Refused"),
            ("expired", "Expired"),
            ("withdrawn", "Withdrawn"),
        ],
        default="requested",
        required=True,
        readonly=True,
        index=True,
    )

    # the request
    signer_id = fields.Many2one(
        comodel_name="res.partner",
        required=True,
        readonly=True,
        ondelete="restrict",
        index=True,
        help="The client's person who is asked to sign, or who signed.",
    )
    signer_email = fields.Char(
        string="Sent to", readonly=True, help="The address that the link went to."
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="Requested by",
        readonly=True,
        ondelete="restrict",
        default=lambda self: self.env.user,
        groups="base.group_user",
    )
    requested_time = fields.Datetime(
        string="Requested on", readonly=True, default=fields.Datetime.now
    )
    date_expiry = fields.Date(
        string="Can be signed until", readonly=True, help="The last day to sign."
    )
    reminder_days = fields.Integer(
        string="Remind every",
        readonly=True,
        groups="base.group_user",
        help="Days between reminders; 0: none.",
    )
    reminder_date = fields.Date(
        string="Next reminder", readonly=True, groups="base.group_user"
    )
    reminder_count = fields.Integer(
        string="Reminders sent", readonly=True, groups="base.group_user"
    )
    viewed_time = fields.Datetime(
        string="First opened on", readonly=True, groups="base.group_user"
    )
    # whoever has it signs as the signer, so nobody reads it, employees included
    access_token = fields.Char(readonly=True, copy=False, groups="base.group_system")

    # what is signed
    document_name = fields.Char(required=True)
    document_size = fields.Integer(
        string="Bytes", readonly=True, aggregator=None, required=True
    )
    fingerprint = fields.Char(required=True)
    agreed_terms = fields.Json(
        readonly=True,
        groups="base.group_user",
        help="The contract's terms as they stand in the file.",
    )

    # the answer
    signed_name = fields.Char(string="Signed as", readonly=True)
    signature = fields.Binary(
        string="Drawn signature", attachment=True, readonly=True, copy=False
    )
    date_signed = fields.Date(string="Signed on", readonly=True)
    signed_time = fields.Datetime(string="Time of the signature", readonly=True)
    signed_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Signed in as",
        readonly=True,
        ondelete="restrict",
        groups="base.group_user",
        help="Empty: the person came through the link of the e-mail.",
    )
    ip_address = fields.Char(
        string="IP address", readonly=True, groups="base.group_user"
    )
    user_agent = fields.Char(string="Browser", readonly=True, groups="base.group_user")
    closed_reason = fields.Text(string="Reason", readonly=True)
    closed_date = fields.Datetime(string="Answered on", readonly=True)

    _one_request = models.UniqueIndex(
        "(contract_id) WHERE state = 'requested'",
        "A contract waits for one signature at a time.",
    )
    _one_portal_signature = models.UniqueIndex(
        "(contract_id) WHERE state = 'signed' AND method = 'portal'",
        "This contract is already signed.",
    )
    _signed_is_complete = models.Constraint(
        "CHECK (state <> 'signed' OR (signed_name IS NOT NULL"
        " AND date_signed IS NOT NULL))",
        "A signature has a name and a date.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("contract_id", "signer_id")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._(
                "Signature of %(contract)s",
                contract=row.contract_id.number or row.contract_id.name or "",
            )
        self.env["client.wall"]._mask(self)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create rows with the fingerprint of their file; only for the addon itself.

        :raise AccessError: for somebody who writes here directly
        """
        self._check_own_code()
        # Odoo makes large pictures smaller: a scan stays as it was uploaded
        rows = self.with_context(image_no_postprocess=True)
        return super(ClientContractSignature, rows).create(
            [
                {**vals, **self._prepare_file_facts(vals["document"])}
                for vals in vals_list
            ]
        )

    def _prepare_file_facts(self, document):
        """Return the values that follow from the file.

        :param document: base64
        """
        content = base64.b64decode(document)
        return {
            "fingerprint": self._fingerprint(content),
            "document_size": len(content),
        }

    def write(self, vals):
        """Refuse to change what was sent, or anything once it is answered.

        :raise AccessError: for somebody who writes here directly
        :raise UserError: for code that tries
        """
        self._check_own_code()
        for row in self:
            if row.state != "requested" or vals.keys() - OPEN_FIELDS:
                raise UserError(
                    self.env._("%s stays as it is.", row.sudo().display_name)
                )
        return super().write(vals)

    def copy_data(self, default=None):
        """Refuse: somebody signs once."""
        raise UserError(self.env._("A signature can't be copied."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        for row in self:
            if row.state == "signed":
                raise UserError(
                    self.env._("%s can't be deleted.", row.sudo().display_name)
                )

    def _check_own_code(self):
        if not self.env.su:
            raise AccessError(
                self.env._("Signatures are asked for and kept on the contract.")
            )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_download(self):
        """Download the file, as it was shown to the client's person."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{self._name}/{self.id}/document/{self.document_name}"
            "?download=true",
            "target": "download",
        }

    def action_open(self):
        """Open all facts of a signature, and the check of its file."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_report_base_filename(self):
        """Return the file name of the certificate, without its extension."""
        self.ensure_one()
        # sudo: the number of a contract whose signature the caller prints
        number = (self.sudo().contract_id.number or "").replace("/", "-")
        return self.env._("Signature certificate %s", number).strip()

    def _get_certificate(self):
        """Return the facts that the certificate shows.

        :return: list of (label, value) as texts, in the order to show them
        """
        self.ensure_one()
        contract, client = self.contract_id, self.client_id
        size = self.env._("%s bytes", self.document_size)
        facts = [
            (self.env._("Contract"), contract.display_name),
            (self.env._("Between"), contract.company_id.name),
            (self.env._("and"), client.legal_name or client.name),
            (self.env._("File"), f"{self.document_name} ({size})"),
            (self.env._("Fingerprint (SHA-256)"), self.fingerprint),
        ]
        if self.method == "portal":
            facts += self._get_certificate_portal()
        else:
            day = fields.Date.to_string(self.date_signed)
            facts += [
                (self.env._("Signed by"), self.signed_name),
                (self.env._("Signed on"), day),
                (self.env._("Filed by"), self.user_id.name),
                (self.env._("Filed on"), self._format_utc(self.requested_time)),
            ]
        return [(label, value) for label, value in facts if value]

    def _get_certificate_portal(self):
        """Return the facts of a signature on the portal, see ``_get_certificate``."""
        came = self.env._("the personal link sent by e-mail")
        if self.signed_user_id:
            came = self.env._("signed in as %s", self.signed_user_id.login)
        receiver = ", ".join(filter(None, (self.signer_id.name, self.signer_email)))
        return [
            (self.env._("Requested by"), self.user_id.name),
            (self.env._("Requested on"), self._format_utc(self.requested_time)),
            (self.env._("Link sent to"), receiver),
            (self.env._("First opened on"), self._format_utc(self.viewed_time)),
            (self.env._("Signed by"), self.signed_name),
            (self.env._("Signed on"), self._format_utc(self.signed_time)),
            (self.env._("Identified by"), came),
            (self.env._("IP address"), self.ip_address),
            (self.env._("Browser"), self.user_agent),
        ]
