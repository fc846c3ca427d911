"""dev/odoo: Odoo's own command line with this checkout's configuration."""

import workspace


def main(arguments):
    place = workspace.prepare()
    variables = {}
    if arguments[:1] == ["db"]:
        # This command only sees the databases that the configuration names, or
        # all of them if it names none.
        variables["ODOO_RC"] = place.config_file("", "databases.conf")
    place.exec(place.odoo_command(*arguments), **variables)
