"""Remarks have numbers: those there are get theirs in their order."""


def migrate(cr, version):
    """Number the remarks of each piece, and note the last number on the piece."""
    cr.execute(
        """
        WITH numbered AS (
            SELECT id, row_number() OVER (PARTITION BY piece_id ORDER BY id) AS number
              FROM client_piece_remark
             WHERE parent_id IS NULL
        )
        UPDATE client_piece_remark AS remark
           SET number = numbered.number
          FROM numbered
         WHERE numbered.id = remark.id
           AND COALESCE(remark.number, 0) = 0
        """
    )
    cr.execute(
        """
        UPDATE client_piece AS piece
           SET last_remark_number = highest.number
          FROM (
                SELECT piece_id, MAX(number) AS number
                  FROM client_piece_remark
              GROUP BY piece_id
               ) AS highest
         WHERE highest.piece_id = piece.id
           AND COALESCE(piece.last_remark_number, 0) < highest.number
        """
    )
