"""Entries and the invoice lines that bill them know what they were made from."""


def migrate(cr, version):
    """Complete derivations with product and taxes, and keep what was billed.

    The taxes of then are not known any more: those of the service now, which is what
    a difference took so far.
    """
    cr.execute(
        """
        UPDATE client_contract_entry entry
           SET derivation = entry.derivation || jsonb_build_object(
                   'product_id', entry.product_id,
                   'tax_ids', COALESCE(
                       (SELECT jsonb_agg(rel.account_tax_id ORDER BY rel.account_tax_id)
                          FROM account_tax_client_contract_line_rel rel
                         WHERE rel.client_contract_line_id = entry.line_id),
                       '[]'::jsonb))
         WHERE entry.kind = 'recurring' AND entry.derivation IS NOT NULL
           AND NOT entry.derivation ? 'tax_ids'
        """
    )
    cr.execute(
        """
        UPDATE account_move_line line
           SET client_entry_terms = jsonb_build_object(
                   'period_start', entry.period_start,
                   'period_end', entry.period_end,
                   'product_id', entry.product_id,
                   'name', entry.name,
                   'quantity', entry.quantity,
                   'price_unit', entry.price_unit,
                   'discount', entry.discount,
                   'amount_scheduled', entry.amount_scheduled,
                   'is_adjusted', COALESCE(entry.is_adjusted, false),
                   'amount_adjusted', entry.amount_adjusted,
                   'derivation', entry.derivation,
                   'amount', entry.amount)
          FROM client_contract_entry entry
         WHERE entry.id = line.client_entry_id AND line.client_entry_terms IS NULL
        """
    )
