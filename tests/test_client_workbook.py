"""Reading the clients workbook: no database needed."""

import datetime
import io
import zipfile
from pathlib import Path

from openpyxl import Workbook

from odoo.tests import BaseCase, tagged

from ..tools.client_workbook import SHEETS, cell_text, read_workbook

ROOT = Path(__file__).resolve().parent.parent
CLIENT = {
    "Client number*": "X1",
    "Trade name*": "Acme",
    "Legal name*": "Acme Ltd",
    "Company or person*": "company",
    "Country*": "PT",
}
RITA = {"Client number*": "X1", "Name*": "Rita", "E-mail": "rita@x.pt"}


def make_workbook(*lines, drop=(), extra=()):
    """Return a workbook as bytes.

    :param lines: for each sheet, in their order: dicts of a line's cells by header
    :param drop: names of sheets, or ``(sheet, header)`` pairs, to leave out
    :param extra: ``(sheet, header)`` pairs to add; a sheet alone when header is ''
    """
    book = Workbook()
    book.remove(book.active)
    lines = dict.fromkeys(SHEETS, ()) | dict(zip(SHEETS, lines, strict=False))
    for name, sheet in SHEETS.items():
        if name in drop:
            continue
        headers = [
            column.header + ("*" if column.required else "")
            for column in sheet.columns
            if (name, column.header) not in drop
        ]
        headers += [header for extra_name, header in extra if extra_name == name]
        target = book.create_sheet(name)
        target.append(headers)
        for line in lines[name]:
            target.append([line.get(header) for header in headers])
    for name, header in extra:
        if not header:
            book.create_sheet(name)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


@tagged("post_install", "-at_install")
class TestClientWorkbook(BaseCase):
    def _codes(self, content, **limits):
        book = read_workbook(content, **limits)
        return [
            (problem.level, problem.code, problem.sheet, problem.row, problem.column)
            for problem in book.problems
        ]

    def test_sample_has_no_problem(self):
        book = read_workbook((ROOT / "demo" / "clients_sample.xlsx").read_bytes())
        self.assertEqual(book.problems, [])
        self.assertEqual(len(book.rows["Clients"]), 40)
        self.assertEqual(book.rows["Clients"][0].get("zip"), "20031-912")

    def test_files_that_are_no_workbook(self):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("hello.txt", "hello")
        cases = {
            b"": "empty_file",
            b"name;city\nAcme;Porto": "not_workbook",
            b"PK\x03\x04 broken": "not_workbook",
            stream.getvalue(): "not_workbook",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old": "old_format",
        }
        for content, code in cases.items():
            with self.subTest(code=code, content=content[:12]):
                self.assertEqual(self._codes(content), [("error", code, "", 0, "")])

    def test_a_damaged_workbook(self):
        content = make_workbook([CLIENT])
        source = zipfile.ZipFile(io.BytesIO(content))
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as target:
            for name in source.namelist():
                part = source.read(name)
                cut = len(part) // 2 if name.endswith("sheet1.xml") else None
                target.writestr(name, part[:cut])
        self.assertEqual(
            self._codes(stream.getvalue()), [("error", "not_workbook", "", 0, "")]
        )

    def test_limits(self):
        content = make_workbook([CLIENT, {**CLIENT, "Client number*": "X2"}])
        self.assertEqual(
            self._codes(content, max_unpacked=100), [("error", "too_large", "", 0, "")]
        )
        self.assertEqual(
            self._codes(content, max_rows=1),
            [("error", "too_many_rows", "Clients", 0, "")],
        )

    def test_wrong_sheets(self):
        other = make_workbook(drop=tuple(SHEETS), extra=[("Invoices", "")])
        self.assertEqual(self._codes(other), [("error", "no_sheet", "", 0, "")])
        content = make_workbook(drop=("Clients", "Team"), extra=[("Clientes", "")])
        self.assertEqual(
            self._codes(content),
            [
                ("warning", "sheet_ignored", "Clientes", 0, ""),
                ("error", "sheet_missing", "Clients", 0, ""),
            ],
        )

    def test_wrong_columns(self):
        content = make_workbook(
            [CLIENT],
            drop=(("Clients", "Legal name"), ("Clients", "Phone")),
            extra=[("Clients", "Telephone"), ("Clients", "City")],
        )
        self.assertEqual(
            self._codes(content),
            [
                ("warning", "column_ignored", "Clients", 1, "Telephone"),
                ("error", "column_twice", "Clients", 1, "City"),
                ("error", "column_missing", "Clients", 1, "Legal name"),
            ],
        )

    def test_every_wrong_cell_is_named(self):
        content = make_workbook(
            [
                {**CLIENT, "Legal name*": "  ", "Company or person*": "firm"},
                {**CLIENT, "Client number*": "X2", "E-mail": "a@b.pt; wrong"},
                {**CLIENT, "Client number*": "X3", "City": "#REF!"},
                CLIENT,
            ],
            [{"Client number*": "X1", "Kind*": "home"}],
            [{"Client number*": "X1", "Name*": "Rita", "E-mail": "r@x.pt"}] * 2,
        )
        self.assertEqual(
            self._codes(content),
            [
                ("error", "required", "Clients", 2, "Legal name"),
                ("error", "choice", "Clients", 2, "Company or person"),
                ("error", "email", "Clients", 3, "E-mail"),
                ("error", "cell_error", "Clients", 4, "City"),
                ("error", "duplicate", "Clients", 5, "Client number"),
                ("error", "choice", "Addresses", 2, "Kind"),
                ("error", "duplicate", "Contacts", 3, "Client number, E-mail"),
            ],
        )

    def test_cells_become_text(self):
        cases = [
            (None, ""),
            ("  Rua\xa0 do  Sol \n 2º ", "Rua do Sol\n2º"),
            (1310100, "1310100"),
            (12.0, "12"),
            (12.5, "12.5"),
            (True, "yes"),
            (datetime.datetime(2026, 3, 1), "2026-03-01"),
            (datetime.datetime(2026, 3, 1, 9, 30), "2026-03-01T09:30:00"),
            (datetime.date(2026, 3, 1), "2026-03-01"),
        ]
        for value, text in cases:
            with self.subTest(value=value):
                self.assertEqual(cell_text(value), text)

    def test_numbers_lists_and_mails_in_cells(self):
        line = {
            **CLIENT,
            "Client number*": 1001,
            "Postal code": 1200018,
            "Tags": "Key account; ;Events;Key account",
            "E-mail": "a@x.pt; B@x.pt",
            "Company or person*": "Company",
        }
        (row,) = read_workbook(make_workbook([line])).rows["Clients"]
        self.assertEqual(row.get("number"), "1001")
        self.assertEqual(row.get("zip"), "1200018")
        self.assertEqual(row.get("tags"), ("Key account", "Events"))
        self.assertEqual(row.get("email"), "a@x.pt; B@x.pt")
        self.assertEqual(row.get("kind"), "company")
        self.assertEqual(row.number, 2)

    def test_empty_lines_between_are_skipped_and_counted(self):
        lines = [CLIENT, {}, {}, {**CLIENT, "Client number*": "X2"}]
        rows = read_workbook(make_workbook(lines)).rows["Clients"]
        self.assertEqual([row.number for row in rows], [2, 5])
