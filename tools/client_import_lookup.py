"""Finds what the texts of the clients workbook mean in this database."""

import unicodedata

from odoo.addons.base_vat.models.res_partner import _ref_vat


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
        logins = {row.get("manager") for row in self.rows if row.get("manager")}
        for row in self.rows:
            logins.update(row.get("assistants"))
        users = self.env["res.users"].search(
            [("login", "in", [*logins, *map(str.lower, logins)])]
        )
        self._user = {user.login: user for user in users if not user.share}

    def _load_words(self):
        languages = self.env["res.lang"].get_installed()
        self._language = {code.casefold(): (code, name) for code, name in languages}
        self._tag = self._by_name("res.partner.category")
        self._sector = self._by_name("res.partner.industry")

    def _by_name(self, model):
        """Return ``{plain name: record}``; one in use goes before an archived one."""
        found = self.env[model].with_context(active_test=False)
        records = found.search_fetch([], ["name", "active"]).sorted("active")
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

    def user(self, login):
        """Return an employee's user by login; None when there is none."""
        return self._user.get(login) or self._user.get(login.lower())

    # ------------------------------------------------------------------
    # FIND OR CREATE
    # ------------------------------------------------------------------

    def tag_ids(self, names):
        """Return the ids of tags, which exist after :meth:`create_words`."""
        return [self._tag[plain(name)].id for name in names]

    def sector_id(self, name):
        """Return the id of a sector, which exists after :meth:`create_words`."""
        return self._sector[plain(name)].id

    def create_words(self, tags, sectors):
        """Create the tags and sectors that don't exist yet.

        :param tags: names
        :param sectors: names
        """
        self._create_missing(self._tag, self.env["res.partner.category"], tags)
        # sudo: sectors are plain words, but only administrators may add one by hand;
        # who imports clients was checked before
        sectors_sudo = self.env["res.partner.industry"].sudo()
        self._create_missing(self._sector, sectors_sudo, sectors)

    def _create_missing(self, known, model, names):
        missing = {plain(name): name for name in names if plain(name) not in known}
        created = model.create([{"name": name} for name in missing.values()])
        known.update(zip(missing, created, strict=True))
