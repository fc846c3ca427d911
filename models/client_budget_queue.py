"""Requests that take from the same budget at the same moment, one after the other."""

from psycopg2.errors import LockNotAvailable

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

# First key of the advisory locks: "budget", nothing else of Odoo uses it.
LOCK_SPACE = 0x62756467
# Longer than a hundred requests in a row take.
MAX_WAIT = "60s"


class ClientBudget(models.Model):
    """A queue for what is left."""

    _inherit = "client.budget"

    def _take_turn(self):
        """Wait until nobody else takes from this budget, and begin afresh.

        ``_lock`` alone keeps an amount from being given out twice, by refusing the
        stale snapshot of all who waited: of a hundred requests at once, each one that
        succeeds would send the others back to their beginning, until Odoo gives up
        after five attempts. Whoever stands in this queue begins his transaction when
        his turn comes, reads what the one before him left, and gets a clear answer.

        Call it first thing in a request, before anything is written: the transaction
        so far is rolled back. The place is given up when the transaction ends.

        :raise UserError: it took too long
        """
        self.ensure_one()
        cr = self.env.cr
        lock = SQL("%s, %s", LOCK_SPACE, self.id)
        try:
            cr.execute(SQL("SET LOCAL lock_timeout = %s", MAX_WAIT))
            # of the connection and not of the transaction, which ends here
            cr.execute(SQL("SELECT pg_advisory_lock(%s)", lock))
        except LockNotAvailable as error:
            cr.rollback()
            raise UserError(
                self.env._(
                    "Many people are using this budget at the moment: please send it "
                    "again."
                )
            ) from error
        cr.rollback()

        def leave():
            cr.execute(SQL("SELECT pg_advisory_unlock(%s)", lock))

        # the one or the other is run
        cr.postcommit.add(leave)
        cr.postrollback.add(leave)
