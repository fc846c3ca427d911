"""What removing the addon does beside what Odoo does by itself."""

from odoo.tools import SQL

# Records of Odoo's own models that the addon brought and that others may use by now:
# people, clients and documents stay in the database.
KEPT_MODELS = (
    "account.move",
    "product.product",
    "product.template",
    "project.project",
    "project.task",
    "project.task.type",
    "res.partner",
    "res.users",
)


def uninstall_hook(env):
    """Empty the addon's own tables and free what stays from it.

    Foreign keys to them go first: the columns they are on are removed anyway.

    Odoo deletes records one model after the other; what still points to them would
    make it log errors. The history's trigger would refuse any deletion.
    """
    for function in ("append_only", "grow", "head_kept"):
        env.cr.execute(f"DROP FUNCTION IF EXISTS client_history_{function}() CASCADE")
    env.cr.execute("DROP FUNCTION IF EXISTS client_hub_task_released() CASCADE")
    env["ir.model.data"].search(
        [("module", "=", "client_hub"), ("model", "in", KEPT_MODELS)]
    ).unlink()
    env.flush_all()
    tables = {
        model._table
        for model in env.registry.values()
        if model._original_module == "client_hub"
        and model._auto
        and not model._abstract
    }
    tables = tuple(tables)
    # SQL: the records' own guards against deletion are for users, not for removal
    env.cr.execute(
        SQL(
            """
            SELECT conrelid::regclass::text, conname FROM pg_constraint
             WHERE contype = 'f'
               AND confrelid IN (SELECT oid FROM pg_class WHERE relname IN %(tables)s)
            """,
            tables=tables,
        )
    )
    for table, constraint in env.cr.fetchall():
        env.cr.execute(
            SQL(
                "ALTER TABLE %s DROP CONSTRAINT %s",
                SQL.identifier(table),
                SQL.identifier(constraint),
            )
        )
    for table in tables:
        env.cr.execute(SQL("DELETE FROM %s", SQL.identifier(table)))
    env.invalidate_all()
