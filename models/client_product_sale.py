"""What each client buys: ordered, under contract and invoiced, per product."""

from odoo import fields, models
from odoo.tools import SQL


class ClientProductSale(models.Model):
    """A product or service that a client buys, computed from the documents."""

    _name = "client.product.sale"
    _description = "Products and Services of a Client"
    _auto = False
    _order = "last_date desc, id"
    _rec_name = "product_id"

    client_id = fields.Many2one(comodel_name="res.partner", readonly=True)
    product_id = fields.Many2one(comodel_name="product.product", readonly=True)
    default_code = fields.Char(related="product_id.default_code", string="Code")
    categ_id = fields.Many2one(related="product_id.categ_id")
    company_id = fields.Many2one(comodel_name="res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    quantity_ordered = fields.Float(
        string="Ordered", digits="Product Unit", readonly=True
    )
    quantity_invoiced = fields.Float(
        string="Invoiced", digits="Product Unit", readonly=True
    )
    amount_invoiced = fields.Monetary(
        string="Amount invoiced", readonly=True, help="Untaxed, less credit notes."
    )
    contract_count = fields.Integer(string="Running contracts", readonly=True)
    last_date = fields.Date(string="Last bought", readonly=True)

    @property
    def _table_query(self):
        # grouped by client: PostgreSQL reads one client's rows by their index
        return SQL(
            """
            SELECT (MIN(source.key)) AS id, source.client_id, source.product_id,
                   source.company_id,
                   SUM(source.ordered) AS quantity_ordered,
                   SUM(source.invoiced) AS quantity_invoiced,
                   SUM(source.amount) AS amount_invoiced,
                   SUM(source.contracts)::int AS contract_count,
                   MAX(source.date) AS last_date
              FROM (%s UNION ALL %s UNION ALL %s) AS source
          GROUP BY source.client_id, source.product_id, source.company_id
            """,
            self._select_orders(),
            self._select_contracts(),
            self._select_invoices(),
        )

    # Keys of the three sources never meet: 3n, 3n + 1, 3n + 2.

    def _select_orders(self):
        return SQL(
            """
            SELECT line.id::bigint * 3 AS key,
                   partner.commercial_partner_id AS client_id, line.product_id,
                   line.company_id, line.product_uom_qty AS ordered, 0 AS invoiced,
                   0 AS amount, 0 AS contracts, sale.date_order::date AS date
              FROM sale_order_line AS line
              JOIN sale_order AS sale ON sale.id = line.order_id
              JOIN res_partner AS partner ON partner.id = sale.partner_id
             WHERE sale.state = 'sale' AND line.product_id IS NOT NULL
               AND line.is_downpayment IS NOT TRUE
            """
        )

    def _select_contracts(self):
        return SQL(
            """
            SELECT line.id::bigint * 3 + 1, line.client_id, line.product_id,
                   line.company_id, 0, 0, 0, 1, NULL::date
              FROM client_contract_line AS line
              JOIN client_contract AS contract ON contract.id = line.contract_id
             WHERE contract.state = 'running' AND line.product_id IS NOT NULL
            """
        )

    def _select_invoices(self):
        return SQL(
            """
            SELECT line.id::bigint * 3 + 2, line.partner_id, line.product_id,
                   line.company_id, 0,
                   CASE WHEN move.move_type = 'out_refund'
                        THEN -line.quantity ELSE line.quantity END,
                   -line.balance, 0, move.invoice_date
              FROM account_move_line AS line
              JOIN account_move AS move ON move.id = line.move_id
             WHERE line.parent_state = 'posted' AND line.display_type = 'product'
               AND line.product_id IS NOT NULL
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            """
        )
