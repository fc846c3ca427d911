"""Reads the clients workbook: cells to rows of text, and what is wrong with them.

Nothing here knows Odoo: the result is rows and problems, each naming its sheet, row
and column. What needs the database (countries, users, existing clients) is checked
afterwards, by :mod:`client_import_plan`.
"""

import datetime
import io
import logging
import re
import warnings
import xml.etree.ElementTree as ElementTree
import zipfile
import zlib
from dataclasses import dataclass, field

from openpyxl import load_workbook

from .client_import_columns import SHEETS
from .texts import join_emails, wrong_emails

_logger = logging.getLogger(__name__)

# Stops a small file that unpacks to gigabytes, and files nobody could check by eye.
MAX_UNPACKED = 400 * 1024 * 1024
MAX_ROWS = 50_000

OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # .xls, or .xlsx with a password
EXAMPLE_PREFIX = "EXAMPLE-"  # numbers of the grey rows in the template
IGNORED_SHEETS = frozenset({"readme", "lists"})
CELL_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
)
# What openpyxl raises on files that are no workbook, or a broken one.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    ElementTree.ParseError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    TypeError,
    ValueError,
)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a sheet: what stands in its cells, by column name.

    Text, a tuple of texts, a date or a number, by the kind of the column.
    """

    sheet: str
    number: int
    values: dict

    def get(self, name):
        """Return a cell; '' or () when it is empty or its column is missing."""
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong; ``code`` names the sentence, ``params`` fill it in."""

    level: str
    code: str
    sheet: str = ""
    row: int = 0
    column: str = ""
    params: dict = field(default_factory=dict)


@dataclass(slots=True)
class ClientWorkbook:
    """What was read: rows by sheet name, and problems."""

    rows: dict = field(default_factory=dict)
    problems: list = field(default_factory=list)

    @property
    def has_errors(self):
        """Whether something must be mended before importing."""
        return any(problem.level == "error" for problem in self.problems)

    def add(self, level, code, sheet="", row=0, column="", **params):
        """Note a problem."""
        self.problems.append(Problem(level, code, sheet, row, column, params))


def read_workbook(content, max_unpacked=MAX_UNPACKED, max_rows=MAX_ROWS):
    """Read a workbook.

    :param bytes content: the .xlsx file
    :param int max_unpacked: most bytes it may unpack to
    :param int max_rows: most lines a sheet may have
    :return: its rows and problems; rows with a problem are there as well
    :rtype: ClientWorkbook
    """
    book = ClientWorkbook()
    refusal = _refuse_file(content, max_unpacked)
    if refusal:
        book.add("error", refusal)
        return book
    try:
        sheets = _load_sheets(content, max_rows + 2)
    except BROKEN as error:
        _logger.info("Not a readable workbook: %r", error)
        book.add("error", "not_workbook")
        return book
    _read_sheets(sheets, book, max_rows)
    if not book.has_errors and not any(book.rows.values()):
        book.add("error", "no_rows")
    return book


def _refuse_file(content, max_unpacked):
    """Return the code of the reason to refuse the file unread, or None."""
    if not content:
        return "empty_file"
    if content.startswith(OLD_OFFICE):
        return "old_format"
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > max_unpacked:
                return "too_large"
    except BROKEN:
        return "not_workbook"
    return None


def _load_sheets(content, limit):
    """Return ``{title: [(line number, texts)]}`` with the lines that hold something.

    Sheets that are not ours are there without lines.
    """
    known = {_simple(name) for name in SHEETS}
    with warnings.catch_warnings():
        # openpyxl warns about drawings and styles it leaves out
        warnings.simplefilter("ignore")
        source = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheets = {}
        for sheet in source.worksheets:
            lines = sheets.setdefault(sheet.title, [])
            if _simple(sheet.title) not in known:
                continue
            sheet.reset_dimensions()  # some programs store a wrong or endless range
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
                texts = tuple(cell_text(cell) for cell in cells)
                if any(texts):
                    lines.append((number, texts))
                if len(lines) >= limit:
                    break
    return sheets


def _read_sheets(sheets, book, max_rows):
    """Turn the lines of the known sheets into rows."""
    found = {_simple(title): title for title in sheets}
    known = {_simple(name): name for name in SHEETS}
    if not known.keys() & found.keys():
        book.add("error", "no_sheet", names=", ".join(SHEETS))
        return
    for simple, title in found.items():
        if simple not in known and simple not in IGNORED_SHEETS:
            book.add("warning", "sheet_ignored", title)
    for simple, name in known.items():
        if simple in found:
            lines = sheets[found[simple]]
            book.rows[name] = _read_sheet(name, lines, book, max_rows)
        elif SHEETS[name].required:
            book.add("error", "sheet_missing", name)


def _read_sheet(name, lines, book, max_rows):
    """Return the rows of one sheet; note what is wrong with them."""
    header = lines[0][1] if lines and lines[0][0] == 1 else ()
    columns = _match_columns(name, header, book)
    lines = lines[1:] if header else lines
    if len(lines) > max_rows:
        book.add("error", "too_many_rows", name, limit=max_rows)
        return []
    rows, seen, is_example = [], {}, False
    for number, texts in lines:
        by_name = {
            column.name: texts[index]
            for index, column in columns.items()
            if index < len(texts)
        }
        if by_name.get("number", "").startswith(EXAMPLE_PREFIX):
            is_example = True
        elif any(by_name.values()):
            row = _read_row(name, number, by_name, columns.values(), book)
            _check_key(row, seen, book)
            rows.append(row)
    if is_example:
        book.add("warning", "example", name)
    return rows


def _match_columns(name, headers, book):
    """Return ``{index: Column}`` of a header line; note missing and unknown ones."""
    known = {_simple(column.header): column for column in SHEETS[name].columns}
    matched = {}
    for index, header in enumerate(headers):
        column = known.get(_simple(header))
        if column in matched.values():
            book.add("error", "column_twice", name, 1, header)
        elif column:
            matched[index] = column
        elif header:
            book.add("warning", "column_ignored", name, 1, header)
    for column in SHEETS[name].columns:
        if column in matched.values():
            continue
        if column.required:
            book.add("error", "column_missing", name, 1, column.header)
    return matched


def _read_row(name, number, texts, columns, book):
    """Return a :class:`Row`; note empty required, wrong choices, wrong e-mails."""
    values = {}
    for column in columns:
        text = texts.get(column.name, "")
        if text in CELL_ERRORS:
            book.add("error", "cell_error", name, number, column.header, value=text)
            text = ""
        elif column.required and not text:
            book.add("error", "required", name, number, column.header)
        values[column.name] = _read_cell(column, text, name, number, book)
    return Row(name, number, values)


def _read_cell(column, text, name, number, book):
    """Return a cell's value by the kind of its column; note what is wrong."""
    if column.kind == "list":
        parts = (" ".join(part.split()) for part in text.split(";"))
        return tuple(dict.fromkeys(part for part in parts if part))
    if column.kind == "text":
        return text
    text = " ".join(text.split())
    if column.kind == "emails":
        return _read_emails(column, text, name, number, book)
    if column.kind == "choice" and text:
        if text.casefold() in column.choices:
            return text.casefold()
        params = {"value": text, "allowed": ", ".join(column.choices)}
        book.add("error", "choice", name, number, column.header, **params)
        return ""
    if column.kind in PARSERS and text:
        try:
            return PARSERS[column.kind](text)
        except ValueError:
            params = {"value": text}
            book.add("error", column.kind, name, number, column.header, **params)
            return ""
    return text


def _parse_number(text):
    """Return a decimal number; a comma may stand for the point."""
    if re.fullmatch(r"[+-]?\d+,\d{1,2}", text):
        text = text.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d{1,15}(\.\d+)?([eE][+-]?\d{1,2})?", text):
        raise ValueError(text)
    return float(text)


def _parse_whole(text):
    """Return a whole number of at most nine digits."""
    if not re.fullmatch(r"[+-]?\d{1,9}", text):
        raise ValueError(text)
    return int(text)


def _parse_date(text):
    """Return a date; only what nobody can read in two ways is taken."""
    day = datetime.date.fromisoformat(text[:10])
    if text[10:] or not 1900 <= day.year <= 2200:
        raise ValueError(text)
    return day


PARSERS = {"number": _parse_number, "whole": _parse_whole, "date": _parse_date}


def _read_emails(column, text, name, number, book):
    """Return e-mail addresses, separated as they are stored."""
    for address in wrong_emails(text):
        book.add("error", "email", name, number, column.header, value=address)
    return join_emails(text)


def _check_key(row, seen, book):
    """Note a row whose key stood on an earlier row of the sheet."""
    key, headers = row_key(row)
    if key is None:
        return
    if key in seen:
        book.add("error", "duplicate", row.sheet, row.number, headers, first=seen[key])
    seen.setdefault(key, row.number)


def row_key(row):
    """Return a row's key and the headers it is made of.

    :return: (tuple, text), or (None, '') when a required part is empty
    """
    sheet = SHEETS[row.sheet]
    columns = {column.name: column for column in sheet.columns}
    key, headers = [], []
    for part in sheet.key:
        names = part if isinstance(part, tuple) else (part,)
        name = next((name for name in names if row.get(name)), names[-1])
        if columns[name].required and row.get(name) == "":
            return None, ""
        # numbers are told apart by case, as the database does; names are not
        value = row.get(name)
        is_name = isinstance(value, str) and name not in ("number", "contract")
        key.append((name, value.casefold() if is_name else value))
        headers.append(columns[name].header)
    return tuple(key), ", ".join(headers)


def cell_text(value):
    """Return what a cell holds as trimmed text.

    Numbers lose a needless ``.0``, dates are written as ISO 8601.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.15g}"
    if isinstance(value, datetime.datetime):
        is_day = value.time() == datetime.time()
        return (value.date() if is_day else value).isoformat()
    text = str(value).replace("_x000D_", "")
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def _simple(text):
    """Return a name without what people vary: case, spaces, hyphens, asterisk."""
    return re.sub(r"[\W_]+", "", text).casefold()
