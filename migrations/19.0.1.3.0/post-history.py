"""The history knows which contract a row is about."""

# model of the rows -> table with its contract
TABLES = {
    "client.contract.line": "client_contract_line",
    "client.contract.entry": "client_contract_entry",
    "client.price.adjustment": "client_price_adjustment",
}


def migrate(cr, version):
    """Fill the new column of the rows that were written before it.

    The log is append-only, by a trigger.  The column is no part of the chain and was
    empty; nothing else is touched, and the trigger is back before anybody can write.
    """
    cr.execute("ALTER TABLE client_history DISABLE TRIGGER client_history_append_only")
    cr.execute(
        """
        UPDATE client_history SET contract_id = res_id
         WHERE model = 'client.contract' AND contract_id IS NULL
        """
    )
    for model, table in TABLES.items():
        # the names are the constants above
        cr.execute(
            f"""
            UPDATE client_history SET contract_id = record.contract_id
              FROM {table} record
             WHERE client_history.model = %s AND record.id = client_history.res_id
               AND client_history.contract_id IS NULL
            """,
            (model,),
        )
    cr.execute(
        """
        UPDATE client_history SET contract_id = move.client_contract_id
          FROM account_move move
         WHERE client_history.model = 'account.move' AND move.id = client_history.res_id
           AND client_history.contract_id IS NULL
        """
    )
    cr.execute("ALTER TABLE client_history ENABLE TRIGGER client_history_append_only")
