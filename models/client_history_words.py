"""The words of the history in the language of whoever reads it."""

from odoo import api, models, tools

from .res_users_history import PORTAL_USER


class ClientHistory(models.Model):
    """Says labels and choices, kept in the language of who acted, in the reader's.

    Only what is still called so in one of the languages: a field that had another name
    then keeps it, as does one that is gone.
    """

    _inherit = "client.history"

    @api.model
    def _localise_change(self, model_name, change, moment=None):
        """Return a change as the reader writes dates, and in his words.

        :param str model_name: of the record that was changed
        :param dict change: field, label, old, new
        :param datetime moment: of the change
        :rtype: dict
        """
        change = super()._localise_change(model_name, change, moment)
        if "." in (change.get("field") or "") and change.get("raw") and moment:
            return {**change, **self._name_answers(change, moment)}
        labels, choices = self._get_reader_words(model_name, change.get("field"))
        if not labels:
            return change
        label = change.get("label")
        result = {**change, "label": labels.get(label, label)}
        for side in ("old", "new"):
            text = change.get(side)
            result[side] = choices.get(text, text)
        return result

    @api.model
    def _name_answers(self, change, moment):
        """Return the records that a property held by their names.

        :param dict change: of a property
        :param datetime moment: of the change; contacts have their names of then
        :return: the sides whose records the reader may all see
        :rtype: dict
        """
        if self.env.su:
            # nobody known reads it
            return {}
        texts = {}
        for side, raw in zip(("old", "new"), change["raw"], strict=True):
            if not isinstance(raw, list) or not raw or raw[0] not in self.env:
                continue
            model_name, ids = raw[0], raw[1:]
            if model_name == "res.partner":
                called = self._as_of_called(ids, moment)
                names = {id_: value.text for id_, value in called.items()}
            else:
                records = self.env[model_name].browse(ids).exists()
                if not records.has_access("read"):
                    continue
                names = {record.id: record.display_name for record in records}
            if all(names.get(id_) for id_ in ids):
                texts[side] = ", ".join(names[id_] for id_ in ids)
        return texts

    @api.model
    @tools.ormcache("model_name", "name", "self.env.lang")
    def _get_reader_words(self, model_name, name):
        """Return how the reader calls a field and its choices.

        :param str model_name: of the record
        :param str name: of the field
        :return: two dicts of the reader's words, by those of any language; empty where
            there is no such field
        :rtype: tuple(dict, dict)
        """
        own_label, own_choices = self._get_words(model_name, name)
        if not own_label:
            return {}, {}
        labels, choices, unclear = {}, {}, set()
        codes = {code for code, _name in self.env["res.lang"].get_installed()}
        for code in sorted(codes | {"en_US"}):
            label, texts = self.with_context(lang=code)._get_words(model_name, name)
            labels[label] = own_label
            for key, text in texts.items():
                if choices.setdefault(text, own_choices[key]) != own_choices[key]:
                    # two choices have this name, each in a language of its own
                    unclear.add(text)
        for text in unclear:
            del choices[text]
        return labels, choices

    @api.model
    def _get_words(self, model_name, name):
        """Return label and choices of a field in the language of the context.

        :param str model_name: of the record
        :param str name: of the field
        :return: nothing twice where there is no such field
        :rtype: tuple(str, dict)
        """
        yes_or_no = {True: self.env._("Yes"), False: self.env._("No")}
        if (model_name, name) == ("res.partner", PORTAL_USER):
            return self.env["res.partner"]._history_label(name), yes_or_no
        model = self.env.get(model_name)
        field = model is not None and model._fields.get(name)
        if not field:
            return "", {}
        choices = {}
        if field.type == "selection" and isinstance(field.selection, list):
            choices = dict(field._description_selection(self.env))
        elif field.type == "boolean":
            choices = yes_or_no
        return field._description_string(self.env), choices
