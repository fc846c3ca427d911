"""Series that prices are adjusted by: IPCA, IGP-M, CPI…"""

from odoo import api, fields, models


class ClientPriceIndex(models.Model):
    """An index with its values by month, entered or imported."""

    _name = "client.price.index"
    _description = "Price Index"
    _order = "code, id"
    # people say IPCA, not its long name
    _rec_name = "code"
    _rec_names_search = ["name", "code"]

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short name, e.g. IPCA, IGP-M or CPI.")
    kind = fields.Selection(
        selection=[("number", "Index number"), ("rate", "Monthly rate in %")],
        default="rate",
        required=True,
        help="Index number: the value of the last month is divided by that of the "
        "first. Monthly rate: the rates of the months are accumulated.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for all companies.",
    )
    active = fields.Boolean(default=True)
    source = fields.Char(help="Who publishes it, and where.")
    rate_ids = fields.One2many(
        comodel_name="client.price.index.rate",
        inverse_name="index_id",
        string="Values",
    )
    last_month = fields.Date(
        string="Known until",
        compute="_compute_last_month",
        help="Last reference month that has a value.",
    )

    _code_company_unique = models.UniqueIndex(
        "(lower(code), COALESCE(company_id, 0))",
        "There is an index with this code already.",
    )

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("rate_ids.month")
    def _compute_last_month(self):
        groups = self.env["client.price.index.rate"]._read_group(
            [("index_id", "in", self.ids)], ["index_id"], ["month:max"]
        )
        months = {index.id: month for index, month in groups}
        for index in self:
            index.last_month = months.get(index._origin.id)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_view_rates(self):
        """Open the values of this index."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_price_index_rate_action"
        )
        action["domain"] = [("index_id", "=", self.id)]
        action["context"] = {"default_index_id": self.id}
        return action

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_values(self, first, last):
        """Return the values of the months from ``first`` to ``last``.

        :param date first: first of a month
        :param date last: first of a month
        :return: ({month: value}, [months whose value is provisional])
        """
        self.ensure_one()
        rates = self.env["client.price.index.rate"].search(
            [
                ("index_id", "=", self.id),
                ("month", ">=", first),
                ("month", "<=", last),
            ]
        )
        provisional = rates.filtered("is_provisional").mapped("month")
        return {rate.month: rate.value for rate in rates}, sorted(provisional)
