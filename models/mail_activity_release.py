"""An activity is work, too: creation gets none of a job that isn't authorised."""

from odoo import api, models
from odoo.exceptions import ValidationError


class MailActivity(models.Model):
    """Activities on jobs and pieces keep to the rule that holds for tasks."""

    _inherit = "mail.activity"

    @api.constrains("active", "res_id", "res_model_id", "user_id")
    def _check_client_job_released(self):
        """Refuse an open activity that creation would get too early."""
        for model in ("client.job", "client.piece"):
            # sudo: reads which document and whose activity it is
            for activity in self.sudo():
                if activity.res_model != model or not activity.active:
                    continue
                user = activity.user_id
                if not user or not user._is_client_creation():
                    continue
                record = self.env[model].browse(activity.res_id).exists()
                # sudo: the job of the piece
                job = record.sudo().job_id if model == "client.piece" else record
                sentence = job and job.sudo(False)._get_work_refusal()
                if sentence:
                    raise ValidationError(
                        self.env._(
                            "%(sentence)s %(user)s gets no activity of it.",
                            sentence=sentence,
                            user=user.name,
                        )
                    )
