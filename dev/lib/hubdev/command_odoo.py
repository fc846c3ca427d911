"""dev/odoo: Odoo's own command line with this checkout's configuration."""

import workspace


def main(arguments):
    place = workspace.prepare()
    place.exec(place.odoo_command(*arguments))
