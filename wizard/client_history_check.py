"""Is the history as it was written?"""

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime, formatLang

# Places shown; the command line prints all of them.
MAX_SHOWN = 50


class ClientHistoryCheck(models.TransientModel):
    """Checks the history of one client, or of all, and names each broken place."""

    _name = "client.history.check"
    _inherit = ["client.guard.mixin"]
    _description = "Check of the client history"

    client_id = fields.Many2one(
        comodel_name="res.partner",
        domain="[('is_client', '=', True)]",
        help="Empty: all clients, which can take minutes.",
    )
    state = fields.Selection(
        selection=[("ask", "Not checked"), ("whole", "Intact"), ("broken", "Broken")],
        default="ask",
        readonly=True,
    )
    result = fields.Html(readonly=True)
    is_foreign = fields.Boolean(readonly=True)
    reason = fields.Char(help="Stands in each history that is sealed again.")

    def action_check(self):
        """Check, and show what was found.

        :raise AccessError: only administrators check all clients
        """
        self.ensure_one()
        history = self.env["client.history"]
        if self.client_id:
            self.client_id.check_access("read")
            history.check_access("read")
            # sudo: a count and numbers of rows, of a client that may be read
            found = history.sudo()._verify_clients(self.client_id)
        else:
            self._check_administrator()
            # sudo: administrators see all clients, of all companies
            found = history.sudo()._verify_all()
        problems = found["problems"]
        self.write(
            {
                "state": "broken" if problems else "whole",
                "result": self._word_result(found),
                "is_foreign": any(problem.get("is_foreign") for problem in problems),
            }
        )
        return self._reopen()

    def action_seal(self):
        """Seal again what came without the files of its database.

        :raise UserError: no reason is given
        """
        self.ensure_one()
        self._check_administrator()
        if not (self.reason or "").strip():
            raise UserError(
                self.env._(
                    "Say why the histories are sealed again: it stays in each of them."
                )
            )
        # sudo: checked above; the ends of the histories are the system's
        self.env["client.history"].sudo()._seal_foreign(self.reason.strip())
        return self.action_check()

    def _check_administrator(self):
        """Refuse whoever doesn't see all clients.

        :raise AccessError: not an administrator
        """
        if not self.env.user.has_group("client_hub.group_manager"):
            raise AccessError(
                self.env._(
                    "Only Client Hub administrators check all clients: choose one."
                )
            )

    @api.model
    def _word_result(self, found):
        """Return the result as a person reads it, as HTML."""
        entries = formatLang(self.env, found["entries"], digits=0)
        if not found["problems"]:
            if self.client_id:
                text = self.env._(
                    "All %(entries)s entries are there, in their order, as they were "
                    "written.",
                    entries=entries,
                )
            else:
                text = self.env._(
                    "All %(entries)s entries of all %(histories)s histories are there, "
                    "in their order, as they were written.",
                    entries=entries,
                    histories=formatLang(self.env, found["chains"], digits=0),
                )
            return Markup('<div class="alert alert-success mb-0">%s</div>') % text
        shown = found["problems"][:MAX_SHOWN]
        places = Markup("").join(
            Markup("<li><strong>%s</strong>: %s%s</li>")
            % (
                self._name_of(problem),
                problem["sentence"],
                self._word_place(problem),
            )
            for problem in shown
        )
        text = self.env._(
            "%(entries)s entries were looked at. Not as they were written:",
            entries=entries,
        )
        more = len(found["problems"]) - len(shown)
        if more:
            places += Markup("<li>%s</li>") % self.env._("… and %s more places", more)
        advice = ""
        if not all(problem.get("is_foreign") for problem in found["problems"]):
            advice = Markup("<p class='mb-0'>%s</p>") % self._get_advice()
        return Markup(
            '<div class="alert alert-danger mb-0"><p>%s</p><ul>%s</ul>%s</div>'
        ) % (text, places, advice)

    @api.model
    def _get_advice(self):
        """Return what to do now, for an administrator."""
        return self.env._(
            "Nobody can do this with Odoo: somebody had full access to the database "
            "itself. Keep this result, find out who that was, and compare these rows "
            "with a backup of an earlier day. All other entries are as they were "
            "written. What is wrong stays marked, until whoever administers PostgreSQL "
            "has put the rows of the backup back."
        )

    @api.model
    def _name_of(self, problem):
        # sudo: whoever asks may read the client, or administers all of them
        client = self.env["res.partner"].sudo().browse(problem["client_id"]).exists()
        return client.display_name or self.env._("Client %s", problem["client_id"])

    @api.model
    def _word_place(self, problem):
        """Return which entry it is, as a link, or between which ones it was."""
        history, sequence = self.env["client.history"], problem["sequence"]
        if not sequence:
            return ""
        place = [("chain_id", "=", problem["chain_id"])]
        row = history.search([*place, ("sequence", "=", sequence)], limit=1)
        if row:
            when = format_datetime(self.env, row.date)
            link = Markup(' (<a href="%s" target="_blank" class="alert-link">%s</a>)')
            return link % (
                f"/odoo/client-history/{row.id}",
                f"{when}, {row.name or row.display_name}",
            )
        before = history.search(
            [*place, ("sequence", "<", sequence)], order="sequence desc", limit=1
        )
        after = history.search(
            [*place, ("sequence", ">", sequence)], order="sequence", limit=1
        )
        if not before or not after:
            return ""
        return self.env._(
            " (written between %(first)s and %(last)s)",
            first=format_datetime(self.env, before.date),
            last=format_datetime(self.env, after.date),
        )

    def _reopen(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check of the history"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
