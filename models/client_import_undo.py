"""Takes back the last import."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.client_import_undo import ClientImportUndo
from .client_import_line import UNDO_LEVELS
from .res_partner import ClientImportKey

# Records taken back while a person waits.
SMALL_UNDO = 200


class RollBack(Exception):
    """Undoes a trial inside its savepoint."""


class ClientImport(models.Model):
    """Undo of an import: looked at first, then done as a whole or not at all."""

    _inherit = "client.import"

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("state", "done_date", "company_id")
    def _compute_can_undo(self):
        for record in self:
            record.can_undo = (
                record.state == "done"
                and record._is_last()
                and bool(record._written_lines(limit=1))
            )

    def _is_last(self):
        """Tell whether no later import of the company stands."""
        self.ensure_one()
        # sudo: imports of others count, too; only that there is one is told
        return not self.sudo().search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "done"),
                "|",
                ("done_date", ">", self.done_date),
                "&",
                ("done_date", "=", self.done_date),
                ("id", ">", self.id),
            ],
            limit=1,
        )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    def action_check_undo(self):
        """Find out what taking back would do, without doing it."""
        self._prepare_undo()
        self._start("undo_check", is_small=self._is_small_undo())

    def action_undo(self):
        """Take back what the import wrote: all that nobody used or changed since."""
        self._prepare_undo()
        if not self.is_undo_checked:
            raise UserError(self.env._("Look first at what would be taken back."))
        self._start("undo", is_small=self._is_small_undo())

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _prepare_undo(self):
        """Check rights and state, and keep others from working on it as well.

        :raise UserError: it is not the last import, or was taken back before
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group("client_hub.group_account_manager"):
            raise AccessError(self.env._("Only account managers take imports back."))
        if self.state == "undone":
            raise UserError(self.env._("This import was taken back already."))
        if self.state != "done":
            raise UserError(self.env._("Nothing was imported yet."))
        self._lock()
        self._check_idle()
        if not self._is_last():
            raise UserError(
                self.env._(
                    "Only the last import can be taken back: there is a later one of "
                    "this company."
                )
            )
        if not self._written_lines(limit=1):
            # imports of earlier versions kept nothing of what was there before
            raise UserError(self.env._("There is nothing to take back."))
        self._check_sees_all()

    def _check_sees_all(self):
        """Refuse when clients of the import were restricted from the user since."""
        domain = [("import_id", "=", self.id)]
        lines = self.env["client.import.line"]
        # sudo: only how many there are
        if lines.search_count(domain) != lines.sudo().search_count(domain):
            raise UserError(
                self.env._(
                    "Not all that this import wrote is yours to change any more: ask a "
                    "Client Hub administrator to take it back."
                )
            )

    def _written_lines(self, limit=None):
        """Return the lines that wrote something (as superuser)."""
        # sudo: the values before and after, which nobody reads himself
        lines = self.env["client.import.line"].sudo()
        return lines.search(
            [
                ("import_id", "=", self.id),
                ("is_done", "=", True),
                "|",
                ("is_created", "=", True),
                ("changes", "!=", False),
            ],
            limit=limit,
        )

    def _is_small_undo(self):
        return len(self._written_lines()) <= SMALL_UNDO

    def _run_undo(self):
        """Take back, or find out what that would do, in this transaction."""
        is_trial = self.job == "undo_check"
        self._clear_lines([("level", "in", [level for level, _label in UNDO_LEVELS])])
        if is_trial:
            results = self._try_undo()
        else:
            results = self._take_back()
        self._save_lines(self._undo_lines(results))
        # sudo: see OWN_FIELDS; rights were checked by the action
        record_sudo = self.sudo()
        record_sudo.write({"job": False, "is_stopping": False})
        if is_trial:
            record_sudo.is_undo_checked = True
        else:
            self._check_transition("undone")
            record_sudo.write(
                {
                    "state": "undone",
                    "undone_date": fields.Datetime.now(),
                    "undone_by_id": self.env.uid,
                }
            )

    def _try_undo(self):
        """Take back inside a savepoint, and not really."""
        results = []
        try:
            with self.env.cr.savepoint():
                results = self._take_back()
                raise RollBack
        except RollBack:
            return results

    def _take_back(self):
        """Take back what was imported so far.

        :return: list of (values of the line, level, message)
        """
        key = ClientImportKey(self.id)
        env = self._import_env()
        env = env(context=dict(env.context, client_import_undo=key))
        lines = self._written_lines()
        undo = ClientImportUndo(env, lines)
        kept = {
            line.id: {
                "sheet": line.sheet,
                "row": line.row,
                "name": line.name,
                "partner_id": line.partner_id.id,
                "client_wall_id": line.client_wall_id.id,
                "res_model": line.res_model,
                "res_id": line.res_id,
            }
            for line in lines
        }
        # sudo: see OWN_FIELDS
        undo.apply(self.sudo().created_words or [])
        return [
            (kept[line.id] if line else {}, level, message)
            for line, level, message in undo.results
        ]

    def _undo_lines(self, results):
        """Return the values of the lines that tell of an undo, in sheet order."""
        ids = {values["partner_id"] for values, _l, _m in results if values}
        # sudo: only which of the undo's own rows are still there
        partners_sudo = self.env["res.partner"].sudo()
        there = set(partners_sudo.browse(filter(None, ids)).exists().ids)
        lines = []
        for values, level, message in results:
            values = dict(values, level=level, message=message)
            if values.get("partner_id") not in there:
                values["partner_id"] = None
            lines.append(values)
        return sorted(lines, key=lambda v: (v["level"], v.get("row") or 0))
