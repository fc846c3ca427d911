"""The temporary agreements of a contract, and what follows from them."""

from fractions import Fraction

from odoo import api, fields, models

from ..tools import schedule


class ClientContract(models.Model):
    """Knows its agreements; each of them is a record of its own."""

    _inherit = "client.contract"

    overlay_ids = fields.One2many(
        comodel_name="client.contract.overlay",
        inverse_name="contract_id",
        string="Temporary agreements",
        groups="base.group_user",
    )
    overlay_count = fields.Integer(
        string="Agreements in force",
        compute="_compute_overlay_count",
        groups="base.group_user",
        help="Temporary agreements that hold today or later.",
    )

    @api.depends("overlay_ids.state", "overlay_ids.date_end")
    def _compute_overlay_count(self):
        today = fields.Date.context_today(self)
        for contract in self:
            contract.overlay_count = len(
                contract.overlay_ids.filtered(
                    lambda o: o.state == "confirmed" and o.date_end >= today
                )
            )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_new_overlay(self):
        """Open the dialog of a new temporary agreement."""
        self.ensure_one()
        view = self.env.ref("client_hub.client_contract_overlay_view_form_dialog")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Temporary agreement"),
            "res_model": "client.contract.overlay",
            "views": [(view.id, "form")],
            "view_mode": "form",
            "target": "new",
            "context": {"default_contract_id": self.id},
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_overlays(self):
        """Return the agreements in force."""
        # sudo: an agreement makes the amounts, whoever writes the contract; the
        # schedule is computed as superuser as well
        return self.sudo().overlay_ids.filtered(lambda o: o.state == "confirmed")

    def _get_periods(self, start, end):
        """Return the contract's periods between two days, the outer ones cut.

        :param date start: first day
        :param date end: last day
        """
        self.ensure_one()
        recurrence, options = self._get_recurrence()
        # what is billed together is no matter here
        return list(
            schedule.iter_periods(*recurrence, start, end, count=options["count"])
        )

    def _share_out(self, factor, start, end, runs):
        """Share a period that was billed out to runs of its days.

        By the day-count of now; whatever that is, the shares add up to what was billed.

        :param Fraction factor: the part of a whole period that was billed
        :param date start: first day of what was billed
        :param date end: last day of what was billed
        :param runs: (first day, last day, terms) that tile it
        :return: list of (schedule.Period, Fraction, terms)
        """
        self.ensure_one()
        periods = self._get_periods(start, end)
        whole = schedule.join(periods) or schedule.Period(start, end, start, end)
        if not whole.factor:
            # not one day counts, e.g. of a weekend
            whole = schedule.Period(start, end, start, end)
        shares = []
        for first, last, terms in runs:
            clip = whole.clip(first, last)
            shares.append((clip, Fraction(factor * clip.factor / whole.factor), terms))
        return shares
