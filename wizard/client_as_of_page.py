"""What the page of an earlier day tells, section by section."""

from odoo import api, models
from odoo.tools import format_date

from ..models.client_budget import USED_KINDS
from ..tools import as_of
from .client_as_of import SINCE
from .client_as_of_view import AsOfView

# Records of one section that are shown; counted are all of them.
MAX_RECORDS = 300
IDENTITY = (
    "name",
    "legal_name",
    "client_number",
    "client_status",
    "client_substatus_id",
    "parent_id",
    "category_id",
    "vat",
    "lang",
    "email",
    "phone",
    "website",
)
ADDRESS = (
    "street",
    "street2",
    "neighbourhood",
    "zip",
    "city",
    "state_id",
    "country_id",
)
TEAM = ("account_manager_id", "assistant_ids", "user_id")
CONTACT = (
    "name",
    "function",
    "client_role_ids",
    "email",
    "phone",
    "portal_user",
    "portal_scope",
    "active",
)
PLACE = ("name", "type", *ADDRESS, "email", "phone", "active")
ACCESS = ("client_restricted", "client_portal_access")
CONTRACT = (
    "state",
    "kind",
    "contact_id",
    "responsible_id",
    "partner_invoice_id",
    "date_start",
    "date_end",
    "recurring_interval",
    "recurring_unit",
    "billing_timing",
    "due_day",
    "payment_term_id",
    "renewal",
    "notice_days",
    "currency_id",
)
LINE = (
    "product_id",
    "quantity",
    "price_unit",
    "discount",
    "amount",
    "date_start",
    "date_end",
)
OVERLAY = (
    "state",
    "date_start",
    "date_end",
    "price_unit",
    "quantity",
    "discount",
)
BUDGET = (
    "state",
    "manager_id",
    "date_start",
    "date_end",
    "amount",
    "used",
    "left",
)


class ClientAsOf(models.TransientModel):
    """Turns what was into sections, records and fields, for screen and paper alike.

    A side is what :meth:`client.history._as_of` says of one day.
    """

    _inherit = "client.as.of"

    def _prepare_page(self):
        """Return all that the page shows.

        :rtype: dict
        :raise AccessError: the reader may not read the client or its history
        """
        self.ensure_one()
        client = self.client_id._origin or self.client_id
        first, second = self._get_days()
        if not client or not first:
            return {"sentence": self.env._("Choose a day."), "blocks": []}
        if self._is_future():
            return {"sentence": self._future_sentence(), "blocks": []}
        client.check_access("read")
        wall = self.env["client.wall"]
        if wall._is_look_logged("res.partner"):
            wall._log_look(client)
        days = [first, second] if second and second != first else [first]
        sides = [self._get_side(client, wall._day_bounds(day)[1]) for day in days]
        is_comparison = len(sides) > 1
        if not is_comparison and not sides[0]["people"]:
            # nothing to show: seven empty sections say less than a sentence
            return {
                "sentence": self._absent_sentence(client, days[0]),
                "blocks": [],
            }
        page = {
            "sentence": "",
            "client": client,
            "days": [format_date(self.env, day, date_format="long") for day in days],
            "is_comparison": is_comparison,
            "only_differences": is_comparison and self.only_differences,
            "words": self._get_words(),
            "notices": self._get_notices(client, sides, days),
        }
        page["blocks"] = self._get_blocks(client, sides, page)
        return page

    @api.model
    def _get_side(self, client, end):
        """Return what the client was right before a moment."""
        side = self.env["client.history"]._as_of(client, end)
        side["end"] = end
        side["people"] = {
            id_: values
            for block in side["blocks"]
            for id_, values in block["parts"].get("res.partner", {}).items()
        }
        side["called"] = self._get_called(side)
        return side

    @api.model
    def _get_called(self, side):
        """Return the values of all contacts that are named, by id.

        Some may have been of another client.
        """
        others = {
            value.raw
            for block in side["blocks"]
            for model_name, records in block["parts"].items()
            for values in records.values()
            for name, value in values.items()
            if value.raw
            and (field := self.env[model_name]._fields.get(name))
            and field.type == "many2one"
            and field.comodel_name == "res.partner"
        } - side["people"].keys()
        names = self.env["client.history"]._as_of_called(others, side["end"])
        called = {id_: {"name": name} for id_, name in names.items() if name.text}
        return {**called, **side["people"]}

    @api.model
    def _get_words(self):
        return {
            "added": self.env._("Added"),
            "removed": self.env._("Removed"),
            "changed": self.env._("Changed"),
            "unknown": self.env._("Not known"),
            "same": self.env._("Same"),
        }

    # ------------------------------------------------------------------
    # NOTICES
    # ------------------------------------------------------------------

    def _get_notices(self, client, sides, days):
        """Return what the reader has to know of what isn't known."""
        notices = []
        begins = sides[0]["begins"]
        is_there = client.id in sides[0]["people"]
        if begins and begins >= sides[0]["end"] and is_there:
            notices.append(
                self.env._(
                    "The history of this client begins on %s. Of the days before "
                    "nothing is known: this is how it was when it began.",
                    self._word_time("datetime", str(begins)),
                )
            )
        since = self._get_since()
        if since and any(side["end"] <= since for side in sides):
            notices.append(
                self.env._(
                    "Not recorded before %s: who could sign in to the portal, contacts "
                    "that came from another client, and all that a deleted record said "
                    "at its end.",
                    self._word_time("datetime", str(since)),
                )
            )
        for side, day in zip(sides, days, strict=True):
            values = side["people"].get(client.id)
            if values is None:
                notices.append(self._absent_sentence(client, day))
            elif values.get("is_client", as_of.EMPTY).raw is False:
                notices.append(
                    self.env._(
                        "%(client)s was not a client yet on %(day)s.",
                        client=client.display_name,
                        day=format_date(self.env, day),
                    )
                )
        if self._has_erased(sides):
            notices.append(
                self.env._(
                    "Entries were erased to protect personal data: what they said of "
                    "these days is not known any more."
                )
            )
        return notices

    @api.model
    def _absent_sentence(self, client, day):
        """Say that a client was not there on a day."""
        return self.env._(
            "%(client)s did not exist yet on %(day)s.",
            client=client.display_name,
            day=format_date(self.env, day),
        )

    @api.model
    def _get_since(self):
        """Return from when on everything is recorded that is shown, if it is known."""
        # sudo: a time that the upgrade has written
        text = self.env["ir.config_parameter"].sudo().get_param(SINCE)
        return self.env["client.history"]._fields["date"].to_datetime(text or False)

    @api.model
    def _has_erased(self, sides):
        return any(
            value.mark
            for side in sides
            for block in side["blocks"]
            for records in block["parts"].values()
            for values in records.values()
            for value in values.values()
        )

    # ------------------------------------------------------------------
    # BLOCKS AND SECTIONS
    # ------------------------------------------------------------------

    def _get_blocks(self, client, sides, page):
        """Return the client, and those that were merged into it since.

        Two days are shown by who owned what on the later one, so that what came with a
        merge between them isn't told twice.
        """
        owners = [block["id"] for block in sides[-1]["blocks"]]
        found = []
        for owner in owners:
            parts = [self._fold(side, owner, owners, client.id) for side in sides]
            if owner != client.id and not any(part["parts"] for part in parts):
                continue
            people = [side["called"] for side in sides]
            names = sides[0]["names"]
            view = AsOfView(self, page, parts, people, names)
            # one that was merged has no name today
            values = [part["parts"].get("res.partner", {}).get(owner) for part in parts]
            title = self._name_partner(next(filter(None, values), {}))
            found.append(
                {
                    "id": owner,
                    "title": title or client.display_name,
                    "is_merged": owner != client.id,
                    "sections": self._get_sections(view, owner),
                }
            )
        found.sort(key=lambda block: (block["is_merged"], block["id"]))
        return found

    @api.model
    def _fold(self, side, owner, owners, client_id):
        """Return the parts of one client, with those that belong to it later on."""
        folded = {"parts": {}, "members": None, "used": {}}
        for block in side["blocks"]:
            home = block["id"] if block["id"] in owners else client_id
            if home != owner:
                continue
            for name, records in block["parts"].items():
                folded["parts"].setdefault(name, {}).update(records)
            folded["used"].update(block["used"])
            if block["members"] is not None:
                known = folded["members"]
                members = block["members"]
                folded["members"] = members if known is None else known | members
        return folded

    def _get_sections(self, view, owner):
        """Return the sections of one client, in the order of its tabs."""
        partners = view.records("res.partner")
        others = [id_ for id_ in partners if id_ != owner]
        people = [id_ for id_ in others if view.is_person(id_)]
        places = [id_ for id_ in others if id_ not in people]
        sections = [
            self._section_fields(
                view, owner, "identity", self.env._("Client"), IDENTITY + ADDRESS
            ),
            self._section_fields(view, owner, "team", self.env._("Team"), TEAM),
            self._section(
                view,
                "contacts",
                self.env._("Contacts"),
                [view.record("res.partner", id_, CONTACT) for id_ in people],
            ),
            self._section(
                view,
                "addresses",
                self.env._("Addresses"),
                [view.record("res.partner", id_, PLACE) for id_ in places],
            ),
        ]
        if "client.contract" in view.names:
            sections.append(self._section_contracts(view))
        if "client.budget" in view.names:
            sections.append(self._section_budgets(view))
        sections += self._sections_access(view, owner)
        return [section for section in sections if section]

    def _section(self, view, key, title, records, layout="table"):
        """Return a section; of a comparison, without what is not asked for."""
        count = len(records)
        records = view.keep(records)
        records.sort(key=lambda record: (record["is_off"], record["sort"]))
        if layout == "table" and not view.is_comparison:
            view.drop_columns(records)
        return {
            "key": key,
            "title": title,
            "layout": layout,
            "records": records[:MAX_RECORDS],
            "count": count,
            "more": max(0, len(records) - MAX_RECORDS),
        }

    def _section_fields(self, view, owner, key, title, names):
        record = view.record("res.partner", owner, names)
        return self._section(
            view, key, title, [record] if record else [], layout="fields"
        )

    def _section_contracts(self, view):
        """Return the contracts with their services and temporary agreements."""
        records = []
        lines = view.children("client.contract.line", "contract_id")
        overlays = view.children("client.contract.overlay", "contract_id")
        for id_ in view.records("client.contract"):
            document = view.states("client.contract", id_)
            record = view.record("client.contract", id_, CONTRACT)
            record["title"] = view.join("client.contract", id_, ("number", "name"))
            record["children"] = view.keep(
                [
                    view.line("client.contract.line", line_id, LINE, document)
                    for line_id in lines.get(id_, ())
                ]
            )
            record["overlays"] = view.keep(
                [
                    view.overlay(line_id, OVERLAY, document)
                    for line_id in overlays.get(id_, ())
                ]
            )
            below = record["children"] + record["overlays"]
            if not view.is_comparison:
                view.drop_columns(record["children"])
                view.drop_columns(record["overlays"])
            if record["word"] == "same" and any(r["word"] != "same" for r in below):
                record["word"] = "changed"
            records.append(record)
        return self._section(
            view, "contracts", self.env._("Contracts"), records, layout="cards"
        )

    def _section_budgets(self, view):
        records = []
        for id_ in view.records("client.budget"):
            record = view.record("client.budget", id_, BUDGET)
            record["title"] = view.join("client.budget", id_, ("number", "name"))
            records.append(record)
        return self._section(view, "budgets", self.env._("Budgets"), records)

    def _sections_access(self, view, owner):
        """Return the switches, and who saw a restricted client."""
        sections = [
            self._section_fields(view, owner, "access", self.env._("Access"), ACCESS)
        ]
        records = view.members()
        if records is not None and (records or view.is_restricted(owner)):
            title = self.env._("Who saw it, beside finance and administrators")
            sections.append(self._section(view, "members", title, records))
        return sections

    # ------------------------------------------------------------------
    # WORKED OUT
    # ------------------------------------------------------------------

    @api.model
    def _line_amount(self, values, document):
        """Return what a line costs for a whole period, less discount.

        :param dict values: of the line
        :param dict document: values of its contract
        :rtype: as_of.Value
        """
        numbers = [values.get(name, as_of.EMPTY) for name in ("quantity", "price_unit")]
        discount = values.get("discount", as_of.EMPTY)
        currency = self._get_currency(document)
        try:
            quantity, price, rate = (
                float(value.text or 0) if value.raw is None else value.raw
                for value in (*numbers, discount)
            )
        except ValueError:
            return as_of.EMPTY
        if not currency or any(value.mark for value in (*numbers, discount)):
            return as_of.EMPTY
        amount = as_of.line_amount(quantity, price, rate, currency.round)
        return as_of.Value(self._word_money(amount, currency), amount)

    @api.model
    def _budget_use(self, values, used):
        """Return what a budget was used for, and what was left.

        :param dict values: of the budget
        :param dict used: sums of its ledger by kind
        :return: ``{"used": Value, "left": Value}``
        :rtype: dict
        """
        kinds = USED_KINDS
        if self._key_of("client.budget", "spent_by", values) == "invoices":
            kinds = (*kinds, "invoiced")
        total = sum(used.get(kind, 0.0) for kind in kinds)
        currency = self._get_currency(values)
        if not currency:
            return {"used": as_of.EMPTY, "left": as_of.EMPTY}
        result = {"used": as_of.Value(self._word_money(total, currency), total)}
        amount = values.get("amount", as_of.EMPTY).raw
        if amount is not None:
            left = currency.round(amount - total)
            result["left"] = as_of.Value(self._word_money(left, currency), left)
        return result

    @api.model
    def _key_of(self, model_name, name, values):
        """Return the key of a choice, also where only its word was kept."""
        value = values.get(name, as_of.EMPTY)
        if value.raw is not None:
            return value.raw
        return self._known_choices(model_name, name).get(value.text)
