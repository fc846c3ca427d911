"""Contracts that are signed: who is asked, and what stays from then on."""

import base64

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

# Context key and its value, for the addon's own code that changes an agreed price by
# what was agreed (an adjustment). An object, since a context that comes by RPC can't
# hold it.
AGREED_CHANGE = "client_contract_agreed_change"
AGREED = object()
# What the document says. How long the contract runs stays a matter of its renewal and
# ending.
SIGNED_FIELDS = frozenset(
    {
        "billing_timing",
        "body_html",
        "broken_first",
        "broken_last",
        "client_discount",
        "client_id",
        "currency_id",
        "date_anchor",
        "date_start",
        "day_count",
        "due_day",
        "due_offset",
        "due_rule",
        "name",
        "payment_term_id",
        "recurring_interval",
        "recurring_unit",
    }
)
# while the client reads, the end stays as well
END_FIELDS = frozenset({"date_end", "notice_days", "renewal"})


def is_value_changed(record, name, value):
    """Tell whether a value to write differs from what a record has.

    :param record: one record
    :param str name: of a field
    :param value: as ``write`` takes it
    """
    field = record._fields[name]
    values = [field.convert_to_cache(value, record) for value in (record[name], value)]
    if field.type == "many2many":
        values = [set(ids) for ids in values]
    return values[0] != values[1]


class ClientContract(models.Model):
    _inherit = "client.contract"

    signature_ids = fields.One2many(
        comodel_name="client.contract.signature",
        inverse_name="contract_id",
        string="Signatures",
        readonly=True,
        groups="base.group_user",
    )
    signature_id = fields.Many2one(
        comodel_name="client.contract.signature",
        compute="_compute_signature_id",
        groups="base.group_user",
        help="What the client is asked to sign, or signed.",
    )
    signature_state = fields.Selection(
        selection=lambda self: (
            self.env["client.contract.signature"]
            ._fields["state"]
            ._description_selection(self.env)
        ),
        compute="_compute_signature_id",
        groups="base.group_user",
    )
    signature_signer_id = fields.Many2one(
        comodel_name="res.partner",
        compute="_compute_signature_id",
        groups="base.group_user",
    )
    signature_expiry = fields.Date(
        compute="_compute_signature_id", groups="base.group_user"
    )
    signature_reason = fields.Text(
        compute="_compute_signature_id", groups="base.group_user"
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("signature_ids.state")
    def _compute_signature_id(self):
        for contract in self:
            rows = contract.signature_ids.sorted("id", reverse=True)
            counted = rows.filtered(lambda row: row.state in ("requested", "signed"))
            row = (counted or rows)[:1]
            contract.signature_id = row
            contract.signature_state = row.state
            contract.signature_signer_id = row.signer_id
            contract.signature_expiry = row.date_expiry
            contract.signature_reason = row.closed_reason

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    def write(self, vals):
        """Write; what the client reads, or has signed, stays.

        :raise UserError: says who signs or signed it, and how to go on
        """
        names = vals.keys() & (self._get_agreed_fields() | END_FIELDS)
        if names and not self.env.su:
            self._check_signed_terms(
                lambda contract, fields: any(
                    is_value_changed(contract, name, vals[name])
                    for name in names & fields
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_signatures(self):
        # sudo: what nobody signed goes with its contract, its files included; a
        # signed one refuses
        self.sudo().signature_ids.unlink()

    def _check_signed_terms(self, is_changed):
        """Refuse a change of what is being read or was signed.

        :param is_changed: callable(contract, names of fields) -> whether the change
            concerns them
        :raise UserError: it does
        """
        # sudo: whoever changes the contract, the signature counts
        for row in self.sudo()._get_binding_signatures():
            contract = row.contract_id.with_env(self.env)
            waiting = row.state == "requested"
            names = self._get_agreed_fields()
            if is_changed(contract, names | END_FIELDS if waiting else names):
                contract._raise_signed(row)

    def _get_binding_signatures(self):
        """Return the signatures that keep the contracts as they are."""
        return self.env["client.contract.signature"].search(
            [("contract_id", "in", self.ids), ("state", "in", ("requested", "signed"))],
            order="id desc",
        )

    def _raise_signed(self, row):
        """Say who is reading or has signed this contract, and how to go on.

        :param row: client.contract.signature as superuser
        """
        if row.state == "requested":
            raise UserError(
                self.env._(
                    "%(contract)s is with %(name)s to be signed: withdraw the request "
                    "before you change it.",
                    contract=self.display_name,
                    name=row.signer_id.name,
                )
            )
        raise UserError(
            self.env._(
                "%(contract)s was signed by %(name)s on %(date)s: what was agreed "
                "stays. Adjust its prices, agree on something for a time, or duplicate "
                "it and have the new contract signed.",
                contract=self.display_name,
                name=row.signed_name,
                date=format_date(self.env, row.date_signed),
            )
        )

    def _check_transition(self, target):
        """Refuse to write a signed contract anew."""
        result = super()._check_transition(target)
        if target == "draft":
            # sudo: whoever asks, the signature counts
            for row in self.sudo()._get_binding_signatures():
                if row.state == "signed":
                    row.contract_id.with_env(self.env)._raise_signed(row)
        return result

    def _on_transition(self, target, sources):
        """Take back what waits for a signature when the contract goes on otherwise."""
        result = super()._on_transition(target, sources)
        if target != "sent":
            # sudo: follows from the new state, which was checked
            rows = self.sudo()._get_binding_signatures()
            waiting = rows.filtered(lambda row: row.state == "requested")
            waiting._close("withdrawn")
        return result

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_request_signature(self):
        """Ask who shall sign, and until when."""
        self.ensure_one()
        self._check_signature_askable()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Request a signature"),
            "res_model": "client.contract.signature.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def action_attach_signed(self):
        """Ask for the signed paper of a contract that is already approved."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Attach the signed contract"),
            "res_model": "client.contract.approve.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    def action_withdraw_signature(self):
        """Take the request back."""
        self.signature_id.action_withdraw()

    def action_remind_signature(self):
        """Send the link once more."""
        self.signature_id.action_remind()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _check_signature_askable(self):
        """Refuse to ask for a signature that would mean nothing.

        :raise UserError: says what is in the way
        """
        self.ensure_one()
        self.check_access("write")
        self._check_ready_to_send()
        if self.state not in ("draft", "sent"):
            raise UserError(
                self.env._(
                    "%(contract)s is “%(state)s”: only a draft, or what was sent, can "
                    "be signed.",
                    contract=self.display_name,
                    state=self._get_state_label(),
                )
            )
        # sudo: whoever asks, the other request counts
        for row in self.sudo()._get_binding_signatures():
            self._raise_signed(row)

    @api.model
    def _get_agreed_fields(self):
        """Return the fields that are agreed on, and so stay once signed (hook).

        All that the schedule follows is, but how long it runs.
        """
        names = SIGNED_FIELDS | self._schedule_fields()
        return {
            name
            for name in names - END_FIELDS
            if self._fields[name].store and self._fields[name].type != "one2many"
        }

    def _get_agreed_terms(self):
        """Return what the document says, to see later whether it still does.

        :return: dict of JSON values
        """
        self.ensure_one()
        # sudo: the same terms whoever compares them
        contract = self.sudo().with_context(lang=None)
        names = self._get_agreed_fields() | END_FIELDS
        terms = contract._get_term_values(contract, names)
        terms["lines"] = [
            contract._get_term_values(line, line._get_agreed_fields())
            for line in contract.line_ids.sorted("id")
        ]
        return terms

    @api.model
    def _get_term_values(self, record, names):
        """Return fields of a record as JSON values, to compare them."""
        values = {"id": record.id}
        for name in sorted(names):
            value, field = record[name], record._fields[name]
            if field.relational:
                value = sorted(value.ids)
            elif field.type == "float":
                value = round(value, 6)
            elif field.type == "date":
                value = fields.Date.to_string(value) or False
            elif field.type in ("html", "char", "text"):
                value = str(value or "")
            values[name] = value
        return values

    def _request_signature(self, signer, date_expiry, reminder_days=0):
        """Send the contract to one of the client's people to be signed.

        The PDF is made here, once; it is what the person reads and signs.

        :param signer: res.partner of the client, with an e-mail address
        :param date date_expiry: last day to sign
        :param int reminder_days: days between reminders, 0 for none
        :return: client.contract.signature
        :raise UserError: a sentence; nothing was written
        """
        self.ensure_one()
        self._check_signature_askable()
        self._check_signer(signer)
        self._set_sent()
        # what is compared later is what the database keeps
        self.line_ids.flush_recordset()
        self.line_ids.invalidate_recordset()
        reports = self.env["ir.actions.report"].with_context(
            client_contract_signer_id=signer.id
        )
        content = reports._render_qweb_pdf(
            "client_hub.action_report_client_contract", self.ids
        )[0]
        # sudo: nobody writes signatures by hand; the right to the contract was checked
        rows = self.env["client.contract.signature"].sudo()
        row = rows.create(
            {
                "contract_id": self.id,
                "signer_id": signer.id,
                "signer_email": signer.email_formatted,
                "user_id": self.env.uid,
                "date_expiry": date_expiry,
                "reminder_days": reminder_days,
                "document": base64.b64encode(content),
                "document_name": f"{self._get_report_base_filename()}.pdf",
                "agreed_terms": self._get_agreed_terms(),
                "access_token": rows._new_token(),
            }
        )
        row.reminder_date = row._get_next_reminder(row._get_today())
        row._post_request()
        row._send_mail("signature")
        row._log_event(
            self.env._(
                "Signature requested from %(name)s until %(date)s. Fingerprint of the "
                "document (SHA-256): %(fingerprint)s",
                name=signer.name,
                date=fields.Date.to_string(date_expiry),
                fingerprint=row.fingerprint,
            )
        )
        return row

    def _check_signer(self, signer):
        """Refuse who can't sign for the client, or can't be written to."""
        if signer.commercial_partner_id != self.client_id:
            raise UserError(
                self.env._(
                    "%(partner)s does not belong to the client %(client)s.",
                    partner=signer.display_name,
                    client=self.client_id.display_name,
                )
            )
        if not signer.email:
            raise UserError(
                self.env._("%s has no e-mail address to send the link to.", signer.name)
            )

    def _get_document_signer(self):
        """Return the client's person who is about to be asked to sign the PDF."""
        signer_id = self.env.context.get("client_contract_signer_id")
        signer = self.env["res.partner"].browse(signer_id or [])
        # from outside the key could hold any id
        return signer if signer.commercial_partner_id == self.client_id else signer[:0]

    def _get_signed_files(self):
        """Return the PDF of contracts that were sent to be signed.

        :return: dict of bytes by id of the contract
        """
        rows = self.sudo()._get_binding_signatures()  # sudo: of contracts to print
        return {
            row.contract_id.id: row._get_document()
            for row in rows
            if row.method == "portal"
        }

    def _attach_signed(self, document, filename, contact, date):
        """Keep the scan of a contract that was signed on paper.

        :param document: base64
        :param str filename: as uploaded
        :param contact: res.partner who signed
        :param date date: of the signature
        :return: client.contract.signature
        """
        self.ensure_one()
        self.check_access("write")
        # sudo: nobody writes signatures by hand; the right to the contract was checked
        rows = self.env["client.contract.signature"].sudo()
        row = rows.create(
            {
                "contract_id": self.id,
                "method": "paper",
                "state": "signed",
                "signer_id": contact.id,
                "signed_name": contact.name,
                "user_id": self.env.uid,
                "date_signed": date,
                "closed_date": fields.Datetime.now(),
                "document": document,
                "document_name": filename,
                "agreed_terms": self._get_agreed_terms(),
            }
        )
        row._log_event(
            self.env._(
                "Signed on paper by %(name)s on %(date)s; scan attached. Fingerprint "
                "(SHA-256): %(fingerprint)s",
                name=contact.name,
                date=fields.Date.to_string(date),
                fingerprint=row.fingerprint,
            )
        )
        return row
