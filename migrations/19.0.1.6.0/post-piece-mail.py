"""The mail that asks for a decision names the day until which the client decides."""

from odoo.tools import SQL


def migrate(cr, version):
    """Replace the day of our work, in each language and whatever else was changed."""
    cr.execute(
        SQL(
            """
            UPDATE mail_template AS template
               SET body_html = replace(
                       template.body_html::text,
                       'object.deadline', 'object.approval_deadline'
                   )::jsonb
              FROM ir_model_data AS data
             WHERE data.module = 'client_hub'
               AND data.name = 'client_piece_mail_template_review'
               AND data.model = 'mail.template'
               AND data.res_id = template.id
            """
        )
    )
