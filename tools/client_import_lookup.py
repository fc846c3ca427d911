"""Finds what the texts of the clients workbook mean in this database."""

import re
import unicodedata
from collections import defaultdict

from odoo import fields

from odoo.addons.base_vat.models.res_partner import _ref_vat

# What of a model may be named in the workbook.
NAMED_DOMAINS = {
    "account.payment.method.line": [("payment_type", "=", "inbound")],
    "product.product": [("sale_ok", "=", True)],
}
# How Odoo shows a product: [code] name.
CODE_AND_NAME = re.compile(r"\[([^\]]+)\] ")


def plain(text):
    """Return a name without case and accents, to find it however it is typed."""
    decomposed = unicodedata.normalize("NFKD", text or "")
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


class ClientImportLookup:
    """Maps texts to records, by a few queries for the whole workbook.

    It speaks as the importing user: what he can't see isn't found.
    """

    def __init__(self, env, book):
        self.env = env
        self.rows = [row for rows in book.rows.values() for row in rows]
        self._load_countries()
        self._load_people()
        self._load_words()
        self._currency = None
        self.today = fields.Date.context_today(env["res.partner"])
        self._named = {}  # model -> {plain name: {ids}}

    # ------------------------------------------------------------------
    # LOAD
    # ------------------------------------------------------------------

    def _load_countries(self):
        countries = self.env["res.country"].search_fetch([], ["code", "name"])
        self._country = {plain(country.name): country for country in countries}
        self._country |= {plain(country.code): country for country in countries}
        wanted = {plain(row.get("country")) for row in self.rows} & self._country.keys()
        # existing clients are in other countries, too, but few states are looked up
        self._states = {}
        for key in wanted:
            self._load_states(self._country[key])

    def _load_states(self, country):
        states = country.state_ids
        by_text = {plain(state.name): state for state in states}
        by_text |= {plain(state.code): state for state in states}
        self._states[country.id] = by_text
        return by_text

    def _load_people(self):
        logins = set()
        for row in self.rows:
            logins.update(row.get("assistants"))
            logins.update(filter(None, (row.get("manager"), row.get("salesperson"))))
        users = self.env["res.users"].search(
            [("login", "in", [*logins, *map(str.lower, logins)])]
        )
        self._user = {user.login: user for user in users if not user.share}

    def _load_words(self):
        languages = self.env["res.lang"].get_installed()
        self._language = {code.casefold(): (code, name) for code, name in languages}
        self._tag = self._by_name("res.partner.category")
        self._sector = self._by_name("res.partner.industry")
        self._role = self._by_name(
            "client.contact.role", ("company_id", "in", [self.env.company.id, False])
        )
        self._created = []

    def _by_name(self, model, *domain):
        """Return ``{plain name: record}``; one in use goes before an archived one."""
        found = self.env[model].with_context(active_test=False)
        records = found.search_fetch(domain, ["name", "active"]).sorted("active")
        return {plain(record.name): record for record in records}

    # ------------------------------------------------------------------
    # FIND
    # ------------------------------------------------------------------

    def country(self, text):
        """Return the country of an ISO code or a name; None when there is none."""
        return self._country.get(plain(text))

    def state(self, country, text):
        """Return a country's state by code or name; None when there is none."""
        by_text = self._states.get(country.id)
        if by_text is None:
            by_text = self._load_states(country)
        return by_text.get(plain(text))

    def tax_id_example(self, country):
        """Return what a tax id of the country looks like, as Odoo says it; or ''."""
        return str(_ref_vat.get(country.code.lower(), ""))

    def language(self, text):
        """Return (code, name) of an active language; None when there is none."""
        return self._language.get(text.replace("-", "_").casefold())

    def currency(self, text):
        """Return an active currency by its code; empty when there is none."""
        if self._currency is None:
            currencies = self.env["res.currency"].search_fetch([], ["name"])
            self._currency = {currency.name: currency for currency in currencies}
        return self._currency.get(text.upper())

    def user(self, login):
        """Return an employee's user by login; None when there is none."""
        return self._user.get(login) or self._user.get(login.lower())

    def named(self, model, text):
        """Return the records of a small list that have a name, as the user.

        :param str model: name of the model
        :param str text: its name, its display name or its code
        :rtype: list
        """
        if model not in self._named:
            self._named[model] = self._load_names(model)
        by_name = self._named[model]
        return by_name.get(plain(text), [])

    def _load_names(self, model):
        records = self.env[model]
        if not records.has_access("read"):
            return {}
        domain = list(NAMED_DOMAINS.get(model, ()))
        if "company_id" in records._fields:
            domain += records._check_company_domain(self.env.company)
        if model == "product.product":
            domain += self._wanted_products()
        by_name = defaultdict(list)
        for record in records.search(domain or []):
            names = [record.display_name, record["name"]]
            if "default_code" in records._fields:
                names.append(record["default_code"])
            for name in {plain(name) for name in names if name}:
                by_name[name].append(record)
        return by_name

    # ------------------------------------------------------------------
    # FIND OR CREATE
    # ------------------------------------------------------------------

    def tag_ids(self, names):
        """Return the ids of tags, which exist after :meth:`create_words`."""
        return [self._tag[plain(name)].id for name in names]

    def sector_id(self, name):
        """Return the id of a sector, which exists after :meth:`create_words`."""
        return self._sector[plain(name)].id

    def _wanted_products(self):
        """Return the domain of the products in the workbook: there may be many more."""
        texts = {row.get("product") for row in self.rows if row.get("product")}
        codes = {match[1] for text in texts if (match := CODE_AND_NAME.match(text))}
        return [
            "|",
            ("default_code", "in", list(texts | codes)),
            ("name", "in", list(texts)),
        ]

    def role_ids(self, names):
        """Return the ids of roles, which exist after :meth:`create_words`."""
        return [self._role[plain(name)].id for name in names]

    def create_words(self, tags, sectors, roles):
        """Create the tags, sectors and roles that don't exist yet.

        :param tags: names
        :param sectors: names
        :param roles: names
        """
        self._create_missing(self._tag, self.env["res.partner.category"], tags)
        # sudo: sectors are plain words, but only administrators may add one by hand;
        # who imports clients was checked before
        sectors_sudo = self.env["res.partner.industry"].sudo()
        self._create_missing(self._sector, sectors_sudo, sectors)
        # sudo: as for sectors
        roles_sudo = self.env["client.contact.role"].sudo()
        self._create_missing(self._role, roles_sudo, roles)

    def _create_missing(self, known, model, names):
        missing = {plain(name): name for name in names if plain(name) not in known}
        created = model.create([{"name": name} for name in missing.values()])
        known.update(zip(missing, created, strict=True))
        self._created += [(known, key) for key in missing]

    def take_created(self):
        """Return ``[(model, id)]`` of the words created since it was asked last."""
        words = [(known[key]._name, known[key].id) for known, key in self._created]
        self._created = []
        return words

    def forget_created(self):
        """Forget the words created since then: they were taken back."""
        for known, key in self._created:
            known.pop(key, None)
        self._created = []
