"""Pictures are made of files: ask for those of the versions there are."""


def migrate(cr, version):
    """Leave every version with files to the scheduled job."""
    cr.execute(
        """
        UPDATE client_piece_version AS version
           SET preview_state = 'waiting'
         WHERE preview_state IS NULL
           AND EXISTS (
                SELECT 1
                  FROM client_piece_version_attachment_rel AS rel
                 WHERE rel.version_id = version.id
               )
        """
    )
