"""One client on one day or two, put into records and fields; used by client.as.of."""

from ..models.res_users_history import PORTAL_USER
from ..tools import as_of

OFF_STATES = frozenset({"ended", "cancelled", "closed"})
NUMBERS = frozenset(
    {"amount", "discount", "left", "price_unit", "quantity", "used", "due_day"}
)


class AsOfView:
    """Reads values side by side, words them, and says how they differ."""

    def __init__(self, wizard, page, parts, people, names):
        """Take what is to be told.

        :param wizard: client.as.of
        :param dict page: see ``_prepare_page``
        :param list parts: ``parts``, ``members`` and ``used`` of the client, by side
        :param list people: values of all its contacts of then, by side
        :param dict names: fields that the reader may read, by model
        """
        self.wizard = wizard
        self.env = wizard.env
        self.parts, self.people, self.names = parts, people, names
        self.is_comparison = page["is_comparison"]
        self.only_differences = page["only_differences"]
        self.labels = {}

    # what was there

    def records(self, model_name):
        """Return the ids of the records of a model that were there on either day."""
        found = {}
        for part in self.parts:
            found.update(dict.fromkeys(part["parts"].get(model_name, ())))
        return sorted(found)

    def states(self, model_name, record_id):
        """Return the values of a record on each day, None where it was not there."""
        return [part["parts"].get(model_name, {}).get(record_id) for part in self.parts]

    def last(self, model_name, record_id):
        """Return the values of a record on the last day on which it was there."""
        states = self.states(model_name, record_id)
        return next(filter(None, reversed(states)), {})

    def key(self, model_name, record_id, name):
        """Return the key of a choice on the last day."""
        values = self.last(model_name, record_id)
        return self.wizard._key_of(model_name, name, values)

    def children(self, model_name, parent_field):
        """Return the ids of lines by their document."""
        found = {}
        for record_id in self.records(model_name):
            parent = self.last(model_name, record_id).get(parent_field, as_of.EMPTY)
            found.setdefault(parent.raw, []).append(record_id)
        return found

    def is_person(self, partner_id):
        """Tell whether a contact is a person, not an address."""
        return self.key("res.partner", partner_id, "type") in ("contact", None)

    def is_restricted(self, owner):
        """Tell whether the client was restricted on one of the days."""
        return any(
            values and values.get("client_restricted", as_of.EMPTY).raw
            for values in self.states("res.partner", owner)
        )

    # what is told

    def record(self, model_name, record_id, names, documents=None):
        """Return a record with its fields side by side.

        :param names: of the fields, in order; those that the reader may not read are
            left out
        :param list documents: values of what it hangs on, by side; they say in which
            currency it is
        :rtype: dict
        """
        allowed = set(self.names[model_name])
        states = self.states(model_name, record_id)
        worked_out = self._work_out(model_name, record_id, states, documents)
        merged = [
            state if state is None else {**state, **more}
            for state, more in zip(states, worked_out, strict=True)
        ]
        shown = [
            name
            for name in names
            if name in allowed or any(name in more for more in worked_out)
        ]
        word, words = self._compare(merged, shown)
        fields = [
            self._field(model_name, name, merged, documents, words[name])
            for name in shown
        ]
        title = self._title(model_name, record_id)
        return {
            "id": record_id,
            "title": title,
            "word": word,
            "is_off": self._is_off(model_name, record_id),
            "sort": (title.casefold(), record_id),
            "fields": fields,
            "children": [],
            "overlays": [],
        }

    def line(self, model_name, record_id, names, documents):
        """Return a line of a document, in its order there."""
        record = self.record(model_name, record_id, names, documents)
        values = self.last(model_name, record_id)
        order = values.get("sequence", as_of.EMPTY).raw or 0
        record["sort"] = (order, record_id)
        return record

    def overlay(self, record_id, names, documents):
        """Return a temporary agreement, named by what it is about."""
        name = "client.contract.overlay"
        record = self.line(name, record_id, names, documents)
        values = self.last(name, record_id)
        kind = self.wizard._word_value(
            name, "kind", values.get("kind", as_of.EMPTY), values, {}
        )
        reason = values.get("reason", as_of.EMPTY).text
        record["title"] = " · ".join(part for part in (kind, reason) if part)
        return record

    def members(self):
        """Return who saw a restricted client; None where that is not for the reader."""
        sides = [part["members"] for part in self.parts]
        if all(rows is None for rows in sides):
            return None
        reasons = {}
        for place, rows in enumerate(sides):
            # sudo: names and reasons of rows that the reader may read
            for row in (rows or self.env["client.wall.member"]).sudo():
                of_user = reasons.setdefault(row.user_id, [[] for _side in sides])
                if row.reason not in of_user[place]:
                    of_user[place].append(row.reason)
        labels = dict(
            self.env["client.wall.member"]
            ._fields["reason"]
            ._description_selection(self.env)
        )
        return [
            self._member(user, [[labels[key] for key in side] for side in told])
            for user, told in reasons.items()
        ]

    def keep(self, records):
        """Return the records to show; of a comparison, their differences."""
        kept = []
        for record in filter(None, records):
            below = record["children"] or record["overlays"]
            if self.only_differences and record["word"] == "same" and not below:
                continue
            if self.is_comparison:
                record["fields"] = [
                    field for field in record["fields"] if self._is_told(record, field)
                ]
            kept.append(record)
        kept.sort(key=lambda record: record["sort"])
        return kept

    def drop_columns(self, records):
        """Leave out of a table what none of the records has; names have a column."""
        usual = {"active": self.env._("Yes")}
        told = {
            field["name"]
            for record in records
            for field in record["fields"]
            if field["left"] and field["left"] != usual.get(field["name"])
        }
        for record in records:
            record["fields"] = [
                field
                for field in record["fields"]
                if field["name"] in told and field["name"] != "name"
            ]

    def join(self, model_name, record_id, names):
        """Return the values of some fields as one title."""
        values = self.last(model_name, record_id)
        texts = [values.get(name, as_of.EMPTY).text for name in names]
        return " · ".join(text for text in texts if text)

    # parts of it

    def _is_told(self, record, field):
        if not field["left"] and not field["right"]:
            return False
        if record["word"] in ("added", "removed") and field["name"] == "name":
            # as its title says
            return False
        if self.only_differences and record["word"] == "changed":
            return field["word"] != "same"
        return True

    def _compare(self, states, names):
        if not self.is_comparison:
            return "same", dict.fromkeys(names, "same")
        return as_of.compare(*states, names)

    def _work_out(self, model_name, record_id, states, documents):
        """Return what follows from the values, by side."""
        result = []
        for place, state in enumerate(states):
            more = {}
            if state is not None and model_name == "client.contract.line":
                document = documents[place] if documents else None
                more["amount"] = self.wizard._line_amount(state, document or {})
            elif state is not None and model_name == "client.budget":
                used = self.parts[place]["used"].get(record_id, {})
                more = self.wizard._budget_use(state, used)
            result.append(more)
        return result

    def _field(self, model_name, name, states, documents, word):
        texts = []
        for place, state in enumerate(states):
            value = (state or {}).get(name, as_of.EMPTY)
            money = documents[place] if documents else state
            texts.append(
                self.wizard._word_value(
                    model_name, name, value, money, self.people[place]
                )
                if state is not None and (value.text or value.mark)
                else ""
            )
        return {
            "name": name,
            "label": self._label(model_name, name),
            "left": texts[0],
            "right": texts[-1] if len(texts) > 1 else "",
            "word": word,
            "is_erased": any(
                state and state.get(name, as_of.EMPTY).mark for state in states
            ),
            "is_number": name in NUMBERS,
        }

    def _label(self, model_name, name):
        key = (model_name, name)
        if key not in self.labels:
            env = self.env
            worked_out = {
                "amount": env._("Amount"),
                "used": env._("Used"),
                "left": env._("Left"),
                PORTAL_USER: env._("Signs in to the portal"),
            }
            field = env[model_name]._fields.get(name)
            self.labels[key] = (
                field._description_string(env) if field else worked_out[name]
            )
        return self.labels[key]

    def _title(self, model_name, record_id):
        values = self.last(model_name, record_id)
        if model_name == "res.partner":
            return self.wizard._name_partner(values)
        name = values.get("name", as_of.EMPTY)
        return name.text.split("\n")[0]

    def _is_off(self, model_name, record_id):
        values = self.last(model_name, record_id)
        if values.get("active", as_of.EMPTY).raw is False:
            return True
        if model_name not in ("client.contract", "client.budget"):
            return False
        return self.key(model_name, record_id, "state") in OFF_STATES

    def _member(self, user, told):
        texts = [", ".join(labels) for labels in told]
        words = [as_of.Value(text) if text else None for text in texts]
        states = [None if value is None else {"reason": value} for value in words]
        word, by_name = self._compare(states, ["reason"])
        return {
            "id": user.id,
            "title": user.name,
            "word": word,
            "is_off": False,
            "sort": (user.name.casefold(), user.id),
            "fields": [
                {
                    "name": "reason",
                    "label": self.env._("Because"),
                    "left": texts[0],
                    "right": texts[-1] if len(texts) > 1 else "",
                    "word": by_name["reason"],
                    "is_erased": False,
                    "is_number": False,
                }
            ],
            "children": [],
            "overlays": [],
        }
