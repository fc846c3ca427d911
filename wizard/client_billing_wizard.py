"""Bill selected entries, or all that are due up to a date."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command, Domain

from ..models.client_billing_run import ACTIVE_STATES, CHUNK_SIZE


class ClientBillingWizard(models.TransientModel):
    """Choose how to bill, see what will come of it, and start the run."""

    _name = "client.billing.wizard"
    _inherit = ["client.guard.mixin"]
    _description = "Bill Contract Entries"

    entry_ids = fields.Many2many(
        comodel_name="client.contract.entry",
        relation="client_billing_wizard_entry_rel",
        readonly=True,
        help="The selection; empty to bill everything that is due.",
    )
    is_selection = fields.Boolean(compute="_compute_is_selection")
    entry_domain = fields.Json(
        help="What the list is narrowed to when everything in it is billed."
    )
    date_until = fields.Date(
        string="Due until",
        default=lambda self: self._default_date_until(),
        required=True,
    )
    group_by = fields.Selection(
        selection=lambda self: (
            self.env["client.billing.run"]
            ._fields["group_by"]
            ._description_selection(self.env)
        ),
        string="Grouping",
        default="contract",
        required=True,
    )
    post = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("post", "Confirmed"),
            ("send", "Confirmed and sent"),
        ],
        string="Invoices",
        default="post",
        required=True,
        help="Sent: by the way and to the address that each client has, in the "
        "background. What can't be sent is listed on the billing run.",
    )
    invoice_date = fields.Date(
        string="Invoice date", required=True, default=fields.Date.context_today
    )
    total_ids = fields.One2many(
        comodel_name="client.billing.wizard.total",
        inverse_name="wizard_id",
        compute="_compute_totals",
        store=True,
        string="What will be billed",
    )
    entry_count = fields.Integer(compute="_compute_totals", store=True)
    in_background = fields.Boolean(compute="_compute_totals", store=True)
    is_waiting_for_job = fields.Boolean(compute="_compute_is_waiting_for_job")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.model
    def _default_date_until(self):
        return fields.Date.end_of(fields.Date.context_today(self), "month")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        context = self.env.context
        if context.get("active_model") == "client.contract.entry":
            values["entry_ids"] = [(6, 0, context.get("active_ids") or [])]
        return values

    @api.depends("entry_ids")
    def _compute_is_selection(self):
        for wizard in self:
            wizard.is_selection = bool(wizard.entry_ids)

    @api.depends("entry_ids", "entry_domain", "date_until", "group_by")
    def _compute_totals(self):
        for wizard in self:
            totals = wizard._get_totals()
            wizard.total_ids = [Command.clear()] + [
                Command.create(total) for total in totals
            ]
            wizard.entry_count = sum(total["entry_count"] for total in totals)
            wizard.in_background = wizard.entry_count > CHUNK_SIZE

    @api.depends("in_background")
    def _compute_is_waiting_for_job(self):
        works = self.env["client.billing.run"]._has_working_job()
        for wizard in self:
            wizard.is_waiting_for_job = wizard.in_background and not works

    def _get_totals(self):
        """Return the values of the preview, one dict for each currency."""
        runs = self.env["client.billing.run"]
        totals = {}
        for currency, contract, entry_count, amount in self.env[
            "client.contract.entry"
        ]._read_group(
            self._get_domain(),
            ["currency_id", "contract_id"],
            ["__count", "amount:sum"],
        ):
            total = totals.setdefault(
                currency.id, {"entry_count": 0, "amount": 0.0, "invoices": set()}
            )
            total["entry_count"] += entry_count
            total["amount"] += amount
            total["invoices"].add(runs._get_invoice_key(contract, self.group_by))
        return [
            {
                "currency_id": currency_id,
                "entry_count": total["entry_count"],
                "invoice_count": len(total["invoices"]),
                "amount": total["amount"],
            }
            for currency_id, total in totals.items()
        ]

    def _get_domain(self):
        """Return the entries that will be billed: selected or due, and free."""
        domain = [("state", "=", "ready")]
        if self.entry_ids:
            return [*domain, ("id", "in", self.entry_ids.ids)]
        domain = [
            *domain,
            ("date_due", "<=", self.date_until),
            ("company_id", "in", self.env.companies.ids),
            "|",
            ("billing_run_id", "=", False),
            ("billing_run_id.state", "not in", ACTIVE_STATES),
        ]
        entries = self.env["client.contract.entry"]
        shown = entries._get_due_domain(self.entry_domain or [], dates=True)
        return list(Domain(domain) & shown)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_bill(self):
        """Start a billing run for each company concerned.

        :return: the action that shows the invoices, or the run at work
        :raise UserError: when nothing is left, or somebody else bills it already
        """
        self.ensure_one()
        runs = self.env["client.billing.run"]
        if self.post == "send":
            runs._check_can_send()
        entries = self.entry_ids or self.env["client.contract.entry"].search(
            self._get_domain()
        )
        if not entries:
            raise UserError(
                self.env._("Nothing is due until then, or it is being billed already.")
            )
        for company, company_entries in entries.grouped("company_id").items():
            run = runs.with_company(company).create(
                {
                    "company_id": company.id,
                    "group_by": self.group_by,
                    "post": self.post != "draft",
                    "send": self.post == "send",
                    "invoice_date": self.invoice_date,
                    "date_until": False if self.entry_ids else self.date_until,
                }
            )
            run._start(company_entries)
            runs |= run
        return self._get_result_action(runs)

    def _get_result_action(self, runs):
        """Return the invoices when all went well, otherwise the runs."""
        done = all(run.state == "done" and not run.failed_count for run in runs)
        if done and len(runs) == 1:
            return runs.action_view_invoices()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_billing_run_action"
        )
        if len(runs) == 1:
            action["views"] = [(False, "form")]
            action["res_id"] = runs.id
        else:
            action["domain"] = [("id", "in", runs.ids)]
        return action


class ClientBillingWizardTotal(models.TransientModel):
    """One currency of the preview."""

    _name = "client.billing.wizard.total"
    _description = "Bill Contract Entries: Total"
    _order = "id"

    wizard_id = fields.Many2one(
        comodel_name="client.billing.wizard",
        required=True,
        ondelete="cascade",
        index=True,
    )
    currency_id = fields.Many2one(
        comodel_name="res.currency", required=True, ondelete="cascade"
    )
    entry_count = fields.Integer(string="Entries")
    invoice_count = fields.Integer(string="Invoices")
    amount = fields.Monetary(string="Untaxed")
