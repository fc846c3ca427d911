"""A threshold that a budget has reached is told with the next round-up."""

from odoo import models


class ClientBudget(models.Model):
    """Collects reached thresholds for those who look after the budget or see it."""

    _inherit = "client.budget"

    # === BUSINESS METHODS === #

    def _tell_threshold(self, rate):
        """Collect the threshold for the round-ups as well."""
        result = super()._tell_threshold(rate)
        people = self.manager_id.filtered("active").partner_id
        if self.is_portal_visible:
            # whether each of them sees budgets is asked when the mail is made
            users = self.env["res.users"].search(
                [
                    ("partner_id.commercial_partner_id", "=", self.client_id.id),
                    ("share", "=", True),
                ]
            )
            people |= users.partner_id
        people = people.filtered(lambda person: person.client_news_mail != "none")
        self.env["client.round.up.item"]._collect(people, budget_id=self.id)
        return result
