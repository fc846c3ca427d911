"""What an agreement would change, told before it is confirmed."""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_date, formatLang

from .client_contract_overlay_flow import TERM_FIELDS
from .client_contract_schedule import FOLLOWING_STATES

# rows shown; the others are counted
PREVIEW_ROWS = 12


class ClientContractOverlay(models.Model):
    """Plans the schedule as if it were confirmed, and writes nothing."""

    _inherit = "client.contract.overlay"

    preview_html = fields.Html(
        string="What changes", compute="_compute_preview_html", sanitize=False
    )

    @api.depends("state", "contract_id", "invoice_text", *sorted(TERM_FIELDS))
    @api.depends_context("lang")
    def _compute_preview_html(self):
        for overlay in self:
            if overlay.state == "cancelled" or not overlay.contract_id:
                overlay.preview_html = False
            elif problem := overlay._get_preview_problem():
                overlay.preview_html = Markup("<p class='text-muted'>%s</p>") % problem
            else:
                overlay.preview_html = overlay._render_preview()

    def _get_preview_problem(self):
        """Return why nothing can be shown yet, as a sentence, or None."""
        if not self.date_start or not self.date_end:
            return self.env._("Give both dates.")
        if self.date_end < self.date_start:
            return self.env._("A temporary agreement can't end before it starts.")
        if problem := self._get_problem():
            return problem
        if self.contract_id._origin.state not in FOLLOWING_STATES:
            return self.env._(
                "The contract has no entries yet: they will follow the agreement."
            )
        return None

    def _plan_preview(self):
        """Return the changes of entries if this agreement were in force.

        :return: list of Change
        """
        self.ensure_one()
        # sudo: only amounts of the contract, which the user may read
        this, contract = self.sudo(), self.contract_id._origin.sudo()
        grouped = contract.entry_ids._group_for_schedule()
        others = contract._get_overlays() - this._origin
        changes, _next_start = contract._plan_schedule(grouped, others | this)
        return changes

    def _get_preview_rows(self):
        """Return ``(period, service, what happens, before, after)`` of each entry."""
        rows = []
        for entry, values, _restores, _keeps in self._plan_preview():
            vals = values or {}
            before = entry.amount if entry else 0.0
            after = vals.get("amount_scheduled", before) if values is not None else 0.0
            if entry and values is not None and entry.is_adjusted:
                if vals.get("is_adjusted", True):
                    after = before
            if self.currency_id.is_zero(after - before):
                continue
            first = vals.get("period_start") or entry.period_start
            last = vals.get("period_end") or entry.period_end
            kind = vals.get("kind") or entry.kind
            name = (vals.get("name") or entry.name or "").split("\n")[0]
            due = vals.get("date_due") or entry.date_due
            what = self._get_preview_text(kind, entry, values, due)
            rows.append((first, last, name, what, before, after))
        return sorted(rows, key=lambda row: row[:3])

    def _get_preview_text(self, kind, entry, values, due):
        if values is None:
            return self.env._("Goes")
        if kind == "difference":
            return self.env._(
                "Billed already: difference due on %s", format_date(self.env, due)
            )
        if not entry:
            return self.env._("New entry")
        if self.currency_id.is_zero(values.get("amount_scheduled", 1.0)):
            return self.env._("Skipped")
        return self.env._("Not billed yet: changes")

    def _render_preview(self):
        """Return the table of what changes, with its sum."""
        rows = self._get_preview_rows()
        kept = self._get_preview_kept()
        if not rows:
            text = self.env._("No amount changes.")
            return Markup("<p class='text-muted'>%s %s</p>") % (text, kept)
        body = Markup().join(self._render_row(*row) for row in rows[:PREVIEW_ROWS])
        more = len(rows) - PREVIEW_ROWS
        if more > 0:
            text = self.env._("… and %s more", more)
            body += Markup("<tr><td colspan='5' class='text-muted'>%s</td></tr>") % text
        total = sum(row[5] - row[4] for row in rows)
        head = Markup().join(
            Markup("<th%s>%s</th>")
            % (Markup(" class='text-end'") if number > 2 else "", text)
            for number, text in enumerate(
                (
                    self.env._("Period"),
                    self.env._("Service"),
                    self.env._("What happens"),
                    self.env._("Before"),
                    self.env._("After"),
                )
            )
        )
        return Markup(
            "<table class='table table-sm mb-1' name='preview'>"
            "<thead><tr>%s</tr></thead><tbody>%s</tbody></table>"
            "<p class='text-end mb-0'><strong>%s</strong></p>"
            "<p class='text-muted mb-0'>%s</p>"
        ) % (
            head,
            body,
            self.env._("In all: %s untaxed", self._format_signed(total)),
            kept,
        )

    def _render_row(self, first, last, name, what, before, after):
        entry = self.env["client.contract.entry"].new(
            {"period_start": first, "period_end": last}
        )
        return Markup(
            "<tr><td>%s</td><td>%s</td><td>%s</td>"
            "<td class='text-end text-nowrap'>%s</td>"
            "<td class='text-end text-nowrap'>%s</td></tr>"
        ) % (
            entry._get_period_text(),
            name,
            what,
            self._format(before) if before else "–",
            self._format(after),
        )

    def _get_preview_kept(self):
        """Return which amounts stay because a person decided them."""
        domain = self._get_entry_domain()
        if self.kind == "extra":
            return ""
        # sudo: a count of entries of a contract that the user may read
        count = (
            self.env["client.contract.entry"]
            .sudo()
            .search_count([*domain, ("is_adjusted", "=", True)])
        )
        if not count:
            return ""
        return self.env._("%s amounts were adjusted by hand and stay.", count)

    def _format(self, amount):
        return formatLang(self.env, amount, currency_obj=self.currency_id)

    def _format_signed(self, amount):
        return f"{'+' if amount > 0 else ''}{self._format(amount)}"
