"""Activities of a job on hold are put away, without being done."""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class MailActivity(models.Model):
    """An activity that waits for its job to go on."""

    _inherit = "mail.activity"

    client_parked_date = fields.Date(
        string="Put away on",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The activity left the lists when its job was put on hold, and comes back "
        "when the job goes on.",
    )

    # === COMPUTE METHODS === #

    @api.depends("active", "client_parked_date")
    def _compute_date_done(self):
        """What is put away was not done."""
        parked = self.filtered("client_parked_date")
        parked.date_done = False
        return super(MailActivity, self - parked)._compute_date_done()

    @api.depends("client_parked_date")
    def _compute_state(self):
        """Nor is it due."""
        result = super()._compute_state()
        self.filtered("client_parked_date").state = "planned"
        return result

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create, not put away."""
        for vals in vals_list:
            self._check_client_parked(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Write; only the job's own flow puts activities away."""
        self._check_client_parked(vals)
        return super().write(vals)

    # === BUSINESS METHODS === #

    @api.model
    def _check_client_parked(self, vals):
        """Raise if a person writes what only the job's own flow writes."""
        if "client_parked_date" in vals and not self.env.su:
            raise AccessError(
                self.env._("Activities are put away when their job is put on hold.")
            )

    def _client_park(self):
        """Take open activities from people's lists; a meeting takes place anyway."""
        self.filtered(lambda row: row.active and not row.calendar_event_id).write(
            {"active": False, "client_parked_date": fields.Date.context_today(self)}
        )

    def _client_unpark(self):
        """Give people back what they had to do.

        What fell due meanwhile is due today; what was late before is as late as it was.
        """
        today = fields.Date.context_today(self)
        due = self.filtered(
            lambda row: row.client_parked_date <= row.date_deadline < today
        )
        values = {"active": True, "client_parked_date": False}
        due.write({**values, "date_deadline": today})
        (self - due).write(values)
