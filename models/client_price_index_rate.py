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
    @api.depends_context("lang")
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
    def _load_records(self, data_list, update=False):
        """Correct the values that an imported file brings again.

        The index and the month say which value it is, as a series is published: with
        the months that are here already, and at last with the definitive value of an
        estimate. A value without the word that it is an estimate is definitive, here as
        in a new row.
        """
        rows = [data for data in data_list if self._is_keyed_by_month(data)]
        if rows:
            known = self._get_known_rates([data["values"] for data in rows])
            for data in rows:
                values = data["values"] = self._normalize(data["values"])
                if rate := known.get((values["index_id"], values["month"])):
                    values["id"] = rate.id
                    if "value" in values:
                        values.setdefault("is_provisional", False)
        return super()._load_records(data_list, update)

    @api.model
    def _is_keyed_by_month(self, data):
        """Tell whether a row of a file has no other identity than its month."""
        values = data["values"]
        return (
            not data.get("xml_id")
            and not values.get("id")
            and values.get("index_id")
            and values.get("month")
        )

    @api.model
    def _get_known_rates(self, vals_list):
        """Return ``{(index id, month): rate}`` of the values that are here."""
        months = [self._normalize(vals)["month"] for vals in vals_list]
        rates = self.search(
            [
                ("index_id", "in", [vals["index_id"] for vals in vals_list]),
                ("month", ">=", min(months)),
                ("month", "<=", max(months)),
            ]
        )
        return {(rate.index_id.id, rate.month): rate for rate in rates}

    @api.model
    def _normalize(self, vals):
        """Return the values with the first day of the month."""
        if month := fields.Date.to_date(vals.get("month")):
            vals = dict(vals, month=month.replace(day=1))
        return vals
