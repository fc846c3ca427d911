"""``odoo client_history``: check the history from the command line."""

import sys

import odoo.sql_db
from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class ClientHistory(Command):
    """Check that nobody changed, removed, added or moved entries of clients' histories

    Prints each place that is not as it was written. The exit code is 0 when all is
    well, and 1 otherwise.
    """

    name = "client_history"

    def run(self, args):
        """Check one client, or all of them."""
        self.parser.add_argument("-c", "--config", help="configuration file")
        self.parser.add_argument("-d", "--database", help="name of the database")
        self.parser.add_argument(
            "--client", help="number of one client, as C0007, or its database id"
        )
        self.parser.add_argument(
            "--seal",
            metavar="REASON",
            help="first seal again what was sealed with another key (a database that "
            "came without its files), and note the reason in each history",
        )
        options = self.parser.parse_args(args)
        config_args = []
        if options.config:
            config_args += ["-c", options.config]
        if options.database:
            config_args += ["-d", options.database]
        config.parse_config([*config_args, "--no-http"], setup_logging=True)
        names = config["db_name"]
        if len(names) != 1:
            sys.exit("Which database? Name one: client_history -d NAME")
        with Registry(names[0]).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"active_test": False})
            if options.seal:
                count = env["client.history"]._seal_foreign(options.seal)
                sys.stdout.write(f"{count} histories sealed again.\n")
                cr.commit()
            problems = self._check(env, options.client)
            cr.rollback()
        odoo.sql_db.close_all()
        sys.exit(1 if problems else 0)

    def _check(self, env, client):
        """Print what was found, and return the number of places."""
        history = env["client.history"]
        if client:
            partners = self._find_client(env, client)
            result = history._verify_clients(partners)
        else:
            result = history._verify_all()
        out = sys.stdout.write
        partners = env["res.partner"].browse(
            {problem["client_id"] for problem in result["problems"]}
        )
        names = {partner.id: partner.display_name for partner in partners.exists()}
        for problem in result["problems"]:
            name = names.get(problem["client_id"], "?")
            place = f"{name} (client {problem['client_id']}"
            if problem["chain_id"] != problem["client_id"]:
                place += f", history of former client {problem['chain_id']}"
            out(f"{place}): {problem['sentence']}\n")
        count = len(result["problems"])
        verdict = (
            "all as written" if not count else f"{count} places are not as written"
        )
        out(
            f"{result['entries']} entries of {result['chains']} histories checked: "
            f"{verdict}.\n"
        )
        if not all(problem.get("is_foreign") for problem in result["problems"]):
            out(f"{env['client.history.check']._get_advice()}\n")
        return count

    def _find_client(self, env, text):
        """Return the client with that number or id.

        :raise SystemExit: there is none
        """
        partners = env["res.partner"].search([("client_number", "=", text)])
        if not partners and text.isdigit():
            partners = env["res.partner"].browse(int(text)).exists()
        if not partners:
            sys.exit(f"There is no client {text}.")
        return partners
