"""A job's new status is told to those who follow it, with their next round-up."""

from odoo import models


class ClientJob(models.Model):
    """Collects its changes of status for the people who follow it."""

    _inherit = "client.job"

    # === BUSINESS METHODS === #

    def _on_transition(self, target, sources):
        """Collect the new status for the round-ups."""
        result = super()._on_transition(target, sources)
        for job in self:
            job._collect_state(target, sources[job.id])
        return result

    def _collect_state(self, target, source):
        """Keep the new status for those who follow the job and want to hear of it.

        :param str target: the new state
        :param str source: the state before
        """
        self.ensure_one()
        # sudo: who follows the job, and what they have chosen
        job_sudo = self.sudo()
        people = job_sudo.message_follower_ids.partner_id | job_sudo.requester_id
        people -= self.env.user.partner_id
        words = job_sudo._portal_status_labels()

        def is_told(person):
            users = person.user_ids.filtered("active")
            if not users or person.client_news_mail == "none":
                return False
            # some of our states are one for the client
            return words[target] != words[source] or not all(users.mapped("share"))

        self.env["client.round.up.item"]._collect(
            people.filtered(is_told), job_id=job_sudo.id
        )
