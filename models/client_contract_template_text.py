"""The text of a contract template: its placeholders are known before they are used."""

import builtins

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ..tools.placeholders import find_paths, find_placeholders, replace_outputs

# Context key and its value: fill the text with Odoo's engine. An object, since a
# context that comes by RPC can't hold it.
WITH_ENGINE = "client_contract_with_engine"
ENGINE = object()


class ClientContractTemplate(models.Model):
    _inherit = "client.contract.template"

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("body_html")
    def _check_placeholders(self):
        for template in self:
            if sentence := template._get_placeholder_problem():
                raise ValidationError(sentence)

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_preview(self):
        """Show the text as a contract would have it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Preview"),
            "res_model": "client.contract.template.preview",
            "view_mode": "form",
            "target": "new",
            "context": {"default_template_id": self.id},
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _has_unsafe_expression_template_qweb(self, template_src, model, fname=None):
        """Let administrators of Client Hub write the plain facts of a contract.

        Odoo asks here who may write a text, and then whether it can do without its
        engine, which knows how to fill a date.
        """
        if self.env.context.get(WITH_ENGINE) is ENGINE:
            return True
        templates = self.with_context(client_contract_text=True)
        return super(
            ClientContractTemplate, templates
        )._has_unsafe_expression_template_qweb(template_src, model, fname)

    def _render_body(self, contract):
        """Return the text with the placeholders filled, in the client's language.

        :param contract: one client.contract, already saved
        :return: Markup
        :raise UserError: for a placeholder that can't be filled
        """
        self.ensure_one()
        if not self.body_html:
            return False
        lang = contract.client_id.lang or self.env.lang
        template = self.with_context(lang=lang, **{WITH_ENGINE: ENGINE})
        if sentence := template._get_placeholder_problem():
            raise UserError(sentence)
        try:
            return template._render_template(
                template._get_formatted_text(),
                "client.contract",
                contract.ids,
                engine="qweb",
                options={"post_process": True},
            )[contract.id]
        except UserError as error:
            # Odoo's own message is the text of the template and a traceback
            cause = error
            while cause.__cause__:
                cause = cause.__cause__
            if cause is error:
                raise
            raise UserError(
                self.env._(
                    "The text of the template “%(template)s” can't be filled for "
                    "%(contract)s: %(reason)s.",
                    template=self.name,
                    contract=contract.display_name,
                    reason=str(cause).strip().rstrip("."),
                )
            ) from error

    def _get_formatted_text(self):
        """Return the text in which dates and amounts are written as people do.

        The editor inserts the bare field.
        """
        self.ensure_one()

        def format_expression(expression):
            kind = self._get_field_type(expression.strip().split("."))
            if kind in ("date", "datetime"):
                return f"{expression} and format_{kind}({expression})"
            if kind == "monetary":
                return f"format_amount({expression}, object.currency_id)"
            return expression

        return replace_outputs(self.body_html, format_expression)

    @api.model
    def _get_field_type(self, path):
        """Return the type of the field that a path of names leads to, None if none."""
        if path[0] != "object":
            return None
        model, field = self.env["client.contract"], None
        for name in path[1:]:
            if model is None or not (field := model._fields.get(name)):
                return None
            model = self.env[field.comodel_name] if field.relational else None
        return field and field.type

    def _get_placeholder_problem(self):
        """Return a sentence about the first placeholder that nobody could fill."""
        self.ensure_one()
        expressions, curly, own = find_placeholders(self.body_html)
        if curly:
            return self.env._(
                "“{{ %s }}” would stand in the contract as it is: delete it, type / "
                "and choose a dynamic placeholder.",
                curly[0],
            )
        known = {"object", *self._render_eval_context(), *dir(builtins), *own}
        for expression in expressions:
            try:
                paths = find_paths(expression)
            except SyntaxError:
                return self.env._(
                    "“%s” is no placeholder: delete it, type / and choose a dynamic "
                    "placeholder.",
                    expression,
                )
            for path in paths:
                if sentence := self._get_path_problem(path, known):
                    return sentence
        return ""

    def _get_path_problem(self, path, known):
        """Return a sentence about a path that leads nowhere.

        :param tuple path: names, such as ``("object", "client_id", "name")``
        :param set known: names that a path may begin with
        """
        text = ".".join(path)
        if path[0] not in known:
            return self.env._(
                "The placeholder “%(path)s” is unknown: what a contract knows begins "
                "with “object.”, such as object.client_id.name.",
                path=text,
            )
        if path[0] != "object":
            return ""
        model = self.env["client.contract"]
        for name in path[1:]:
            field = model._fields.get(name)
            if field is None:
                if hasattr(type(model), name):
                    # a method
                    return ""
                return self.env._(
                    "The placeholder “%(path)s” is unknown: “%(model)s” has no field "
                    "“%(name)s”.",
                    path=text,
                    model=model._description,
                    name=name,
                )
            if not field.relational:
                return ""
            model = self.env[field.comodel_name]
        return ""

    def _get_empty_placeholders(self, contract):
        """Return the labels of placeholders that a contract has nothing for.

        :param contract: client.contract
        :return: list such as ``["Client contact › Name"]``
        """
        self.ensure_one()
        lang = contract.client_id.lang or self.env.lang
        expressions, _curly, _own = find_placeholders(
            self.with_context(lang=lang).body_html
        )
        labels = []
        for expression in expressions:
            for path in find_paths(expression):
                label = self._get_empty_label(contract, path)
                if label and label not in labels:
                    labels.append(label)
        return labels

    @api.model
    def _get_empty_label(self, contract, path):
        """Return the label of a path of fields that leads to nothing, else ''."""
        if path[0] != "object" or len(path) == 1:
            return ""
        value, labels = contract, []
        for name in path[1:]:
            field = value._fields.get(name) if isinstance(value, models.Model) else None
            if field is None:
                return ""
            labels.append(field._description_string(self.env))
            value = value[:1][name]
        is_number = field.type in ("integer", "float", "monetary", "boolean")
        return "" if value or is_number else " › ".join(labels)
