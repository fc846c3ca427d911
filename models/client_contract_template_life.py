"""Term, renewal and notice that a template presets; its placeholders."""

import ast
import re

from lxml import html

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import term

# attributes of the text that hold an expression
EXPRESSIONS = ("t-out", "t-esc", "t-field", "t-if", "t-elif", "t-value", "t-foreach")
BUILTINS = ("True", "False", "None", "abs", "bool", "int", "len", "max", "min", "range")
BUILTINS += ("round", "sorted", "str", "sum")
BRACES = re.compile(r"\{\{.*?\}\}", re.DOTALL)
PRESETS = ("renewal", "renewal_months", "notice_days", "notice_target")


class ClientContractTemplate(models.Model):
    """Presets the life of a contract, and refuses a placeholder nobody can fill."""

    _inherit = "client.contract.template"

    term_months = fields.Integer(
        string="First term", help="Months until the end date; 0: no end date."
    )
    renewal = fields.Selection(
        selection=lambda self: (
            self.env["client.contract"]
            ._fields["renewal"]
            ._description_selection(self.env)
        ),
        default="tacit",
        required=True,
    )
    renewal_months = fields.Integer(
        string="Renewal term", default=12, required=True, help="Months."
    )
    notice_days = fields.Integer(
        string="Notice period", default=30, help="Days before the end date."
    )
    notice_target = fields.Selection(
        selection=lambda self: (
            self.env["client.contract"]
            ._fields["notice_target"]
            ._description_selection(self.env)
        ),
        string="Notice to",
        default="period",
        required=True,
    )

    _term_positive = models.Constraint(
        "CHECK (term_months >= 0 AND renewal_months > 0 AND notice_days >= 0)",
        "Terms and notice periods can't be negative, and a renewal lasts at least one "
        "month.",
    )

    # ------------------------------------------------------------------
    # CONSTRAINT
    # ------------------------------------------------------------------

    @api.constrains("body_html")
    def _check_placeholders(self):
        """Refuse a text with a placeholder that no contract can fill."""
        for template in self:
            if not template.body_html:
                continue
            if problem := template._get_placeholder_problem(template.body_html):
                raise ValidationError(
                    self.env._(
                        "The text of “%(template)s” can't be filled in: %(problem)s",
                        template=template.name,
                        problem=problem,
                    )
                )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    @api.model
    def _get_placeholder_problem(self, body):
        """Return the first placeholder that is unknown, as a sentence, or None.

        :param str body: the template's text
        """
        if braces := BRACES.search(body):
            return self.env._(
                "“%s” is not a placeholder of contract texts. Type / and choose a "
                "dynamic placeholder instead.",
                braces.group(),
            )
        names = {"object", *BUILTINS, *self._render_eval_context()}
        nodes = html.fragment_fromstring(str(body), create_parent="div")
        # names that the text itself sets
        names |= {node.get(key) for node in nodes.iter() for key in ("t-set", "t-as")}
        for node in nodes.iter():
            for attribute in EXPRESSIONS:
                expression = node.get(attribute)
                if expression and (
                    problem := self._get_expression_problem(expression, names)
                ):
                    return problem
        return None

    @api.model
    def _get_expression_problem(self, expression, names):
        """Return what is wrong with one expression, as a sentence, or None.

        :param str expression: Python, as in ``t-out``
        :param set names: what it may begin with
        """
        try:
            tree = ast.parse(expression.strip(), mode="eval")
        except SyntaxError:
            return self.env._("“%s” is not a placeholder.", expression)
        own = {
            node.id
            for node in ast.walk(tree)
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
        } | {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id not in names | own:
                return self.env._("“%s” is unknown.", node.id)
            if isinstance(node, ast.Attribute):
                if problem := self._get_path_problem(node):
                    return problem
        return None

    @api.model
    def _get_path_problem(self, node):
        """Return what is wrong with ``object.a.b``, as a sentence, or None.

        :param ast.Attribute node: the last name of the path
        """
        path = []
        while isinstance(node, ast.Attribute):
            path.insert(0, node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id != "object":
            return None
        model = self.env["client.contract"]
        for name in path:
            field = model._fields.get(name)
            if not field and not hasattr(model, name):
                return self.env._(
                    "“%(path)s” is unknown, for “%(model)s” has no field “%(name)s”.",
                    path=".".join(["object", *path]),
                    model=model._description,
                    name=name,
                )
            if not field or not field.relational:
                break
            model = self.env[field.comodel_name]
        return None

    def _prepare_contract_values(self, contract):
        """Preset the term, the renewal and the notice, too."""
        values = super()._prepare_contract_values(contract)
        values.update({name: self[name] for name in PRESETS})
        if self.term_months and contract.date_start and not contract.date_end:
            values["date_end"] = term.term_end(contract.date_start, self.term_months)
        return values
