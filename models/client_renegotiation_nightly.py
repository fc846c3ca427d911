"""What time does to renegotiations: expired, kept, broken."""

from datetime import timedelta

from odoo import api, fields, models

from ..tools import nightly


class ClientRenegotiation(models.Model):
    """Follows the payments of the instalments each night."""

    _inherit = "client.renegotiation"

    @api.model
    def _cron_follow_up(self):
        """Do what is due for each renegotiation; one that fails stops no other."""
        # the company's day may begin before that of the server
        margin = fields.Date.today() + timedelta(days=1)
        rows = self.search(
            [
                "|",
                ("state", "in", ("applied", "kept")),
                "&",
                ("state", "=", "proposed"),
                ("date_expiry", "<", margin),
            ],
            order="id",
        )
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(rows))
        for row in rows:
            for failed, error in nightly.attempt_each(row, "_follow_up").items():
                failed._schedule_activity(
                    self.env._("What became of it could not be written"),
                    self.env["client.billing.run"]._get_problem_sentence(error),
                )
            if not cron._commit_progress(1):
                break

    def _follow_up(self):
        """Do what is due for one renegotiation today, if anything."""
        self.ensure_one()
        user = self.user_id
        row = self.with_context(lang=user.lang or self.env.lang)
        if row._get_status() == "expired":
            row.closed_reason = self.env._("Not accepted in time")
            row.state = "cancelled"
            row._schedule_activity(
                self.env._("%s was not accepted in time", row.number)
            )
            return
        if row.state not in ("applied", "kept"):
            return
        is_paid = row.currency_id.is_zero(row.amount_open)
        if is_paid and row.state == "applied":
            row.state = "kept"
            row._log_event(self.env._("Kept: all instalments are paid"))
        elif not is_paid and row.state == "kept":
            # a payment was taken back
            row.state = "applied"
        if row.state == "applied" and row._has_missed():
            row.state = "broken"
