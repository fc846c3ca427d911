"""What the nightly jobs could not do for a contract is told to a person."""

from odoo import api, fields, models

from ..tools import nightly

ACTIVITY_TYPE = "mail.mail_activity_data_warning"


class ClientContract(models.Model):
    """Takes the steps of the nightly jobs; what fails becomes somebody's activity.

    Each contract's step is taken on the day of its company and in the language of its
    responsible, who reads what became of it.  The activity ends by itself as soon as
    the step is done, or is due no more.
    """

    _inherit = "client.contract"

    def _take_nightly_step(self, method, *args):
        """Take a step; contracts that fail are told, and left for the next night.

        :param str method: name of the step
        """
        for contracts in self._split_nightly():
            failed = nightly.attempt_each(contracts, method, *args)
            for contract, error in failed.items():
                contract._tell_nightly_failure(method, error)
            (contracts - self.browse().concat(*failed))._close_failures(method)

    def _split_nightly(self):
        """Return these contracts by company and language, with the context of each."""
        groups = self.grouped(
            lambda contract: (
                contract.company_id._get_client_zone(),
                contract.responsible_id.lang or self.env.lang,
            )
        )
        return [
            contracts.with_context(tz=zone, lang=lang)
            for (zone, lang), contracts in groups.items()
        ]

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
        if not user or self._get_failure_activities(method):
            return
        contract = self._for_reader(user)
        contract.activity_schedule(
            ACTIVITY_TYPE,
            date_deadline=fields.Date.context_today(contract),
            summary=contract._get_failure_summary(method),
            note=contract.env["client.billing.run"]._get_problem_sentence(error),
            user_id=user.id,
            client_failed_step=method,
        )

    @api.model
    def _get_failure_summary(self, method):
        """Return what failed, in a few words (hook)."""
        summaries = {
            "_sync_schedule": self.env._("Its coming entries could not be added"),
            "_renew_if_due": self.env._("It could not be renewed by itself"),
            "_end_if_due": self.env._("It could not be ended by itself"),
            "_enter_overage": self.env._("Its extra could not be entered"),
            "_follow_up": self.env._("The request for a signature is stuck"),
        }
        return summaries.get(method) or self.env._("A nightly step failed")

    # ------------------------------------------------------------------
    # MENDED
    # ------------------------------------------------------------------

    def _get_failure_activities(self, method):
        """Return the open activities about a step that failed for these contracts."""
        # sudo: what the system planned before, whoever has it
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("client_failed_step", "=", method),
                ]
            )
        )

    def _close_failures(self, method):
        """Mark the activities about a step as done: it did not fail any more."""
        for activity in self._get_failure_activities(method):
            lang = activity.user_id.lang or self.env.lang
            activity = activity.with_context(lang=lang)
            activity.action_feedback(
                feedback=activity.env._("It worked since: nothing is left to do.")
            )

    @api.model
    def _close_settled_failures(self, method, due, company=None):
        """Mark those as done whose step is due no more: somebody saw to it himself.

        :param str method: name of the step
        :param due: client.contract that the step is due for
        :param company: res.company, when only its contracts were looked at
        """
        # sudo: as in _get_failure_activities
        failed = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [("res_model", "=", self._name), ("client_failed_step", "=", method)]
            )
        )
        settled = (self.browse(failed.mapped("res_id")) - due).exists()
        if company:
            settled = settled.filtered(lambda c: c.company_id == company)
        settled._close_failures(method)
