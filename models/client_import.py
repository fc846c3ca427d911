"""Import of the clients workbook."""

import base64
import binascii
from collections import defaultdict

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import LockError, UserError
from odoo.http import DEFAULT_MAX_CONTENT_LENGTH

from ..tools.client_import_columns import SHEETS
from ..tools.uploads import readable_size
from .client_import_line import LEVELS, UNDO_LEVELS

STATES = [
    ("draft", "To check"),
    ("checked", "Checked"),
    ("done", "Imported"),
    ("undone", "Taken back"),
]
# target -> allowed sources
TRANSITIONS = {
    "draft": {"draft", "checked"},
    "checked": {"draft", "checked"},
    "done": {"checked"},
    "undone": {"done"},
}
JOBS = [
    ("check", "Checking"),
    ("import", "Importing"),
    ("undo_check", "Looking what to take back"),
    ("undo", "Taking back"),
]
# Set by the actions only.
OWN_FIELDS = frozenset(
    {
        "state",
        "done_date",
        "user_id",
        "company_id",
        "job",
        "job_user_id",
        "job_done",
        "job_total",
        "is_stopping",
        "created_words",
        "is_undo_checked",
        "undone_date",
        "undone_by_id",
    }
)


class ClientImport(models.Model):
    """A workbook of clients, addresses, contacts and teams: checked, then imported.

    The check does the whole import and takes it back, so that it finds what the
    import would find. Either every line is imported or none. Small workbooks are
    handled at once, larger ones in the background, see ``client_import_work``.
    """

    _name = "client.import"
    _description = "Client import"
    _order = "id desc"
    _rec_name = "filename"
    _inherit = ["client.transition.mixin"]

    _transitions = TRANSITIONS

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
    undone_date = fields.Datetime(string="Taken back on", readonly=True, copy=False)
    undone_by_id = fields.Many2one(
        comodel_name="res.users",
        string="Taken back by",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    # Tags, sectors and roles that the import made: [[model, id], …].
    created_words = fields.Json(groups=fields.NO_ACCESS, copy=False)

    # The job at work, in the background or in this transaction.
    job = fields.Selection(
        selection=JOBS, readonly=True, copy=False, index="btree_not_null"
    )
    job_user_id = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False, ondelete="set null"
    )
    job_done = fields.Integer(readonly=True, copy=False)
    job_total = fields.Integer(readonly=True, copy=False)
    job_percent = fields.Float(compute="_compute_job_percent", string="Progress")
    is_stopping = fields.Boolean(readonly=True, copy=False)
    is_undo_checked = fields.Boolean(readonly=True, copy=False)
    can_undo = fields.Boolean(compute="_compute_can_undo")

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

    undo_ids = fields.One2many(
        comodel_name="client.import.line",
        inverse_name="import_id",
        domain=[("level", "in", ("removed", "restored", "archived", "kept"))],
        readonly=True,
    )

    # Counted from the lines.
    error_count = fields.Integer(compute="_compute_counts", string="Errors")
    warning_count = fields.Integer(compute="_compute_counts", string="Warnings")
    new_count = fields.Integer(compute="_compute_counts", string="New")
    changed_count = fields.Integer(compute="_compute_counts", string="Changed")
    unchanged_count = fields.Integer(compute="_compute_counts", string="Unchanged")
    summary = fields.Html(compute="_compute_counts", sanitize=False)
    undo_text = fields.Char(compute="_compute_counts")

    # ------------------------------------------------------------------
    # COMPUTE
    # ------------------------------------------------------------------

    @api.depends("line_ids")
    @api.depends_context("lang")
    def _compute_counts(self):
        counts = defaultdict(int)
        for record, sheet, level, count in self.env["client.import.line"]._read_group(
            [("import_id", "in", self.ids)],
            ["import_id", "sheet", "level"],
            ["__count"],
        ):
            counts[record.id, sheet or "", level] += count
        for record in self:
            sheets = {
                sheet
                for id_, sheet, level in counts
                if id_ == record.id and level in dict(LEVELS)
            }
            for level, _label in LEVELS:
                record[f"{level}_count"] = sum(
                    counts[record.id, sheet, level] for sheet in sheets
                )
            record.summary = record._render_summary(counts, sheets)
            record.undo_text = record._get_undo_text(counts)

    def _get_undo_text(self, counts):
        """Return how many lines an undo deletes, puts back, archives and keeps."""
        numbers = dict.fromkeys(dict(UNDO_LEVELS), 0)
        for (id_, _sheet, level), count in counts.items():
            if id_ == self.id and level in numbers:
                numbers[level] += count
        if not any(numbers.values()):
            return self.env._("nothing is left to take back.")
        return self.env._(
            "%(removed)s deleted, %(restored)s put back, %(archived)s archived, "
            "%(kept)s kept.",
            **numbers,
        )

    @api.depends("job_done", "job_total")
    def _compute_job_percent(self):
        for record in self:
            total = record.job_total
            record.job_percent = 100.0 * record.job_done / total if total else 0.0

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
        """Create; no file too large to read."""
        for vals in vals_list:
            self._check_file_size(vals.get("file"))
        return super().create(vals_list)

    def write(self, vals):
        """Write; another file has to be checked again.

        :raise UserError: when state, date or owner are written by hand
        """
        if OWN_FIELDS & vals.keys() and not self.env.su:
            raise UserError(self.env._("Use the buttons Check and Import."))
        if "file" in vals:
            self._check_idle()
            self._check_file_size(vals["file"])
            vals = {**vals, "state": "draft"}
        result = super().write(vals)
        if "file" in vals:
            self._clear_lines()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._check_idle()
        if self.env.user.has_group("client_hub.group_manager"):
            return
        if any(record.state in ("done", "undone") for record in self):
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
                    readable_size(limit),
                )
            )

    def _check_transition(self, target):
        """Refuse a state that can't follow the present one, and say what can be done.

        :raise UserError: with the button to use
        """
        for record in self:
            if record.state not in TRANSITIONS.get(target, ()):
                raise UserError(
                    self.env._(
                        "“%s” was imported already: start a new import.",
                        record.display_name,
                    )
                    if record.state in ("done", "undone")
                    else self.env._("Check the workbook before importing it.")
                )

    def _check_idle(self):
        """Refuse while a job is at work.

        :raise UserError: names the job
        """
        for record in self.filtered("job"):
            raise UserError(
                self.env._(
                    "“%(name)s”: a job is at work (%(job)s). Wait until it is done, or "
                    "stop it.",
                    name=record.display_name,
                    job=dict(self._fields["job"]._description_selection(self.env))[
                        record.job
                    ].lower(),
                )
            )

    # ------------------------------------------------------------------
    # ACTION
    # ------------------------------------------------------------------

    @api.model
    def action_download_template(self):
        """Download the workbook to fill in, with this database's lists."""
        return {
            "type": "ir.actions.act_url",
            "url": "/client_hub/import/template",
            "target": "download",
        }

    def action_check(self):
        """Find out what importing would do, without doing it."""
        self._prepare_run("checked")
        self._start("check", is_small=self._is_small())

    def action_import(self):
        """Import every line, or none when one has an error."""
        self._prepare_run("done")
        if self._error_count():
            raise UserError(
                self.env._("Fix the lines with errors, and check the workbook again.")
            )
        self._start("import", is_small=self._is_small())

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
        self._lock()
        self._check_idle()

    def _lock(self):
        """Keep others from working on this import.

        :raise UserError: somebody does
        """
        try:
            self.lock_for_update(allow_referencing=True)
        except LockError as error:
            raise UserError(
                self.env._("This workbook is being checked or imported already.")
            ) from error

    def _read_file(self):
        """Return the workbook's bytes; empty when they can't be decoded."""
        try:
            return base64.b64decode(self.with_context(bin_size=False).file)
        except binascii.Error:
            return b""

    # ------------------------------------------------------------------
    # LINES
    # ------------------------------------------------------------------

    def _error_count(self):
        # sudo: an error on a line that the user can't see counts as well
        lines_sudo = self.env["client.import.line"].sudo()
        return lines_sudo.search_count(
            [("import_id", "in", self.ids), ("level", "=", "error")]
        )

    def _done_lines(self):
        """Return the lines that the job at work has handled (as superuser)."""
        # sudo: the import's own report; only its working reads it here
        lines_sudo = self.env["client.import.line"].sudo()
        return lines_sudo.search_fetch(
            [("import_id", "in", self.ids), ("is_done", "=", True)],
            ["sheet", "row", "partner_id", "is_created"],
        )

    def _clear_lines(self, domain=()):
        """Delete lines, all by default."""
        # sudo: lines are the import's own report; nobody edits them
        lines = self.env["client.import.line"].sudo()
        lines.search([("import_id", "in", self.ids), *domain]).unlink()

    def _save_lines(self, lines):
        """Add lines.

        :param list lines: dicts, see ``client.import.line._insert``
        """
        # sudo: see above
        self.env["client.import.line"].sudo()._insert(self, lines)

    def _save_words(self, words):
        """Remember the tags, sectors and roles that were made.

        :param list words: (model, id)
        """
        # sudo: see OWN_FIELDS
        record_sudo = self.sudo()
        record_sudo.created_words = [
            *(record_sudo.created_words or []),
            *(list(word) for word in words),
        ]
