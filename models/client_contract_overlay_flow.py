"""Temporary agreements: confirmed, changed, cancelled, and what follows."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

# what the amounts follow from
TERM_FIELDS = {
    "kind",
    "line_ids",
    "date_start",
    "date_end",
    "price_unit",
    "keep_price",
    "quantity",
    "discount",
    "product_id",
    "name",
    "tax_ids",
    "extra_recurring",
}


class ClientContractOverlay(models.Model):
    """Makes the entries follow whatever happens to an agreement."""

    _inherit = "client.contract.overlay"

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create; one that the system brings as confirmed holds at once."""
        overlays = super().create(vals_list)
        overlays.filtered(lambda o: o.state == "confirmed")._follow()
        return overlays

    def write(self, vals):
        """Write; entries follow what changes in a confirmed agreement."""
        if TERM_FIELDS & vals.keys():
            self._check_changeable()
        touched = self._lock_contracts() if self else self.contract_id
        result = super().write(vals)
        if TERM_FIELDS & vals.keys() and "state" not in vals:
            self.filtered(lambda o: o.state == "confirmed")._follow(touched)
        return result

    def _check_changeable(self):
        for overlay in self:
            if overlay.state == "cancelled":
                raise UserError(
                    self.env._(
                        "%s is cancelled: set it back to draft first.",
                        overlay.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_confirmed(self):
        for overlay in self:
            if overlay.state == "confirmed" or overlay.date_confirmed:
                raise UserError(
                    self.env._(
                        "%s was confirmed and stays on record: cancel it instead.",
                        overlay.display_name,
                    )
                )

    # ------------------------------------------------------------------
    # STATES
    # ------------------------------------------------------------------

    def _lock_contracts(self):
        """Wait for whoever changes agreements of the same contracts at this moment.

        The database refuses this transaction when they change them meanwhile, and
        Odoo then tries again on what they left.

        :return: client.contract
        """
        contracts = self.contract_id
        contracts.check_access("read")
        if contracts:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM client_contract WHERE id IN %s "
                    "ORDER BY id FOR UPDATE",
                    tuple(contracts.ids),
                )
            )
        return contracts

    def _check_transition(self, target):
        result = super()._check_transition(target)
        if target == "confirmed":
            for overlay in self:
                if overlay.contract_id.state == "cancelled":
                    raise UserError(
                        self.env._(
                            "%s is cancelled: nothing can be agreed for it.",
                            overlay.contract_id.display_name,
                        )
                    )
        return result

    def _on_confirmed(self):
        """Keep who confirmed it when; the entries follow."""
        # sudo: system fields; the state was checked
        self.sudo().write(
            {
                "confirmed_by_id": self.env.uid,
                "date_confirmed": fields.Datetime.now(),
                "cancelled_by_id": False,
                "date_cancelled": False,
            }
        )
        self._follow()

    def _on_cancelled(self):
        """Keep who cancelled it when; the entries are the contract's again."""
        # sudo: as above
        self.sudo().write(
            {"cancelled_by_id": self.env.uid, "date_cancelled": fields.Datetime.now()}
        )
        self._follow()

    def _follow(self, contracts=None):
        """Bring the entries of the contracts in step with their agreements.

        :param contracts: client.contract that an agreement belonged to before
        """
        # the new values decide what is in force
        self.env.flush_all()
        contracts = self.contract_id | (contracts or self.contract_id)
        contracts.invalidate_recordset(["overlay_ids"])
        contracts._sync_schedule()

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_confirm(self):
        """Put agreements in force: entries follow, what is billed gets differences."""
        self.write({"state": "confirmed"})
        return {"type": "ir.actions.act_window_close"}

    def action_cancel(self):
        """Take agreements back: as if they had never been made."""
        self.write({"state": "cancelled"})

    def action_draft(self):
        """Take cancelled agreements back to draft, to confirm them again."""
        self.write({"state": "draft"})

    def action_view_entries(self):
        """Open the entries that the agreement is or was about."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_contract_entry_action"
        )
        action["domain"] = self._get_entry_domain()
        action["context"] = {}
        return action

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_portal_overlays(self):
        """Return those that the client may want to know of: not over yet, in order."""
        today = fields.Date.context_today(self)
        return self.filtered(
            lambda o: o.state == "confirmed" and o.date_end >= today
        ).sorted("date_start")

    def _get_entry_domain(self):
        """Return the domain of the entries of these services and dates."""
        self.ensure_one()
        if self.kind == "extra":
            return [
                "|",
                ("overlay_id", "=", self.id),
                ("difference_of_id.overlay_id", "=", self.id),
            ]
        domain = [
            ("contract_id", "=", self.contract_id.id),
            ("kind", "in", ("recurring", "difference")),
            ("period_start", "<=", self.date_end),
            ("period_end", ">=", self.date_start),
        ]
        if self.line_ids:
            domain.append(("line_id", "in", self.line_ids.ids))
        return domain
