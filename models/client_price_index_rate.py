"""One month's value of a price index."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class ClientPriceIndexRate(models.Model):
    """The value of an index for a reference month, with its day of publication."""

    _name = "client.price.index.rate"
    _description = "Value of a Price Index"
    _order = "month desc, index_id, id desc"

    index_id = fields.Many2one(
        comodel_name="client.price.index",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="index_id.company_id",
        store=True,
        precompute=True,
        index="btree_not_null",
    )
    kind = fields.Selection(related="index_id.kind")
    month = fields.Date(
        string="Reference month",
        required=True,
        help="Any day of the month; the first one is kept.",
    )
    value = fields.Float(
        min_display_digits=2,
        required=True,
        aggregator="avg",
        help="The index number, or the month's rate in percent: 0.56 for 0.56 %.",
    )
    date_published = fields.Date(string="Published on")
    is_provisional = fields.Boolean(
        string="Provisional",
        help="An estimate: prices adjusted with it are trued up once the definitive "
        "value is here.",
    )

    _index_month_unique = models.UniqueIndex(
        "(index_id, month)", "The index has a value for this month already."
    )

    @api.depends("index_id.code", "month")
    def _compute_display_name(self):
        for rate in self:
            month = rate.month and format_date(
                self.env, rate.month, date_format="MMMM y"
            )
            rate.display_name = " · ".join(filter(None, (rate.index_id.code, month)))

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("value", "index_id")
    def _check_value(self):
        for rate in self:
            if rate.kind == "number" and rate.value <= 0:
                raise ValidationError(
                    self.env._(
                        "%s: the value of an index number is above zero.",
                        rate.display_name,
                    )
                )
            if rate.kind == "rate" and rate.value <= -100:
                raise ValidationError(
                    self.env._(
                        "%s: a monthly rate is above −100 %%.", rate.display_name
                    )
                )

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalize(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalize(vals))

    @api.model
    def _normalize(self, vals):
        """Return the values with the first day of the month."""
        if month := fields.Date.to_date(vals.get("month")):
            vals = dict(vals, month=month.replace(day=1))
        return vals
