"""Open to-dos about new requests get the type that authorising ends."""

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL


def migrate(cr, version):
    """Give the new type to them; those about a budget have a note, these none."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    request = env.ref("client_hub.mail_activity_type_job_request")
    todo = env.ref("mail.mail_activity_data_todo", False)
    if not todo:
        return
    cr.execute(
        SQL(
            """
            UPDATE mail_activity AS activity
               SET activity_type_id = %s
              FROM client_job AS job
             WHERE activity.res_model = 'client.job'
               AND activity.res_id = job.id
               AND activity.activity_type_id = %s
               AND activity.automated
               AND activity.active
               AND activity.note IS NULL
               AND job.state = 'requested'
            """,
            request.id,
            todo.id,
        )
    )
