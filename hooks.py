"""What installing and removing the addon does beside its data."""


def uninstall_hook(env):
    """Remove the function behind the history's trigger; Odoo drops the tables."""
    env.cr.execute("DROP FUNCTION IF EXISTS client_history_append_only() CASCADE")
