"""Why a broken period costs what it costs."""

from odoo import fields, models
from odoo.tools import format_date


class ClientContractEntry(models.Model):
    """Tells the days that count, and both parts of what is billed together."""

    _inherit = "client.contract.entry"

    def _get_derivation_formula(self, data):
        pieces = data.get("pieces")
        if not pieces:
            return super()._get_derivation_formula(data)
        lines = []
        for piece in pieces:
            if piece.get("other"):
                continue
            start = fields.Date.to_date(piece["period_start"])
            end = fields.Date.to_date(piece["period_end"])
            text = super()._get_derivation_formula(piece)
            lines.append(f"{self._format_period(start, end)}: {text}")
        lines.append(
            self.env._("Together: %s", self._format_amount(data["amount"])),
        )
        return "\n".join(lines)

    def _get_derivation_share(self, data):
        """Return the part of a period that is billed: `` × 17/31 days``, or nothing.

        :param dict data: with ``days``, ``period_days`` and maybe ``day_count``
        """
        names = {"days": data.get("days"), "period_days": data.get("period_days")}
        count = data.get("day_count")
        if names["days"] == names["period_days"]:
            if count == "whole":
                return " " + self.env._("(broken period billed in full)")
            return ""
        if count == "thirty360":
            return " " + self.env._("× %(days)s/%(period_days)s days (30/360)", **names)
        if count == "working":
            return " " + self.env._("× %(days)s/%(period_days)s working days", **names)
        return " " + self.env._("× %(days)s/%(period_days)s days", **names)

    def _format_period(self, start, end):
        """Return ``March 2026`` for a calendar month, else both days."""
        first = fields.Date.start_of(start, "month")
        if (start, end) == (first, fields.Date.end_of(first, "month")):
            return format_date(self.env, start, date_format="MMMM y")
        return f"{format_date(self.env, start)} – {format_date(self.env, end)}"
