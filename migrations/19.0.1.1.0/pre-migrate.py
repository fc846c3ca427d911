"""The rules of the wall come from the registry now: the written ones go."""


def migrate(cr, version):
    """Delete the written rules of the wall and their external ids."""
    cr.execute(
        """
        WITH gone AS (
            DELETE FROM ir_model_data
             WHERE module = 'client_hub'
               AND model = 'ir.rule'
               AND name LIKE '%\\_rule\\_wall'
         RETURNING res_id
        )
        DELETE FROM ir_rule WHERE id IN (SELECT res_id FROM gone)
        """
    )
