"""Why a price adjustment has its factor, in sentences; and its letter."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date


class ClientPriceAdjustment(models.Model):
    """Tells how the factor came about, on screen and in the letter to the client."""

    _inherit = "client.price.adjustment"

    @api.depends("problem_code", "problem_month", "index_id.code")
    @api.depends_context("lang")
    def _compute_problem(self):
        for adjustment in self:
            adjustment.problem = adjustment._get_problem_text(
                adjustment.problem_code, adjustment.problem_month
            )

    def _get_problem_text(self, code, month=False):
        """Return why there is no factor, in the language of the reader, or False.

        :param str code: one of ``problem_code``
        :param date month: the month without value
        """
        self.ensure_one()
        index = self.index_id.code or ""
        if code == "rule":
            return self.env._("The contract has no rule for its prices any more.")
        if code == "value":
            return self.env._(
                "No value of %(index)s for %(month)s.",
                index=index,
                month=self._format_month(month),
            )
        if code == "month":
            return self.env._(
                "The last adjustment used %s already, up to the same month.", index
            )
        if code == "service":
            return self.env._("No service of the contract runs on that day.")
        return False

    @api.depends("derivation")
    @api.depends_context("lang")
    def _compute_derivation_text(self):
        for adjustment in self:
            adjustment.derivation_text = "\n".join(adjustment._get_derivation_lines())

    def _get_derivation_lines(self):
        """Return the sentences behind the factor, in the language of the context."""
        self.ensure_one()
        data = self.derivation
        if not data:
            return []
        if data["rule"] == "fixed":
            lines = [
                self.env._(
                    "Fixed adjustment of %(percent)s %%: factor %(factor)s.",
                    percent=self._format_number(data["percent"], 4),
                    factor=self._format_number(data["factor"], 8),
                )
            ]
        else:
            lines = [self._get_derivation_index(data)]
            lines += self._get_derivation_limits(data)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        lines.append(
            self.env._(
                "New price = price before × factor, rounded to %s decimals, halves up.",
                digits,
            )
        )
        return lines

    def _get_derivation_index(self, data):
        """Return the sentence about the index and its months."""
        values = [
            (fields.Date.to_date(month), value)
            for month, value in sorted(data["values"].items())
        ]
        first, last = values[0], values[-1]
        change = self._format_number((data["raw"] - 1) * 100, 2)
        if data["kind"] == "number":
            return self.env._(
                "%(index)s of %(last)s ÷ %(first)s: %(above)s ÷ %(below)s = "
                "%(factor)s (%(change)s %%).",
                index=data["index"],
                last=self._format_month(last[0]),
                first=self._format_month(first[0]),
                above=self._format_number(last[1], 6),
                below=self._format_number(first[1], 6),
                factor=self._format_number(data["raw"], 8),
                change=change,
            )
        return self.env._(
            "%(index)s accumulated over %(count)s months, %(first)s to %(last)s: "
            "%(factor)s (%(change)s %%).",
            index=data["index"],
            count=len(values),
            first=self._format_month(first[0]),
            last=self._format_month(last[0]),
            factor=self._format_number(data["raw"], 8),
            change=change,
        )

    def _get_derivation_limits(self, data):
        """Return the sentences about cap, floor, a fall and estimates."""
        sentences = {
            "cap": self.env._(
                "Limited to the cap of %s %%.", self._format_number(data["cap"], 4)
            ),
            "floor": self.env._(
                "Raised to the floor of %s %%.", self._format_number(data["floor"], 4)
            ),
            "zero": self.env._("The index fell: the price stays."),
            "carry": self.env._(
                "The index fell: the price stays, and the fall counts next time."
            ),
        }
        lines = [sentences[data["limit"]]] if data.get("limit") else []
        if data.get("provisional"):
            months = [
                self._format_month(fields.Date.to_date(month))
                for month in data["provisional"]
            ]
            lines.append(
                self.env._(
                    "Provisional: the value of %s is an estimate.", ", ".join(months)
                )
            )
        return lines

    def _format_month(self, month):
        return format_date(self.env, month, date_format="MMMM y")

    # ------------------------------------------------------------------
    # LETTER
    # ------------------------------------------------------------------

    def action_send_letter(self):
        """Open the e-mail composer with the letter to the client as PDF.

        :raise UserError: for a proposal that nobody has reviewed
        """
        self.ensure_one()
        self.check_access("write")
        self._check_letter()
        template = self.env.ref(
            "client_hub.mail_template_client_price_adjustment", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Letter to the client"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id if template else False,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_"
                "responsible_signature",
                "client_adjustment_letter": True,
                "force_email": True,
            },
        }

    def _check_letter(self):
        if self.state not in ("reviewed", "applied"):
            raise UserError(
                self.env._(
                    "%s was not reviewed yet: the client gets a letter of what is "
                    "decided.",
                    self.display_name,
                )
            )

    def message_post(self, **kwargs):
        """Keep the day on which the letter went (see ``action_send_letter``)."""
        if self.env.context.get("client_adjustment_letter"):
            self.check_access("write")
            # sudo: a system field; the right to send the letter was checked above
            self.sudo().date_letter = fields.Date.context_today(self)
        return super().message_post(**kwargs)

    def _mail_get_partners(self, introspect_fields=False):
        """Write to the contract's contact, or to the client."""
        return {
            adjustment.id: adjustment.contract_id._get_mail_partner()
            for adjustment in self
        }

    def _get_letter_lines(self):
        """Return the services of the letter: those with another price."""
        self.ensure_one()
        return self.line_ids.filtered(lambda line: not line.left_out)

    def _get_letter_values(self):
        """Return the monthly rates behind an accumulated factor, as one text."""
        self.ensure_one()
        data = self.derivation or {}
        if data.get("kind") != "rate":
            return ""
        return "; ".join(
            f"{self._format_month(fields.Date.to_date(month))} "
            f"{self._format_number(value, 6)} %"
            for month, value in sorted(data["values"].items())
        )

    def _get_report_base_filename(self):
        """Return the PDF's file name."""
        self.ensure_one()
        number = (self.contract_id.number or "").replace("/", "-")
        return " ".join(
            filter(
                None, (number, self.env._("price adjustment"), str(self.date_effective))
            )
        )
