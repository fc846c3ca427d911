"""The questions that the agency asks about each client."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ClientProfileQuestionnaire(models.Model):
    """The one set of questions, as Odoo's properties: typed, sorted, in sections.

    One for the whole database, as Odoo has it for the properties of contacts: clients
    are shared between companies, and so is what is known about them.
    """

    _name = "client.profile.questionnaire"
    _description = "Questions about clients"

    name = fields.Char(required=True, translate=True)
    question_definition = fields.PropertiesDefinition(string="Questions")
    # The form in Configuration shows the questions as they look on a client; what is
    # typed there is kept with the questionnaire and means nothing.
    questionnaire_id = fields.Many2one(
        comodel_name="client.profile.questionnaire",
        compute="_compute_questionnaire_id",
        search="_search_questionnaire_id",
        string="Itself",
    )
    sample_properties = fields.Properties(
        definition="questionnaire_id.question_definition", string="Questions as shown"
    )

    # === COMPUTE METHODS === #

    def _compute_questionnaire_id(self):
        for questionnaire in self:
            questionnaire.questionnaire_id = questionnaire._origin

    @api.model
    def _search_questionnaire_id(self, operator, value):
        return [("id", operator, value)]

    # === CRUD METHODS === #

    def write(self, vals):
        """Write; dates that came from answers follow the questions."""
        result = super().write(vals)
        if "question_definition" in vals:
            # sudo: the dates belong to the questions that were just changed
            self.env["client.profile.date"].sudo()._follow_questions()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_main(self):
        if self._main() & self:
            raise UserError(
                self.env._("The questions can be changed, not deleted as a whole.")
            )

    # === BUSINESS METHODS === #

    @api.model
    def _main(self):
        """Return the questionnaire of all clients; empty while the addon installs."""
        main_id = self.env["ir.model.data"]._xmlid_to_res_id(
            "client_hub.client_profile_questionnaire", raise_if_not_found=False
        )
        return self.browse(main_id or [])

    def _questions(self):
        """Return the definitions of the questions, without headings.

        :rtype: list
        """
        # sudo: whoever reads answers knows the questions
        return [
            question
            for question in self.sudo().question_definition or []
            if question["type"] != "separator"
        ]

    @api.model
    def _add_starter_questions(self):
        """Give a new database questions to begin with, in its language."""
        main = self._main()
        if not main or main.question_definition:
            return
        lang = self.env.company.partner_id.lang or self.env.user.lang
        main.question_definition = main.with_context(lang=lang)._starter_questions()

    def _starter_questions(self):
        """Return the definitions of the first questions; hook."""
        channels = [
            ("email", self.env._("E-mail")),
            ("phone", self.env._("Phone")),
            ("chat", self.env._("Chat")),
            ("meeting", self.env._("Meeting")),
        ]
        questions = [
            ("brand", self.env._("Brand"), "separator", {}),
            ("audience", self.env._("Audience"), "text", {}),
            ("tone", self.env._("Tone of voice"), "char", {}),
            ("colours", self.env._("Brand colours"), "char", {}),
            ("competitors", self.env._("Competitors"), "text", {}),
            ("never", self.env._("Never do or say"), "text", {}),
            ("people", self.env._("People"), "separator", {}),
            (
                "channel",
                self.env._("Preferred channel"),
                "selection",
                {"selection": channels},
            ),
            ("likes", self.env._("What people there like and dislike"), "text", {}),
            ("founded", self.env._("Company anniversary"), "date", {}),
        ]
        return [
            {"name": f"client_{name}", "string": label, "type": kind, **options}
            for name, label, kind, options in questions
        ]

    @api.model
    def action_open_main(self):
        """Open the questions."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Profile questions"),
            "res_model": self._name,
            "res_id": self._main().id,
            "views": [(False, "form")],
        }
