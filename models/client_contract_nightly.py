"""What the nightly jobs could not do for a contract is told to a person."""

from odoo import api, fields, models

from ..tools import nightly

ACTIVITY_TYPE = "mail.mail_activity_data_warning"


class ClientContract(models.Model):
    """Takes the steps of the nightly jobs; what fails becomes somebody's activity."""

    _inherit = "client.contract"

    def _take_nightly_step(self, method, *args):
        """Take a step; contracts that fail are told, and left for the next night.

        :param str method: name of the step
        """
        for contract, error in nightly.attempt_each(self, method, *args).items():
            contract._tell_nightly_failure(method, error)

    def _tell_nightly_failure(self, method, error):
        """Give the responsible an activity that says what failed, and why.

        :param str method: name of the step
        :param Exception error: what it raised
        """
        self.ensure_one()
        failure = nightly.attempt(self, "_plan_failure_activity", method, error)
        if failure:
            nightly.log_failure(self, "_plan_failure_activity", failure)

    def _plan_failure_activity(self, method, error):
        """Plan the activity, unless there is one of this failure already."""
        user = self._get_life_user()
        if not user:
            return
        contract = self.with_context(lang=user.lang)
        summary = contract._get_failure_summary(method)
        activity_type = self.env.ref(ACTIVITY_TYPE)
        # sudo: what the system planned before, whoever reads it
        if contract.sudo().activity_ids.filtered(
            lambda activity: (
                activity.activity_type_id == activity_type
                and activity.summary == summary
            )
        ):
            return
        contract.activity_schedule(
            ACTIVITY_TYPE,
            date_deadline=fields.Date.context_today(contract),
            summary=summary,
            note=contract.env["client.billing.run"]._get_problem_sentence(error),
            user_id=user.id,
        )

    @api.model
    def _get_failure_summary(self, method):
        """Return what failed, in a few words (hook)."""
        summaries = {
            "_sync_schedule": self.env._("Its coming entries could not be added"),
            "_renew_if_due": self.env._("It could not be renewed by itself"),
            "_end_if_due": self.env._("It could not be ended by itself"),
            "_follow_up": self.env._("The request for a signature is stuck"),
        }
        return summaries.get(method) or self.env._("A nightly step failed")
