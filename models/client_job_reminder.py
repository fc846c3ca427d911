"""What a job reminds its account manager of by itself, one to-do of a kind."""

from odoo import fields, models


def _make_reminder():
    """Return the field that keeps a reminder."""
    return fields.Many2one(
        comodel_name="mail.activity",
        copy=False,
        readonly=True,
        # whoever does the to-do removes it
        ondelete="set null",
        index="btree_not_null",
        groups="base.group_user",
    )


class ClientJob(models.Model):
    """Keeps its own reminders, sets them anew and takes them away."""

    _inherit = "client.job"
    _system_fields = frozenset({"closing_activity_id", "hold_activity_id"})
    # Follow from the state, the pieces and the tasks.
    _history_exclude = _system_fields

    closing_activity_id = _make_reminder()
    hold_activity_id = _make_reminder()

    # === BUSINESS METHODS === #

    def _set_reminder(self, name, prepare=None, is_told=True):
        """Take a reminder away; set a new one, if the account manager may have it.

        :param str name: of the field that keeps it
        :param prepare: called with this job, in the manager's language; returns what
            the activity says (``summary``, ``note``, ``date_deadline``)
        :param bool is_told: send the manager a mail, as of any activity
        """
        self.ensure_one()
        # sudo: the reminder is the account manager's, whoever changes the job
        job_sudo = self.sudo()
        job_sudo[name].unlink()
        user = job_sudo._get_manager()
        if not prepare or not job_sudo._may_have_activity(user):
            return
        told_sudo = job_sudo.with_context(
            lang=user.lang or self.env.lang, mail_activity_quick_update=not is_told
        )
        job_sudo[name] = told_sudo.activity_schedule(
            "mail.mail_activity_data_todo", user_id=user.id, **prepare(told_sudo)
        )
