"""Each row of the history names its chain, which a merge doesn't change."""


def migrate(cr, version):
    """Fill what the new columns say of the rows and ends that are there.

    The log is append-only, by a trigger.  Nothing that a row's hash is made of is
    touched; the trigger is back before anybody can write.
    """
    cr.execute("ALTER TABLE client_history DISABLE TRIGGER client_history_append_only")
    cr.execute("ALTER TABLE client_history ADD COLUMN IF NOT EXISTS chain_id int4")
    cr.execute("UPDATE client_history SET chain_id = client_id WHERE chain_id IS NULL")
    cr.execute("ALTER TABLE client_history ENABLE TRIGGER client_history_append_only")
    cr.execute("ALTER TABLE client_history_head ADD COLUMN IF NOT EXISTS chain_id int4")
    cr.execute(
        "UPDATE client_history_head SET chain_id = client_id WHERE chain_id IS NULL"
    )
    # rows of several chains may be one client's now
    cr.execute("DROP INDEX IF EXISTS client_history_client_sequence")
    cr.execute("DROP INDEX IF EXISTS client_history__client_sequence")
    cr.execute("DROP INDEX IF EXISTS client_history_head_client")
    cr.execute("DROP INDEX IF EXISTS client_history_head__client")
