"""Renegotiations: what is refused, and what each state does."""

import base64

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.claim import claim

# while the client may still answer, or has agreed
BINDING_STATES = ("proposed", "accepted")
SEALED_STATES = (
    "proposed",
    "accepted",
    "refused",
    "applied",
    "kept",
    "broken",
    "undone",
)


class ClientRenegotiation(models.Model):
    """Proposed once, accepted once, applied once."""

    _inherit = "client.renegotiation"

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_add_late(self):
        """Take all items of the client that are late."""
        self._add_items(only_late=True)

    def action_add_open(self):
        """Take all open items of the client, late or not."""
        self._add_items(only_late=False)

    def action_refresh(self):
        """Read the open amounts again; what is paid goes out."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        # sudo: facts of items that were checked when they were chosen
        for item in self.sudo().item_ids:
            if item.move_line_id.reconciled or item.move_line_id.move_id.state != (
                "posted"
            ):
                item.unlink()
            else:
                item._compute_facts()

    def action_propose(self):
        """Send the terms to the client's person, to be accepted on the portal."""
        self.write({"state": "proposed"})

    def action_accept(self):
        """Record that the client accepted in another way, as on paper."""
        self.write({"state": "accepted"})

    def action_apply(self):
        """Write it into the books: the old items end, the instalments begin."""
        self.write({"state": "applied"})

    def action_undo(self):
        """Take it out of the books; only while nothing was paid."""
        self.write({"state": "undone"})

    def action_break(self):
        """Mark as broken by the client; the rule says what becomes of the debts."""
        self.write({"state": "broken"})

    def action_cancel(self):
        """Give it up before it is in force."""
        self.write({"state": "cancelled"})

    def action_draft(self):
        """Take it back to change it; the client's link says so."""
        self.write({"state": "draft"})

    def action_remind(self):
        """Send the link once more."""
        self.check_access("write")
        for row in self:
            row._check_state("proposed")
            row._send_mail("proposal")

    def action_open_entry(self):
        """Open what it made in the books: entry, invoice, and their reversals."""
        self.ensure_one()
        moves = self.env["account.move"].search(
            [("client_renegotiation_source_id", "=", self.id)]
        )
        return moves._get_records_action(name=self.env._("Entries"))

    def action_open_documents(self):
        """Open the invoices that were renegotiated, as far as the user reads them."""
        self.ensure_one()
        # sudo: ids only; the list shows what the user may read
        ids = self.sudo().item_ids.move_line_id.move_id.ids
        moves = self.env["account.move"].search([("id", "in", ids)])
        action = moves._get_records_action(name=self.env._("Old invoices"))
        # the list of invoices, with customer and legend; without the type Odoo leaves
        # the customer out
        action["context"] = {"create": False, "default_move_type": "out_invoice"}
        listed = self.env.ref("account.view_out_invoice_tree").id
        action["views"] = [
            (listed if kind == "list" else view_id, kind)
            for view_id, kind in action["views"]
        ]
        return action

    # ------------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------------

    def _check_transition(self, target):
        # of two at once, the second one finds what the first has done
        claim(self)
        self.invalidate_recordset(["state"])
        result = super()._check_transition(target)
        for row in self:
            if target == "proposed":
                row._check_complete()
                row._check_items()
                row._check_receiver()
                # nobody accepts what can't be put in force afterwards
                row._check_accounts()
            elif target == "applied" and row.state == "accepted":
                row._check_complete()
                row._check_items()
                row._check_accounting(row._get_today())
            elif target == "undone":
                row._check_nothing_paid()
                row._check_period(row._get_today())
            elif target == "broken" and row.break_effect == "restore":
                row._check_period(row._get_today())
            elif target == "draft" and row.date_applied:
                row._raise_applied()
            elif target == "draft" and row.state == "cancelled":
                # others may have taken the items meanwhile
                row.item_ids._check_not_taken(
                    [
                        {"move_line_id": item.move_line_id.id}
                        for item in row.sudo().item_ids
                    ]
                )
        return result

    def _on_transition(self, target, sources):
        # sudo: the addon's own activities, of the state before
        self.sudo()._drop_activities()
        if target == "applied":
            accepted = self.filtered(lambda row: sources[row.id] == "accepted")
            for row in accepted:
                row._apply()
            return None
        return super()._on_transition(target, sources)

    def _on_draft(self):
        # sudo: system fields; the document is not what the client would get now
        self.sudo().write(
            {
                "document": False,
                "document_name": False,
                "fingerprint": False,
                "access_token": False,
                "viewed_time": False,
                "closed_reason": False,
            }
        )
        self.item_ids._check_item()

    def _on_proposed(self):
        for row in self:
            row._seal()
            row._send_mail("proposal")
            row._log_event(
                self.env._(
                    "Sent to %(name)s, to be accepted until %(date)s. Fingerprint of "
                    "the document (SHA-256): %(fingerprint)s",
                    name=row.contact_id.name,
                    date=format_date(self.env, row.date_expiry),
                    fingerprint=row.fingerprint,
                )
            )

    def _on_accepted(self):
        for row in self.filtered(lambda row: not row.accepted_time):
            # sudo: system fields; the state was checked
            row.sudo().write(
                {
                    "accepted_time": fields.Datetime.now(),
                    "accepted_user_id": self.env.uid,
                }
            )
            row._log_event(self.env._("Acceptance recorded by %s", self.env.user.name))

    def _on_undone(self):
        for row in self:
            row._take_out()
            row._log_event(self.env._("Undone: the old items are due as before"))

    def _on_broken(self):
        for row in self:
            restored = row.break_effect == "restore"
            if restored:
                row._take_out(keep_payments=True)
            row._tell_broken(restored)

    def _on_cancelled(self):
        for row in self.filtered("document"):
            row._log_event(self.env._("Cancelled before it was in force"))

    # ------------------------------------------------------------------
    # CHECKS
    # ------------------------------------------------------------------

    def _check_state(self, state):
        self.ensure_one()
        if self.state != state:
            raise UserError(
                self.env._(
                    "%(renegotiation)s is “%(state)s”.",
                    renegotiation=self.display_name,
                    state=self._get_state_label(),
                )
            )

    def _check_draft(self):
        for row in self:
            row._check_state("draft")

    def _check_complete(self):
        """Refuse what has no plan.

        :raise UserError: says what is missing
        """
        if self.problem:
            raise UserError(self.problem)

    def _check_items(self):
        """Refuse when an item can't be renegotiated, or changed since.

        :raise UserError: names the item
        """
        # what is computed for drafts only is there before it is none any more
        self.item_ids.flush_recordset(["interest", "fine"])
        for item in self.item_ids:
            item._check_possible()
        self.item_ids._check_unchanged()

    def _check_receiver(self):
        """Refuse to send to nobody, or to somebody else's people.

        :raise UserError: says whom to choose
        """
        contact = self.contact_id
        if contact and contact.commercial_partner_id != self.client_id:
            raise UserError(
                self.env._(
                    "%(contact)s does not belong to %(client)s.",
                    contact=contact.display_name,
                    client=self.client_id.display_name,
                )
            )
        if not contact.email:
            raise UserError(
                self.env._("Choose a person of the client with an e-mail address.")
            )
        if self.date_expiry and self.date_expiry < self._get_today():
            raise UserError(
                self.env._("The last day to accept has passed: choose another one.")
            )
        if self.date_first < self._get_today():
            raise UserError(
                self.env._("The first instalment's day has passed: choose another one.")
            )

    def _check_nothing_paid(self):
        """Refuse to undo what the client began to pay.

        :raise UserError: names the instalment
        """
        # sudo: a payment that the user can't see counts as well
        for instalment in self.sudo().instalment_ids:
            line = instalment.move_line_id
            if line.matched_credit_ids or line.matched_debit_ids:
                raise UserError(
                    self.env._(
                        "%s is paid, at least in part: what is in force can't be "
                        "undone any more. Mark it as broken instead.",
                        instalment._get_label(),
                    )
                )

    def _raise_applied(self):
        raise UserError(
            self.env._("%s was in force: make a new renegotiation.", self.display_name)
        )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _add_items(self, only_late):
        """Take the client's open items that no other renegotiation has.

        :param bool only_late: those due before the day of the agreement only
        :raise UserError: when there is none
        """
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        client = self.client_id
        client.check_access("read")
        domain = [
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("reconciled", "=", False),
            ("amount_residual_currency", ">", 0),
            ("partner_id.commercial_partner_id", "=", client.id),
            ("currency_id", "=", self.currency_id.id),
            ("company_id", "=", self.company_id.id),
        ]
        if only_late:
            domain.append(("date_maturity", "<", self.date))
        # sudo: whoever renegotiates for a client he may read sees what it owes; the
        # right to renegotiate was checked above
        lines_sudo = self.env["account.move.line"].sudo().search(domain)
        known = self.sudo().item_ids.move_line_id
        free = (lines_sudo - known).filtered(lambda line: line._is_renegotiable())
        free = free.sorted(lambda line: (line.date_maturity or line.date, line.id))
        if not free and not known:
            raise UserError(
                self.env._("%s has no such open items.", client.display_name)
            )
        # sudo: found above; the items check themselves
        self.env["client.renegotiation.item"].sudo().create(
            [{"renegotiation_id": self.id, "move_line_id": line.id} for line in free]
        )

    def _is_sealed(self):
        return self.state in SEALED_STATES

    def _seal(self):
        """Make the document that the client reads, and the key of its link."""
        self.ensure_one()
        self.env.flush_all()
        content = self.env["ir.actions.report"]._render_qweb_pdf(
            "client_hub.action_report_client_renegotiation", self.ids
        )[0]
        # sudo: system fields; the state was checked
        self.sudo().write(
            {
                "document": base64.b64encode(content),
                "document_name": f"{self._get_report_base_filename()}.pdf",
                "fingerprint": self._fingerprint(content),
                "access_token": self._new_token(),
                "accepted_name": False,
                "accepted_time": False,
                "accepted_user_id": False,
            }
        )

    def _get_report_base_filename(self):
        """Return the file name of the document, without its extension."""
        self.ensure_one()
        number = (self.number or "").replace("/", "-")
        return self.env._("Payment agreement %s", number).strip()

    def _log_event(self, sentence):
        """Add a sentence about this renegotiation to the client's history."""
        self.env["client.history"]._log(
            self.client_id,
            self._history_kind,
            self.display_name,
            record=self,
            note=sentence,
        )
