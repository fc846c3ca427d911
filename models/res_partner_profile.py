"""What the agency knows about a client: profile, sector, habits."""

from collections.abc import Iterable

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date
from odoo.tools.sql import column_exists, create_column

WEEKDAYS = [
    ("0", "Monday"),
    ("1", "Tuesday"),
    ("2", "Wednesday"),
    ("3", "Thursday"),
    ("4", "Friday"),
    ("5", "Saturday"),
    ("6", "Sunday"),
]
TEXT_TYPES = ("char", "text", "html")


class ResPartner(models.Model):
    """Client profile."""

    _inherit = "res.partner"

    client_profile_type_id = fields.Many2one(
        comodel_name="client.profile.type",
        string="Profile type",
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    publishes_digital_media = fields.Boolean(
        string="Publishes digital media", groups="base.group_user"
    )
    preferred_appointment_day = fields.Selection(
        selection=WEEKDAYS,
        string="Preferred appointment day",
        groups="base.group_user",
    )
    client_currency_id = fields.Many2one(
        comodel_name="res.currency",
        string="Currency",
        ondelete="restrict",
        groups="base.group_user",
        help="New contracts and budgets of the client begin with it; without one, with "
        "the company's.",
    )
    client_phones = fields.Char(
        string="Other phones",
        groups="base.group_user",
        help="Further numbers, separated by a semicolon.",
    )
    client_profile_html = fields.Html(
        string="Client profile",
        groups="base.group_user",
        help="Audience, tone of voice, brand, competitors, people's preferences…",
    )
    client_questionnaire_id = fields.Many2one(
        comodel_name="client.profile.questionnaire",
        string="Questions",
        compute="_compute_client_questionnaire_id",
        search="_search_client_questionnaire_id",
        groups="base.group_user",
    )
    client_profile_properties = fields.Properties(
        string="Profile answers",
        definition="client_questionnaire_id.question_definition",
        groups="base.group_user",
    )
    client_date_ids = fields.One2many(
        comodel_name="client.profile.date",
        inverse_name="client_id",
        string="Important dates",
        groups="base.group_user",
    )
    client_profile_text = fields.Text(
        string="Profile",
        compute="_compute_client_profile_text",
        search="_search_client_profile_text",
        groups="base.group_user",
        help="The answers in words. Searching looks through answers, important dates "
        "and the free text.",
    )

    def _auto_init(self):
        """Add the column of the answers first: nobody has any to compute."""
        if not column_exists(self.env.cr, self._table, "client_profile_properties"):
            create_column(
                self.env.cr, self._table, "client_profile_properties", "jsonb"
            )
        return super()._auto_init()

    # === COMPUTE METHODS === #

    def _compute_client_questionnaire_id(self):
        main = self.env["client.profile.questionnaire"]._main()
        for partner in self:
            partner.client_questionnaire_id = main

    @api.model
    def _search_client_questionnaire_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        ids = value if isinstance(value, Iterable) else [value]
        main = self.env["client.profile.questionnaire"]._main()
        return Domain.TRUE if main.id in ids else Domain.FALSE

    def _field_to_sql(self, alias, field_expr, query=None):
        if field_expr == "client_questionnaire_id":
            # not a column: answers are exported and grouped all the same
            main = self.env["client.profile.questionnaire"]._main()
            return SQL("%s", main.id)
        return super()._field_to_sql(alias, field_expr, query)

    @api.depends("client_profile_properties")
    @api.depends_context("lang")
    def _compute_client_profile_text(self):
        for partner in self:
            partner.client_profile_text = "\n".join(
                f"{answer['label']}: {answer['text']}"
                for answer in partner._client_answers()
            )

    @api.model
    def _search_client_profile_text(self, operator, value):
        """Find clients by the text of any answer, date or the free text."""
        if operator not in ("ilike", "like") or not isinstance(value, str):
            return NotImplemented
        domains = [
            Domain("client_profile_html", operator, value),
            Domain("client_date_ids.name", operator, value),
        ]
        questionnaire = self.env["client.profile.questionnaire"]._main()
        for question in questionnaire._questions():
            path = f"client_profile_properties.{question['name']}"
            kind = question["type"]
            if kind in TEXT_TYPES:
                domains.append(Domain(path, operator, value))
            elif kind in ("selection", "tags"):
                # the answer is stored by a key, people look for its label
                domains += [
                    Domain(path, "in", [option[0]])
                    for option in question.get(kind) or []
                    if value.casefold() in (option[1] or "").casefold()
                ]
        return Domain("is_client", "=", True) & Domain.OR(domains)

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create; dated answers become important dates."""
        for vals in vals_list:
            if vals.get("client_profile_properties"):
                # the answers are understood by it
                main = self.env["client.profile.questionnaire"]._main()
                vals["client_questionnaire_id"] = main.id
        partners = super().create(vals_list)
        answered = partners.browse(
            partner.id
            for partner, vals in zip(partners, vals_list, strict=True)
            if vals.get("client_profile_properties")
        )
        answered._follow_dated_answers()
        return partners

    def write(self, vals):
        """Write; dated answers become important dates."""
        result = super().write(vals)
        if "client_profile_properties" in vals:
            self._follow_dated_answers()
        return result

    # === BUSINESS METHODS === #

    def _follow_dated_answers(self):
        # sudo: the dates only repeat the answers, whose writing was allowed
        clients_sudo = self.sudo().filtered("is_client")
        if clients_sudo:
            self.env["client.profile.date"].sudo()._follow_answers(clients_sudo)

    def _client_answers(self):
        """Return what was answered about this client, in the order of the questions.

        :return: dicts of name, label, section, type, value and readable text
        :rtype: list
        """
        self.ensure_one()
        field = self._fields["client_profile_properties"]
        properties = field.convert_to_read(
            self.client_profile_properties, self, use_display_name=False
        )
        answers, section = [], ""
        for prop in properties or []:
            if prop["type"] == "separator":
                section = prop.get("string") or ""
            elif text := self._property_text(prop):
                if prop["type"] == "date":
                    text = format_date(self.env, prop["value"])
                answers.append(
                    {
                        "name": prop["name"],
                        "label": prop.get("string") or "",
                        "section": section,
                        "type": prop["type"],
                        "value": prop["value"],
                        "text": text,
                    }
                )
        return answers
