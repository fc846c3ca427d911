"""Decisions know what came of them."""


def migrate(cr, version):
    """Until now, each decision was the last word on its version."""
    cr.execute("UPDATE client_piece_decision SET outcome = decision")
    cr.execute(
        """
        UPDATE client_piece
           SET approval_deadline = GREATEST(deadline, CURRENT_DATE)
         WHERE state = 'awaiting_approval' AND deadline IS NOT NULL
        """
    )
