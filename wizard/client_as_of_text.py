"""How values of an earlier day are written today."""

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, format_datetime, formatLang
from odoo.tools.misc import get_lang

from ..models.res_users_history import PORTAL_USER
from ..tools import as_of

PRICES = frozenset({"price_unit"})


class ClientAsOf(models.TransientModel):
    """Words in the reader's language, numbers and days as he writes them.

    Rows of before 19.0.1.7.0 only have the text, in the language of who wrote it; words
    of a choice are found again in each language that is installed.
    """

    _inherit = "client.as.of"

    @api.model
    def _word_value(self, model_name, name, value, state, people):
        """Return a value as the reader reads it.

        :param as_of.Value value: what the field said
        :param dict state: values of the same record, or of its document, by name
        :param dict people: values of the client's contacts of then, by id
        :rtype: str
        """
        if value.mark == as_of.ERASED:
            return self.env._("Erased")
        field = self.env[model_name]._fields.get(name)
        if not field and name != PORTAL_USER:
            # worked out, and worded then
            return value.text
        kind = field.type if field else "boolean"
        if kind in ("boolean", "selection"):
            return self._word_choice(model_name, name, value)
        if kind in ("float", "integer", "monetary"):
            return self._word_number(name, kind, value, state)
        if kind in ("date", "datetime"):
            return self._word_time(kind, value.text)
        if kind == "many2one" and field.comodel_name == "res.partner":
            return self._word_partner(value, people)
        return value.text

    @api.model
    def _word_choice(self, model_name, name, value):
        """Return a choice, or Yes and No, in the reader's language."""
        raw = value.raw
        if raw is None:
            known = self._known_choices(model_name, name)
            raw = known.get(value.text)
            if raw is None:
                return value.text
        return self._choices(model_name, name).get(raw, value.text)

    @api.model
    def _choices(self, model_name, name):
        """Return ``{value: word}`` of a field in the language of the environment."""
        field = self.env[model_name]._fields.get(name)
        if name == PORTAL_USER or field.type == "boolean":
            return {True: self.env._("Yes"), False: self.env._("No")}
        return dict(field._description_selection(self.env))

    @api.model
    def _known_choices(self, model_name, name):
        """Return ``{word: value}`` of a field in all languages that are installed."""
        known = {}
        for code, _name in self.env["res.lang"].get_installed():
            words = self.with_context(lang=code)._choices(model_name, name)
            known.update({word: value for value, word in words.items()})
        return known

    @api.model
    def _word_number(self, name, kind, value, state):
        """Return a number, with its currency when it is money."""
        number = value.raw
        if number is None:
            try:
                number = float(value.text)
            except ValueError:
                # money of before 19.0.1.7.0, written by whoever changed it
                return value.text
        currency = self._get_currency(state)
        if kind == "monetary" or name in PRICES:
            if currency:
                return self._word_money(number, currency, exact=name in PRICES)
        if kind == "integer":
            return str(int(number))
        text = formatLang(self.env, number, digits=6)
        return text.rstrip("0").rstrip(get_lang(self.env).decimal_point)

    @api.model
    def _word_money(self, amount, currency, *, exact=False):
        """Return an amount; a price with all its decimals.

        :param bool exact: more decimals than the currency has are written
        """
        if exact and currency.compare_amounts(amount, round(amount, 6)) == 0:
            rest = abs(amount - currency.round(amount))
            if rest >= 1e-6:
                text = formatLang(self.env, amount, digits=6).rstrip("0")
                return f"{text} {currency.symbol or currency.name}"
        return format_amount(self.env, amount, currency)

    @api.model
    def _get_currency(self, state):
        value = (state or {}).get("currency_id")
        if not value:
            return None
        # sudo: names and signs of currencies are no secret
        currencies_sudo = (
            self.env["res.currency"].sudo().with_context(active_test=False)
        )
        if value.raw:
            return currencies_sudo.browse(value.raw).exists()
        return currencies_sudo.search([("name", "=", value.text)], limit=1)

    @api.model
    def _word_time(self, kind, text):
        text = text.removesuffix(" UTC")
        try:
            if kind == "date":
                day = fields.Date.to_date(text)
                return format_date(self.env, day) if day else ""
            moment = fields.Datetime.to_datetime(text)
            return format_datetime(self.env, moment) if moment else ""
        except ValueError:
            return text

    @api.model
    def _word_partner(self, value, people):
        """Return a contact's name of then; the wall hides those of other clients."""
        if value.raw in people:
            return self._name_partner(people[value.raw])
        if value.raw:
            # sudo: whether it is there; only its id is used
            partner_sudo = self.env["res.partner"].sudo().browse(value.raw).exists()
            if partner_sudo and self.env["client.wall"]._hidden(partner_sudo):
                return partner_sudo.display_name
        return value.text

    @api.model
    def _name_partner(self, state):
        """Return what a contact or an address was called.

        :param dict state: its values of then
        """
        name = state.get("name", as_of.EMPTY)
        if name.mark:
            return self.env._("Erased contact")
        if name.text:
            return name.text
        kind = self._word_choice("res.partner", "type", state.get("type", as_of.EMPTY))
        city = state.get("city", as_of.EMPTY).text
        return " · ".join(part for part in (kind, city) if part)
