"""A client as it was at an earlier moment."""

from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..tools import as_of
from ..tools.history_text import raw_of
from .res_users_history import PORTAL_USER

# {model: fields} of what is shown of an earlier day; those that don't exist, or that
# the reader may not read, are left out.
PARTS = {
    "res.partner": (
        "name",
        "legal_name",
        "client_number",
        "is_client",
        "client_status",
        "client_substatus_id",
        "active",
        "is_company",
        "type",
        "parent_id",
        "function",
        "client_role_ids",
        "email",
        "phone",
        "website",
        "street",
        "street2",
        "neighbourhood",
        "zip",
        "city",
        "state_id",
        "country_id",
        "vat",
        "lang",
        "category_id",
        "account_manager_id",
        "assistant_ids",
        "user_id",
        "client_restricted",
        "client_portal_access",
        "portal_scope",
        "portal_group_jobs",
    ),
    "client.contract": (
        "number",
        "name",
        "kind",
        "state",
        "contact_id",
        "responsible_id",
        "partner_invoice_id",
        "date_start",
        "date_end",
        "renewal",
        "notice_days",
        "currency_id",
        "recurring_interval",
        "recurring_unit",
        "billing_timing",
        "due_day",
        "payment_term_id",
    ),
    "client.contract.line": (
        "contract_id",
        "sequence",
        "name",
        "product_id",
        "quantity",
        "price_unit",
        "discount",
        "date_start",
        "date_end",
    ),
    "client.contract.overlay": (
        "contract_id",
        "kind",
        "state",
        "date_start",
        "date_end",
        "reason",
        "price_unit",
        "quantity",
        "discount",
    ),
    "client.budget": (
        "number",
        "name",
        "campaign",
        "state",
        "active",
        "manager_id",
        "date_start",
        "date_end",
        "amount",
        "currency_id",
        "spent_by",
    ),
}
OWNER_FIELDS = {"res.partner": "commercial_partner_id"}


class ClientHistory(models.Model):
    """Goes back from today through the history, record by record.

    Whatever is there today is read as the reader, so that the wall, record rules and
    rights of today hold for the past as well; of what is gone, the row that tells of
    its end must be one that he may read.
    """

    _inherit = "client.history"

    @api.model
    @api.private
    def _as_of(self, client, moment):
        """Return a client, and all that is shown of it, as it was at a moment.

        What has happened since is read with a number of queries that doesn't depend on
        how much it is.

        :param client: ``res.partner``
        :param datetime moment: in UTC; what happened then or later is undone
        :return: ``blocks``, the client and those that were merged into it since, each
            with ``id``, ``parts`` ``{model: {id: {field: Value}}}``, ``members`` of its
            wall and ``used`` of its budgets; ``names``, the fields that the reader may
            read by model; ``begins``, when its history does
        :rtype: dict
        :raise AccessError: the reader may not read the client or histories
        """
        client.ensure_one()
        client.check_access("read")
        self.check_access("read")
        self._write_pending()
        self.env.flush_all()
        names = self._as_of_names()
        today = self._as_of_today(client, names)
        pasts, events = self._as_of_pasts(client, moment, names, today)
        merges = self._as_of_merges(client, moment)
        blocks = defaultdict(lambda: defaultdict(dict), {client.id: defaultdict(dict)})
        for key, past in pasts.items():
            name, record_id = key
            values = today[name].get(record_id)
            state = as_of.state_at(
                past, names[name], values, self._as_of_untold(name, names[name])
            )
            if state is None:
                continue
            owner = self._as_of_owner(client, key, events.get(key), merges)
            blocks[owner][name][record_id] = self._as_of_complete(
                name, state, events.get(key)
            )
        return {
            "names": names,
            "begins": self._as_of_begins(client),
            "blocks": [
                {
                    "id": owner,
                    "parts": parts,
                    "members": self._as_of_members(client, owner, moment, merges),
                    "used": self._as_of_used(parts.get("client.budget", {}), moment),
                }
                for owner, parts in blocks.items()
            ],
        }

    # ------------------------------------------------------------------
    # TODAY
    # ------------------------------------------------------------------

    @api.model
    def _as_of_names(self):
        """Return the fields that the reader may read, by model."""
        names_of = {}
        for name, wanted in PARTS.items():
            model = self.env[name]
            if not model.has_access("read"):
                continue
            names_of[name] = [
                field_name
                for field_name in wanted
                if (field := model._fields.get(field_name))
                and model._has_field_access(field, "read")
            ]
        if "res.partner" in names_of:
            names_of["res.partner"].append(PORTAL_USER)
        return names_of

    @api.model
    def _as_of_today(self, client, names_of):
        """Return what the reader sees today, ``{model: {id: {field: Value}}}``."""
        today = {}
        for name, names in names_of.items():
            owner = OWNER_FIELDS.get(name, "client_id")
            records = self.env[name].with_context(active_test=False)
            records = records.search([(owner, "=", client.id)])
            stored = [field for field in names if field != PORTAL_USER]
            today[name] = {
                record_id: {
                    field: as_of.Value(str(text), raw_of(text))
                    for field, text in values.items()
                }
                for record_id, values in records._history_values_all(stored).items()
            }
            if name == "res.partner":
                self._as_of_signed_in(records, today[name])
        return today

    @api.model
    def _as_of_signed_in(self, partners, values_of):
        """Add which contacts may sign in to the portal today."""
        # sudo: shown on the contact itself to whoever reads it
        users_sudo = self.env["res.users"].sudo()
        portal = self.env.ref("base.group_portal")
        domain = [
            ("partner_id", "in", partners.ids),
            ("share", "=", True),
            ("all_group_ids", "in", portal.ids),
        ]
        able = set(users_sudo.search(domain).partner_id.ids)
        for partner_id, values in values_of.items():
            text = self.env._("Yes") if partner_id in able else self.env._("No")
            values[PORTAL_USER] = as_of.Value(text, partner_id in able)

    @api.model
    def _as_of_untold(self, name, names):
        """Return the fields that begin with a value which the history doesn't tell."""
        model = self.env[name]
        if model._original_module == "client_hub":
            return frozenset({"active"})
        return frozenset(
            field_name
            for field_name in names
            if (field := model._fields.get(field_name))
            and (field.default is not None or field.compute)
        )

    # ------------------------------------------------------------------
    # THEN
    # ------------------------------------------------------------------

    @api.model
    def _as_of_pasts(self, client, moment, names, today):
        """Return what the history says of each record, and of its end.

        :return: ``{(model, id): as_of.Past}`` of those that are or were there, and
            ``{(model, id): event}`` of those that came or went since
        :rtype: tuple
        """
        events = self._as_of_events(client, moment, list(names))
        gone = self._as_of_gone(events, today)
        keys = [(name, id_) for name, values in today.items() for id_ in values]
        keys = dict.fromkeys([*keys, *gone])
        firsts = self._as_of_firsts(client, moment, names)
        erased = self._as_of_erased(client, moment, list(names))
        unclear = [
            key
            for key in keys
            if (key in gone and not gone[key]["is_told"]) or erased.get(key, (0, 0))[0]
        ]
        lasts, told = self._as_of_lasts(client, moment, names, unclear)
        pasts = {
            key: as_of.Past(
                crossing=events[key]["action"] if key in events else "",
                first=firsts.get(key),
                last=lasts.get(key),
                erased_after=erased.get(key, (0, 0))[0],
                erased_before=erased.get(key, (0, 0))[1],
                is_told=key in told,
            )
            for key in keys
        }
        self._as_of_drop_younger(pasts, events, moment)
        return pasts, events

    @api.model
    def _as_of_gone(self, events, today):
        """Return the records that went since, of which the reader may know.

        :param dict events: first thing that happened to a record as a whole, by key
        :rtype: dict
        """
        went = {
            key: event
            for key, event in events.items()
            if event["action"] in as_of.WENT and key[1] not in today[key[0]]
        }
        if not went:
            return {}
        # the rules of the rows: the client's wall, companies, who reads of money
        rows = self.search([("id", "in", [event["id"] for event in went.values()])])
        readable = set(rows.ids)
        elsewhere = set()
        for name in today:
            ids = [record_id for model, record_id in went if model == name]
            # sudo: whether it still is somewhere; asked of the reader on the next line
            there_sudo = self.env[name].sudo().browse(ids).exists()
            hidden = there_sudo - there_sudo.sudo(False)._filtered_access("read").sudo()
            elsewhere |= {(name, record_id) for record_id in hidden.ids}
        return {
            key: event
            for key, event in went.items()
            if event["id"] in readable and key not in elsewhere
        }

    @api.model
    def _as_of_drop_younger(self, pasts, events, moment):
        """Drop what was created since, of which the history doesn't tell the creation.

        Contacts are older than their client where this became one later.
        """
        by_model = defaultdict(list)
        for key in pasts:
            if key not in events:
                by_model[key[0]].append(key[1])
        for name, ids in by_model.items():
            # SQL: times of records that were read as the reader
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM %s AS record WHERE id = ANY(%s)"
                    " AND create_date >= %s AND NOT EXISTS ("
                    "SELECT FROM client_history AS entry WHERE entry.model = %s"
                    " AND entry.res_id = record.id AND entry.action = 'create')",
                    SQL.identifier(self.env[name]._table),
                    ids,
                    moment,
                    name,
                )
            )
            for (record_id,) in rows:
                del pasts[name, record_id]

    @api.model
    def _as_of_complete(self, name, state, event):
        """Fill in what is not kept of a record that is gone.

        :param dict state: values by field
        :param dict event: see ``_as_of_events``, may be None
        """
        model = self.env[name]
        for field_name, value in state.items():
            field = model._fields.get(field_name)
            kind = field.type if field else "boolean"
            if value != as_of.EMPTY:
                continue
            if kind in ("integer", "float", "monetary"):
                state[field_name] = as_of.Value("0", 0)
            elif kind == "boolean":
                state[field_name] = as_of.Value(self.env._("No"), False)
            elif field_name == "contract_id" and event and event["contract_id"]:
                state[field_name] = as_of.Value("?", event["contract_id"])
        return state

    @api.model
    def _as_of_owner(self, client, key, event, merges):
        """Return the id of the client that a record belonged to at the moment.

        :param dict event: what happened to the record as a whole, None for nothing
        :param dict merges: see ``_as_of_merges``
        """
        name, record_id = key
        went = event if event and event["action"] in as_of.WENT else None
        for merge in merges["after"]:
            if name == "res.partner" and record_id == merge["source"]:
                return record_id
            if went and merge["id"] > went["id"]:
                break
            if record_id in merge["moved"].get(name, ()):
                return merge["source"]
        if went:
            return as_of.owner_at(went["chain_id"], merges["before"])
        chain = merges["chains"].get(key)
        return as_of.owner_at(chain, merges["before"]) if chain else client.id

    # ------------------------------------------------------------------
    # BESIDE THE HISTORY
    # ------------------------------------------------------------------

    @api.model
    def _as_of_members(self, client, owner, moment, merges):
        """Return the rows of who saw a restricted client at the moment.

        :param client: ``res.partner``
        :param int owner: id of the client, or of one that was merged into it since
        :return: ``client.wall.member``; None if the reader may not read them
        """
        member = self.env["client.wall.member"]
        if not member.has_access("read"):
            return None
        rows = member.search(
            [
                ("client_id", "=", client.id),
                ("since", "<", moment),
                "|",
                ("until", "=", False),
                ("until", ">=", moment),
            ],
            order="user_id, since, id",
        )
        moved = {
            id_: merge["source"]
            for merge in reversed(merges["after"])
            for id_ in merge["moved"].get(member._name, ())
        }
        return rows.filtered(lambda row: moved.get(row.id, client.id) == owner)

    @api.model
    def _as_of_used(self, budgets, moment):
        """Return what budgets were used for, ``{budget id: {kind: amount}}``.

        :param dict budgets: values of budgets that the reader may read, by id
        """
        if not budgets:
            return {}
        # SQL: the ledger only grows; sums of budgets that were read as the reader. Rows
        # count from when the history tells them, hours from when they were written.
        rows = self.env.execute_query(
            SQL(
                """
                SELECT move.budget_id, move.kind, SUM(move.amount)
                  FROM client_budget_move AS move
             LEFT JOIN client_history AS entry
                    ON entry.model = 'client.budget.move' AND entry.res_id = move.id
                   AND entry.action = 'create'
                 WHERE move.budget_id = ANY(%s)
                   AND COALESCE(entry.date, move.create_date) < %s
              GROUP BY move.budget_id, move.kind
                """,
                list(budgets),
                moment,
            )
        )
        used = defaultdict(dict)
        for budget_id, kind, amount in rows:
            used[budget_id][kind] = amount
        return used
