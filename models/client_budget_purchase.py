"""Confirmed purchase orders, where the module of purchases is installed."""

from collections import defaultdict

from odoo import api, models

ORDER = "purchase.order"
ORDER_LINE = "purchase.order.line"
# What was ordered and is still to be billed.
ORDERED_STATES = ("purchase", "done")


class ClientBudget(models.Model):
    """Counts what is ordered as committed until the vendor's bill takes its place.

    The addon doesn't depend on purchases: without them nothing here does a thing.
    """

    _inherit = "client.budget"

    # === BUSINESS METHODS === #

    @api.model
    def _has_purchases(self):
        return ORDER_LINE in self.env

    @api.model
    def _touch_purchases(self, records):
        """Have the ledger compared with the orders of these records.

        :param records: purchase.order or its lines
        """
        # sudo: only ids, of what the user has just written
        records_sudo = records.sudo()
        orders = records_sudo.order_id if records._name == ORDER_LINE else records_sudo
        self._touch_documents((ORDER, order.id) for order in orders)

    @api.model
    def _touch_documents(self, documents):
        """A bill that comes or goes changes what is left of its order."""
        documents = set(documents)
        move_ids = [id_ for model, id_ in documents if model == "account.move"]
        if move_ids and self._has_purchases():
            # sudo: see _sync_documents
            lines_sudo = (
                self.env["account.move.line"]
                .sudo()
                .search(
                    [("move_id", "in", move_ids), ("purchase_line_id", "!=", False)]
                )
            )
            orders_sudo = lines_sudo.purchase_line_id.order_id
            documents |= {(ORDER, order_id) for order_id in orders_sudo.ids}
        return super()._touch_documents(documents)

    def _sync_all(self):
        """Compare the orders of these budgets as well."""
        if self._has_purchases():
            # sudo: see _sync_documents
            accounts_sudo = self.sudo().analytic_account_id
            lines_sudo = (
                self.env[ORDER_LINE]
                .sudo()
                .search(
                    [
                        ("order_id.state", "in", ORDERED_STATES),
                        ("analytic_distribution", "in", accounts_sudo.ids),
                    ]
                )
            )
            self._touch_purchases(lines_sudo)
        return super()._sync_all()

    @api.model
    def _collect_drafts(self, documents, wanted, facts):
        """Add what is ordered and not billed."""
        super()._collect_drafts(documents, wanted, facts)
        order_ids = [id_ for model, id_ in documents if model == ORDER]
        if not order_ids or not self._has_purchases():
            return
        # sudo: see _sync_documents
        lines_sudo = (
            self.env[ORDER_LINE]
            .sudo()
            .search(
                [
                    ("order_id", "in", order_ids),
                    ("order_id.state", "in", ORDERED_STATES),
                    ("display_type", "=", False),
                ]
            )
        )
        for line_sudo in lines_sudo.filtered("analytic_distribution"):
            for budget, share in self._share_purchase(line_sudo).items():
                order_sudo = line_sudo.order_id
                document = (ORDER, order_sudo.id)
                wanted[budget.id, "committed", *document, False] += share
                vendor = order_sudo.partner_id.commercial_partner_id.name
                facts[document] = {
                    "name": " · ".join(filter(None, [order_sudo.name, vendor])),
                    "date": order_sudo.date_order.date(),
                }

    @api.model
    def _share_purchase(self, line_sudo):
        """Return ``{budget: amount}`` of what is left to be billed of an order's line.

        :param line_sudo: purchase.order.line
        """
        shares = defaultdict(float)
        ordered = line_sudo.product_qty
        left = max(ordered - line_sudo.qty_invoiced, 0.0) if ordered else 0.0
        if not left:
            return shares
        amount = line_sudo.price_subtotal * left / ordered
        order_sudo = line_sudo.order_id
        for keys, percentage in line_sudo.analytic_distribution.items():
            budgets = self.search(
                [
                    ("spent_by", "=", "costs"),
                    ("analytic_account_id", "in", [int(k) for k in keys.split(",")]),
                ]
            )
            for budget in budgets:
                shares[budget] += order_sudo.currency_id._convert(
                    amount * percentage / 100,
                    budget.currency_id,
                    order_sudo.company_id,
                    order_sudo.date_order.date(),
                )
        return shares
