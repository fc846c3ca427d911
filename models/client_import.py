"""Import of the clients workbook."""

import base64
import binascii
from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.http import DEFAULT_MAX_CONTENT_LENGTH
from odoo.tools import human_size
from odoo.tools.misc import clean_context

from ..tools.client_import_plan import ClientImportPlan
from ..tools.client_import_sentences import problem_text
from ..tools.client_import_writer import ClientImportWriter
from ..tools.client_workbook import SHEETS, read_workbook
from .client_import_line import LEVELS
from .res_partner import ClientImportKey

STATES = [("draft", "To check"), ("checked", "Checked"), ("done", "Imported")]
# target -> allowed sources
TRANSITIONS = {
    "draft": {"draft", "checked"},
    "checked": {"draft", "checked"},
    "done": {"checked"},
}
# Set by the actions only.
OWN_FIELDS = frozenset({"state", "done_date", "user_id", "company_id"})
TEMPLATE_URL = "/client_hub/static/xls/client_import_template.xlsx"


class RollBack(Exception):
    """Undoes a trial inside its savepoint."""


class ClientImport(models.Model):
    """A workbook of clients, addresses, contacts and teams: checked, then imported.

    The check does the whole import and takes it back, so that it finds what the
    import would find. Either every line is imported or none.
    """

    _name = "client.import"
    _description = "Client import"
    _order = "id desc"
    _rec_name = "filename"

    _transitions = TRANSITIONS
    _transition_field = "state"

    file = fields.Binary(string="Workbook", attachment=True, copy=False)
    filename = fields.Char(string="File", copy=False)
    state = fields.Selection(
        selection=STATES, default="draft", required=True, readonly=True, copy=False
    )
    user_id = fields.Many2one(
        comodel_name="res.users",
        string="By",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        copy=False,
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        default=lambda self: self.env.company,
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    done_date = fields.Datetime(string="Imported on", readonly=True, copy=False)

    line_ids = fields.One2many(
        comodel_name="client.import.line", inverse_name="import_id", readonly=True
    )
    problem_ids = fields.One2many(
        comodel_name="client.import.line",
        inverse_name="import_id",
        domain=[("level", "in", ("error", "warning"))],
        readonly=True,
    )
    difference_ids = fields.One2many(
        comodel_name="client.import.line",
        inverse_name="import_id",
        domain=[("level", "in", ("new", "changed"))],
        readonly=True,
    )

    # Counted from the lines.
    error_count = fields.Integer(compute="_compute_counts", string="Errors")
    warning_count = fields.Integer(compute="_compute_counts", string="Warnings")
    new_count = fields.Integer(compute="_compute_counts", string="New")
    changed_count = fields.Integer(compute="_compute_counts", string="Changed")
    unchanged_count = fields.Integer(compute="_compute_counts", string="Unchanged")
    summary = fields.Html(compute="_compute_counts", sanitize=False)

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("line_ids")
    def _compute_counts(self):
        counts = defaultdict(int)
        for record, sheet, level, count in self.env["client.import.line"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "sheet", "level"],
            ["__count"],
        ):
            counts[record.id, sheet or "", level] += count
        for record in self:
            sheets = {sheet for id_, sheet, _level in counts if id_ == record.id}
            for level, _label in LEVELS:
                record[f"{level}_count"] = sum(
                    counts[record.id, sheet, level] for sheet in sheets
                )
            record.summary = record._render_summary(counts, sheets)

    def _render_summary(self, counts, sheets):
        """Return a table of the lines by sheet and result."""
        if not sheets:
            return False
        cell = Markup('<td class="text-end">%s</td>')
        head = Markup("").join(
            Markup('<th class="text-end">%s</th>')
            % self._fields[f"{level}_count"]._description_string(self.env)
            for level, _label in LEVELS
        )
        body = Markup("")
        for sheet in [*SHEETS, *sorted(sheets - SHEETS.keys())]:
            if sheet not in sheets:
                continue
            cells = Markup("").join(
                cell % (counts.get((self.id, sheet, level)) or "–")
                for level, _label in LEVELS
            )
            name = sheet or self.env._("The file")
            body += Markup("<tr><td>%s</td>%s</tr>") % (name, cells)
        return Markup(
            '<table class="table table-sm w-auto o_client_hub_import_summary">'
            "<thead><tr><th>%s</th>%s</tr></thead><tbody>%s</tbody></table>"
        ) % (self.env._("Sheet"), head, body)

    # ------------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Create; only drafts, and no file too large to read."""
        for vals in vals_list:
            self._check_file_size(vals.get("file"))
            if vals.get("state", "draft") != "draft" and not self.env.su:
                raise UserError(self.env._("A new import is not checked yet."))
        return super().create(vals_list)

    def write(self, vals):
        """Write; another file has to be checked again.

        :raise UserError: when state, date or owner are written by hand
        """
        if OWN_FIELDS & vals.keys() and not self.env.su:
            raise UserError(self.env._("Use the buttons Check and Import."))
        if "file" in vals:
            self._check_file_size(vals["file"])
            vals = {**vals, "state": "draft"}
        if "state" in vals:
            self._check_transition(vals["state"])
        result = super().write(vals)
        if "file" in vals:
            self._clear_lines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        if self.env.user.has_group("client_hub.group_manager"):
            return
        if any(record.state == "done" for record in self):
            raise UserError(
                self.env._(
                    "Only Client Hub administrators can delete what was imported."
                )
            )

    @api.model
    def _check_file_size(self, content):
        """Refuse a file above Odoo's upload limit, before it is decoded.

        :param content: base64, as text or bytes
        :raise UserError: when it is too large
        """
        # sudo: the limit is no secret; every page tells it to the browser
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        limit = int(
            parameters_sudo.get_param(
                "web.max_file_upload_size", DEFAULT_MAX_CONTENT_LENGTH
            )
        )
        if content and len(content) * 3 / 4 > limit:
            raise UserError(
                self.env._(
                    "The file is larger than %s: split it into smaller workbooks.",
                    human_size(limit),
                )
            )

    def _check_transition(self, target):
        """Refuse a state that can't follow the present one."""
        for record in self:
            if record.state not in TRANSITIONS.get(target, ()):
                raise UserError(
                    self.env._(
                        "“%s” was imported already: start a new import.",
                        record.display_name,
                    )
                    if record.state == "done"
                    else self.env._("Check the workbook before importing it.")
                )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    @api.model
    def action_download_template(self):
        """Download the workbook to fill in."""
        return {"type": "ir.actions.act_url", "url": TEMPLATE_URL, "target": "download"}

    def action_check(self):
        """Find out what importing would do, without doing it."""
        self._prepare_run("checked")
        self._run(is_trial=True)
        # sudo: see OWN_FIELDS; rights were checked above
        self.sudo().state = "checked"

    def action_import(self):
        """Import every line, or none when one has an error."""
        self._prepare_run("done")
        # else what was right at the check is wrong now, and the lines say so
        if self._run(is_trial=False):
            # sudo: see OWN_FIELDS; rights were checked above
            self.sudo().write({"state": "done", "done_date": fields.Datetime.now()})

    def action_lines(self):
        """Open all lines, to search and group them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_import_line_action"
        )
        return action | {"domain": [("import_id", "=", self.id)]}

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _prepare_run(self, target):
        """Check rights and state, and keep others from running it as well."""
        self.ensure_one()
        self.check_access("write")
        self.env["res.partner"].check_access("create")
        self._check_transition(target)
        if not self.file:
            raise UserError(self.env._("Choose a workbook first."))
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("This workbook is being checked or imported already.")
            ) from error

    def _run(self, is_trial):
        """Import the workbook in a savepoint; take it back on errors or on trial.

        :param bool is_trial: take it back in any case
        :return: whether there was no error
        """
        # no default_… of the screen that opened the import; the history's origin
        env = self.env(
            context=clean_context(self.env.context)
            | {"client_import_id": ClientImportKey(self.id)}
        )
        book = read_workbook(self._read_file())
        plan = ClientImportPlan(env, book)
        if book.rows:
            plan.compare()
        if not book.has_errors:
            try:
                with self.env.cr.savepoint():
                    ClientImportWriter(plan).apply()
                    if is_trial or book.has_errors:
                        raise RollBack
            except RollBack:
                plan.forget_new_records()
        self._clear_lines()
        # sudo: lines are the import's own report; nobody edits them
        self.env["client.import.line"].sudo().create(self._prepare_lines(plan))
        return not book.has_errors

    def _read_file(self):
        """Return the workbook's bytes; empty when they can't be decoded."""
        try:
            return base64.b64decode(self.with_context(bin_size=False).file)
        except binascii.Error:
            return b""

    def _clear_lines(self):
        # sudo: the report of an earlier check of the user's own import
        self.env["client.import.line"].sudo().search(
            [("import_id", "in", self.ids)]
        ).unlink()

    def _prepare_lines(self, plan):
        """Return the values of the lines: problems first, then what becomes of rows."""
        order = {name: index for index, name in enumerate(["", *SHEETS])}
        problems = sorted(
            plan.book.problems,
            key=lambda p: (p.level, order.get(p.sheet, len(order)), p.row),
        )
        names = {
            (row.sheet, row.number): plan.row_name(row)
            for rows in plan.book.rows.values()
            for row in rows
        }
        lines = [
            {
                "import_id": self.id,
                "level": problem.level,
                "sheet": problem.sheet,
                "row": problem.row,
                "column": problem.column,
                "name": names.get((problem.sheet, problem.row)),
                "message": problem_text(self.env, problem),
            }
            for problem in problems
        ]
        wrong = {(p.sheet, p.row) for p in problems if p.level == "error"}
        lines += [
            {
                "import_id": self.id,
                "level": operation.level,
                "sheet": operation.row.sheet,
                "row": operation.row.number,
                "name": plan.row_name(operation.row),
                "message": operation.message,
                "partner_id": operation.partner.id,
            }
            for operations in plan.operations.values()
            for operation in operations
            if (operation.row.sheet, operation.row.number) not in wrong
        ]
        return lines
