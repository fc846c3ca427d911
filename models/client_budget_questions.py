"""What the client was asked about a budget and needn't answer any more."""

from odoo import models


class ClientBudget(models.Model):
    """Takes questions back when there is nothing left to agree to."""

    _inherit = "client.budget"

    # === BUSINESS METHODS === #

    def _withdraw_settled(self):
        """Take back the questions about jobs that need no answer (as superuser)."""
        for approval in self.approval_ids.filtered(lambda row: row.state == "waiting"):
            if not approval._is_needed():
                approval._answer("withdrawn")

    def _withdraw_revisions(self, is_withdrawn):
        """Take back changes that wait for the client (as superuser).

        :param is_withdrawn: callable that tells of a revision whether it is meant
        """
        for revision in self.revision_ids.filtered(is_withdrawn):
            # one side of a transfer takes the other along
            if revision.state == "waiting":
                revision._answer("withdrawn")

    def _on_closed(self):
        """Take back the changes that a closed budget can't take; it may still give."""
        # sudo: the right to the budget was checked with the transition
        self.sudo()._withdraw_revisions(
            lambda row: row.kind == "revision" or row.amount_change > 0
        )

    def _on_cancelled(self):
        """Take back all that the client was asked."""
        budgets_sudo = self.sudo()  # sudo: as above
        budgets_sudo._withdraw_revisions(lambda row: True)
        for approval in budgets_sudo.approval_ids:
            if approval.state == "waiting":
                approval._answer("withdrawn")
