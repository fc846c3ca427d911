"""Entries of periods in which something else was agreed: state and texts."""

from odoo import api, models
from odoo.tools import format_date


class ClientContractEntry(models.Model):
    """Tells the terms of each run of days, and bills nothing of 0.00."""

    _inherit = "client.contract.entry"

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("derivation", "is_adjusted", "kind")
    def _compute_state(self):
        return super()._compute_state()

    def _get_state(self, billed, drafted, credited_for_good):
        """What an agreement brings to zero is skipped: nobody wants a line of 0.00.

        Whoever wants one nevertheless adjusts the amount.
        """
        state = super()._get_state(billed, drafted, credited_for_good)
        if state in ("open", "ready") and self._is_nothing():
            return "skipped"
        return state

    def _is_nothing(self):
        """Tell whether an agreement left nothing of this entry."""
        self.ensure_one()
        data = self.derivation or {}
        if self.is_adjusted or not self.currency_id.is_zero(self.amount_scheduled):
            return False
        agreed = data.get("segments") or data.get("pieces") or data.get("overlays")
        return bool(agreed or data.get("outside") or data.get("difference"))

    # ------------------------------------------------------------------
    # TEXT
    # ------------------------------------------------------------------

    @api.depends("amount_scheduled")
    def _compute_derivation_text(self):
        return super()._compute_derivation_text()

    def _get_derivation_formula(self, data):
        """Return the runs of days with their terms, and their sum."""
        if data.get("difference"):
            return self._get_difference_formula(data)
        if data.get("outside"):
            return self.env._("These days are not in the schedule any more.")
        segments, pieces = data.get("segments"), data.get("pieces") or ()
        if not segments and any("segments" in piece for piece in pieces):
            lines = [
                self._get_derivation_formula(piece)
                for piece in pieces
                if not piece.get("other")
            ]
            lines.append(
                self.env._("Together: %s", self._format_amount(data["amount"]))
            )
            return "\n".join(lines)
        if not segments:
            text = super()._get_derivation_formula(data)
            if data.get("overlays"):
                text += "\n" + self._get_overlay_text(data["overlays"])
            return text
        lines = [self._get_segment_text(segment) for segment in segments]
        if len(segments) > 1:
            lines.append(
                self.env._("Together: %s", self._format_amount(data["amount"]))
            )
        ids = {overlay_id for segment in segments for overlay_id in segment["overlays"]}
        lines.append(self._get_overlay_text(ids))
        return "\n".join(filter(None, lines))

    def _get_segment_text(self, segment):
        """Return e.g. ``01/03/2026 – 10/03/2026: 1 × 500.00 × 10/31 days = 161.29``."""
        days = " – ".join(
            format_date(self.env, segment[name]) for name in ("start", "end")
        )
        if segment.get("suspended"):
            return self.env._("%s: nothing is billed", days)
        # the agreements are named once, below all segments
        text = self._get_derivation_formula({**segment, "overlays": []})
        return self.env._("%(days)s: %(text)s", days=days, text=text)

    def _get_overlay_text(self, ids):
        """Return which agreements made an amount, and why they were made."""
        # sudo: the reasons belong to the amount, which the user may read
        overlays = self.env["client.contract.overlay"].sudo().browse(sorted(ids))
        return "\n".join(
            self.env._(
                "%(kind)s from %(start)s to %(end)s: %(reason)s",
                kind=overlay._get_kind_label(),
                start=format_date(self.env, overlay.date_start),
                end=format_date(self.env, overlay.date_end),
                reason=overlay.reason,
            )
            for overlay in overlays.exists()
        )

    def _get_difference_formula(self, data):
        """Return what the period costs now, less what was billed."""
        now, settled = data["now"], self._format_amount(data["settled"])
        parts = []
        if now:
            parts.append(self._get_derivation_formula(now))
        amounts = {
            "now": self._format_amount(now["amount"] if now else 0.0),
            "settled": settled,
            "amount": self._format_amount(data["amount"]),
        }
        if data.get("kept"):
            text = self.env._(
                "%(now)s now − %(settled)s billed + %(kept)s credited already = "
                "%(amount)s",
                kept=self._format_amount(data["kept"]),
                **amounts,
            )
        else:
            text = self.env._(
                "%(now)s now − %(settled)s billed = %(amount)s", **amounts
            )
        return "\n".join([*parts, text])

    # ------------------------------------------------------------------
    # INVOICE
    # ------------------------------------------------------------------

    def _prepare_invoice_line_values(self, position, lang, refund=False):
        """Add what the client has to know about an agreement."""
        values = super()._prepare_invoice_line_values(position, lang, refund)
        if texts := self._get_agreed_texts():
            values["name"] = "\n".join([values["name"], *texts])
        return values

    def _get_agreed_texts(self):
        """Return the texts for the client of the agreements behind this amount."""
        data = self.derivation or {}
        data = data.get("now") or data
        ids = set(data.get("overlays") or ())
        for segment in data.get("segments") or ():
            ids |= set(segment["overlays"])
        # sudo: these texts are for the client, whoever bills
        overlays = self.env["client.contract.overlay"].sudo().browse(sorted(ids))
        return list(filter(None, overlays.exists().mapped("invoice_text")))
