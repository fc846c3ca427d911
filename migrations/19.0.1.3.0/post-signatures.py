"""A signed contract that was attached is a signature on paper, with its fingerprint."""

import hashlib

from odoo import SUPERUSER_ID, api

SIGNATURES = "client.contract.signature"


def migrate(cr, version):
    """Make a signature of each file in the former field ``signed_document``."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    cr.execute(
        """
        SELECT a.id, c.id, a.create_uid, a.create_date, c.client_id, c.company_id,
               c.client_wall_id, c.signed_filename,
               COALESCE(c.date_approved, a.create_date::date),
               COALESCE(c.approved_contact_id, c.contact_id, c.client_id)
          FROM ir_attachment a
          JOIN client_contract c ON c.id = a.res_id
         WHERE a.res_model = 'client.contract' AND a.res_field = 'signed_document'
         ORDER BY a.id
        """
    )
    for row in cr.fetchall():
        file_id, contract_id, user_id, time, *owner, name, date, signer_id = row
        content = env["ir.attachment"].browse(file_id).raw or b""
        signer = env["res.partner"].browse(signer_id)
        cr.execute(
            """
            INSERT INTO client_contract_signature (
                contract_id, client_id, company_id, client_wall_id, method, state,
                signer_id, signed_name, user_id, create_uid, write_uid,
                requested_time, closed_date, create_date, write_date, date_signed,
                document_name, document_size, fingerprint)
            VALUES (%s, %s, %s, %s, 'paper', 'signed', %s, %s, %s, %s, %s,
                    %s, %s, %s, %s, %s, %s, %s, %s)
            RETURNING id
            """,
            [
                contract_id,
                *owner,
                signer_id,
                signer.name or "?",
                user_id,
                user_id,
                user_id,
                *[time] * 4,
                date,
                name or "signed contract",
                len(content),
                hashlib.sha256(content).hexdigest(),
            ],
        )
        # the bytes stay where they are
        cr.execute(
            "UPDATE ir_attachment SET res_model = %s, res_field = 'document',"
            " res_id = %s WHERE id = %s",
            [SIGNATURES, cr.fetchone()[0], file_id],
        )
    env.invalidate_all()
