"""Works off the clients workbook part by part."""

import hashlib

from .client_import_columns import SHEETS
from .client_import_plan import ClientImportPlan
from .client_import_sentences import problem_text
from .client_import_writer import ClientImportWriter
from .client_workbook import read_workbook

# Rows of a part: whole clients, a few seconds of work, one transaction.
PART = 500
# Reading a large workbook takes seconds, and a job in the background comes back to it
# every ten: the last one read by this process is kept.
_last_read = {}


class RollBack(Exception):
    """Undoes a trial inside its savepoint."""


def read_cached(content):
    """Return the workbook of a file, without the problems found later.

    :param bytes content: the .xlsx file
    :rtype: ClientWorkbook
    """
    key = hashlib.sha256(content).hexdigest()
    if key not in _last_read:
        book = read_workbook(content)
        _last_read.clear()
        _last_read[key] = (book, tuple(book.problems))
    book, problems = _last_read[key]
    book.problems = list(problems)
    return book


def forget_cached():
    """Free the memory of the workbook that was read last."""
    _last_read.clear()


class ClientImportRunner:
    """Checks or imports a workbook; each step handles one part.

    What a step found out is saved as lines of the import in the same transaction as
    what it wrote, so that a step is done or not done, and never half.
    """

    def __init__(self, record, env, is_trial):
        """Read the workbook.

        :param record: ``client.import``, as the user who imports
        :param env: environment in which to write
        :param bool is_trial: take everything back
        """
        self.record = record
        self.is_trial = is_trial
        self.book = read_cached(record._read_file())
        self.plan = ClientImportPlan(env, self.book)
        self.writer = ClientImportWriter(self.plan)
        self.saved = 0  # problems saved as lines
        self.rows = {
            (row.sheet, row.number): row
            for rows in self.book.rows.values()
            for row in rows
        }
        self.total = len(self.rows)
        self.done = self._find_done()

    def _find_done(self):
        """Return the rows that an earlier run has handled, as ``{(sheet, row)}``."""
        lines = self.record._done_lines()
        self.plan.written = set(lines.filtered("is_created").partner_id.ids)
        done = {(line.sheet, line.row) for line in lines}
        if done:
            # those of the file as such were saved with the first part
            self.saved = len(self.book.problems)
        return done

    def parts(self):
        """Return the parts that are left; a file that can't be read has none."""
        if not self.plan.is_readable():
            return []
        done = {
            number
            for number, sheets in self.plan.rows_by_number.items()
            if any(
                (row.sheet, row.number) in self.done
                for rows in sheets.values()
                for row in rows
            )
        }
        return list(self.plan.parts(PART, done))

    def step(self, numbers):
        """Handle the rows of these clients.

        :return: number of rows, and whether none of them has an error
        """
        self.mark = (len(self.book.problems), self.saved, set(self.plan.written))
        self.plan.compare(numbers)
        here = {
            (row.sheet, row.number)
            for sheet in SHEETS
            for row in self.plan.rows_of(sheet)
        }
        if not self._has_errors(here):
            try:
                with self.record.env.cr.savepoint():
                    self.writer.apply()
                    if self.is_trial or self._has_errors(here):
                        raise RollBack
            except RollBack:
                self.plan.forget_written()
        self.save(here)
        return len(here), not self._has_errors(here)

    def start_again(self):
        """Forget the part at work: its transaction was rolled back."""
        problems, self.saved, self.plan.written = self.mark
        del self.book.problems[problems:]
        self.writer.failed = 0
        self.plan.lookup.forget_created()

    def save_problems(self):
        """Save all problems, without what becomes of the rows."""
        self.plan.compare(())
        self.saved = 0
        self.save()

    def _has_errors(self, rows):
        return any(
            problem.level == "error" and (problem.sheet, problem.row) in rows
            for problem in self.book.problems
        )

    def save(self, here=frozenset()):
        """Save the problems found since the last time and what became of the rows.

        :param here: (sheet, row number) of the rows handled
        """
        problems = self.book.problems[self.saved :]
        self.saved = len(self.book.problems)
        self.record._save_lines(
            [*self._problem_lines(problems, here), *self._operation_lines()]
        )
        if self.plan.lookup and (words := self.plan.lookup.take_created()):
            self.record._save_words(words)

    def _problem_lines(self, problems, here):
        """Return the values of lines: errors first, in the order of the sheets."""
        order = {name: index for index, name in enumerate(["", *SHEETS])}
        problems = sorted(
            problems, key=lambda p: (p.level, order.get(p.sheet, len(order)), p.row)
        )
        lines = []
        for problem in problems:
            row = self.rows.get((problem.sheet, problem.row))
            lines.append(
                {
                    "level": problem.level,
                    "sheet": problem.sheet,
                    "row": problem.row,
                    "column": problem.column,
                    "name": self.plan.row_name(row) if row else None,
                    "message": problem_text(self.record.env, problem),
                    "is_done": (problem.sheet, problem.row) in here,
                }
            )
        return lines

    def _operation_lines(self):
        """Return the values of lines about what becomes of the rows."""
        wrong = {(p.sheet, p.row) for p in self.book.problems if p.level == "error"}
        return [
            self._operation_line(operation)
            for operation in self.plan.all_operations()
            if (operation.row.sheet, operation.row.number) not in wrong
        ]

    def _operation_line(self, operation):
        row, subject = operation.row, operation.subject
        created, record = operation.created, operation.record
        line = {
            "level": operation.level,
            "sheet": row.sheet,
            "row": row.number,
            "name": self.plan.row_name(row),
            "message": operation.message,
            "partner_id": subject.id,
            # sudo: who may see the line follows the wall, whoever imports
            "client_wall_id": subject.sudo().client_wall_id.id,
            "is_done": True,
        }
        target = created if created is not None else record
        if target:
            line |= {"res_model": target._name, "res_id": target.id}
        if created is not None:
            line["is_created"] = True
        if operation.changed:
            line["changes"] = [
                [changed._name, changed.id, kept] for changed, kept in operation.changed
            ]
        return line
