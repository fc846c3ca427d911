"""Change requests that nobody answered yet stand in traffic's inbox."""


def migrate(cr, version):
    """Let the pieces that clients sent back wait since their last decision."""
    cr.execute(
        """
        UPDATE client_piece
           SET returned_date = COALESCE(last_decision_date, write_date)
         WHERE state = 'changes_requested'
           AND returned_date IS NULL
        """
    )
