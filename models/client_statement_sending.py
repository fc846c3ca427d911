"""One statement for one client and period: sent once, whatever happens."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import split_every

from ..tools import nightly

# Statements that are sent in one transaction: seconds that a killed job does again.
TOGETHER = 20


class ClientStatementSending(models.Model):
    """Waits, then is sent, left out with a reason, or told to have failed.

    Statement, mail and state are written in one transaction: a job that is killed
    begins again with those that still wait, and no client gets a second mail.
    """

    _name = "client.statement.sending"
    _description = "Billing Statement"
    _inherit = ["client.record"]
    _order = "date_to desc, id desc"
    _check_company_auto = True
    _history_kind = "invoice"
    # those who left still owe
    _client_record_allow_inactive = True

    schedule_id = fields.Many2one(
        comodel_name="client.statement.schedule",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    date_from = fields.Date(string="From", required=True, readonly=True)
    date_to = fields.Date(string="To", required=True, readonly=True)
    state = fields.Selection(
        string="Status",
        selection=[
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("skipped", "Left out"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
        index=True,
    )
    reason = fields.Char(readonly=True)
    email_to = fields.Char(string="Sent to", readonly=True)
    sent_time = fields.Datetime(string="Sent on", readonly=True)

    _once = models.UniqueIndex(
        "(schedule_id, client_id, company_id, date_to) WHERE schedule_id IS NOT NULL",
        "This client has a statement of this schedule and day already.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("client_id", "date_to")
    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        for row in self:
            row.display_name = self.env._(
                "Statement of %(client)s, %(date)s",
                client=row.client_id.display_name or "",
                date=row.date_to or "",
            )
        self.env["client.wall"]._mask(self)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create; only for the schedule and the dialog."""
        self._check_own_code()
        return super().create(vals_list)

    def write(self, vals):
        """Write; only for the job."""
        self._check_own_code()
        return super().write(vals)

    def _check_own_code(self):
        if not self.env.su:
            raise AccessError(
                self.env._("Statements are sent by a schedule, or from the client.")
            )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_retry(self):
        """Try again what failed or was left out."""
        self.env["client.statement.schedule"].check_access("write")
        # sudo: only the state, of statements that the user reads
        rows = self.sudo().filtered(lambda row: row.state in ("failed", "skipped"))
        rows.write({"state": "waiting", "reason": False})
        rows._trigger()

    def action_print(self):
        """Look at the statement of these days, as PDF."""
        self.ensure_one()
        wizard = self.env["client.report.wizard"].create(
            {
                "client_ids": [fields.Command.set(self.client_id.ids)],
                "report": "statement",
                "date_from": self.date_from,
                "date_to": self.date_to,
            }
        )
        return wizard.action_print()

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _queue(self, clients, date_from, date_to):
        """Let the job send statements that a person asks for.

        :param clients: res.partner that the user may read
        :param date date_from: first day of the movements
        :param date date_to: last day
        :return: client.statement.sending
        :raise AccessError: when the user may not see the clients' billing
        """
        for client in clients.with_env(self.env):
            client._check_statement_access()
        # sudo: nobody writes these by hand; the right was checked above
        rows = self.sudo().create(
            [
                {
                    "client_id": client.id,
                    "company_id": self.env.company.id,
                    "date_from": date_from,
                    "date_to": date_to,
                }
                for client in clients.commercial_partner_id
            ]
        )
        rows._trigger()
        return rows

    def _trigger(self):
        self.env.ref("client_hub.ir_cron_client_statement")._trigger()

    @api.model
    def _cron_send(self):
        """Plan what is due today, then send what waits, a few in a transaction."""
        cron = self.env["ir.cron"]
        schedules = self.env["client.statement.schedule"].search(
            [("date_next", "<=", fields.Date.context_today(self))], order="id"
        )
        for schedule in schedules:
            nightly.attempt_each(schedule.with_company(schedule.company_id), "_plan")
            if not cron._commit_progress(0):
                return
        waiting = self.search([("state", "=", "waiting")], order="id")
        if not cron._commit_progress(remaining=len(waiting)):
            return
        for ids in split_every(TOGETHER, waiting.ids):
            # what they share, as the company and its letterhead, is read once
            for row in self.browse(ids):
                row._send_if_waiting()
            left = cron._commit_progress(len(ids))
            # a thousand statements take no more memory than a few
            self.env.invalidate_all()
            if not left:
                return

    def _send_if_waiting(self):
        """Send, unless another process does so, or did."""
        self.ensure_one()
        if not self.try_lock_for_update():
            return
        self.invalidate_recordset(["state"])
        if self.state != "waiting":
            return
        row = self.with_context(allowed_company_ids=self.company_id.ids).with_company(
            self.company_id
        )
        if error := nightly.attempt(row, "_send"):
            nightly.log_failure(row, "_send", error)
            row.write({"state": "failed", "reason": str(error)[:500]})

    def _send(self):
        """Send the statement, or say why not."""
        self.ensure_one()
        client = self.client_id._in_client_language()
        reason = self._get_skip_reason(client)
        if reason:
            self.write({"state": "skipped", "reason": reason})
            return
        receiver = self._get_receiver()
        template = self.env.ref("client_hub.mail_template_billing_statement")
        content = client._get_statement_pdf(self.date_from, self.date_to)
        name = client._get_statement_filename(self.date_to)
        template.send_mail(
            self.id,
            email_layout_xmlid="client_hub.client_mail_layout",
            email_values={
                "attachment_ids": [
                    (0, 0, {"name": f"{name}.pdf", "raw": content}),
                ]
            },
        )
        self.write(
            {
                "state": "sent",
                "email_to": receiver.email,
                "sent_time": fields.Datetime.now(),
            }
        )

    def _get_skip_reason(self, client):
        """Return why this statement need not, or can't, be sent; or ''."""
        if not self._get_receiver().email:
            return self.env._("There is no e-mail address for invoices.")
        condition = self.schedule_id.condition or "always"
        if condition == "always":
            return ""
        statement = client._get_billing_statement(self.date_from, self.date_to)
        is_open = any(section["open_lines"] for section in statement["sections"])
        has_moved = any(section["lines"] for section in statement["sections"])
        if is_open or (condition == "moved" and has_moved):
            return ""
        return self.env._("Nothing is open.")

    def _get_receiver(self):
        """Return the address that invoices go to."""
        self.ensure_one()
        client = self.client_id
        found = client.browse(client.address_get(["invoice"])["invoice"])
        return found if found.email else client
