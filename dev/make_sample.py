"""Build the demonstration workbook.

The data are in ``sample_clients.py``. Running the script twice writes the same file:

    python dev/make_sample.py           # check the data, then write the workbook
    python dev/make_sample.py --check   # only tell whether the file is up to date

Needs openpyxl and python-stdnum, which Odoo requires too.
"""

import argparse
import io
import re
import sys
import zipfile
from pathlib import Path

import sample_clients as data
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from stdnum.br import cnpj, cpf
from stdnum.es import cif
from stdnum.fr import siren, tva
from stdnum.pt import nif
from stdnum.us import ein

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "demo" / "clients_sample.xlsx"

# Written in the files instead of the time of the run: same data, same bytes.
FROZEN = "2026-01-01T00:00:00Z"
FROZEN_ZIP = (2026, 1, 1, 0, 0, 0)
LAST_ROW = 10001  # lists and text format cover 10,000 lines

NUMBER_HELP = "Number of the client, the same on every sheet."
STATE_HELP = (
    "State or province: its code (SP, CA, M) or its name (Lisboa) as in Odoo. Empty "
    "where Odoo knows none, as in France."
)
COUNTRY_HELP = "Country code of two letters (ISO 3166): BR, PT, ES, FR, US…"
PHONE_HELP = "Phone with the country code, for example +55 11 5550-0101."

# sheet -> (what it holds, columns); column: header, width, help, values to choose from
SHEETS = {
    "Clients": (
        "One line per client. Key: client number.",
        (
            (
                "Client number*",
                15,
                "Your number for the client, unique in this sheet. A number already "
                "known updates that client.",
                (),
            ),
            ("Trade name*", 24, "Name people use, shown on screens.", ()),
            ("Legal name*", 44, "Registered name, printed on invoices.", ()),
            (
                "Company or person*",
                20,
                "company for an organization, person for an individual.",
                ("company", "person"),
            ),
            (
                "Tax id",
                21,
                "BR: CNPJ or CPF. PT, ES, FR: VAT number with the country prefix. "
                "US: EIN. Checked against the country's rules; a warning tells of the "
                "same one twice.",
                (),
            ),
            ("Street", 42, "Street and number.", ()),
            ("Street 2", 36, "Floor, building, district.", ()),
            ("City", 22, "City.", ()),
            ("State", 12, STATE_HELP, ()),
            ("Postal code", 13, "Postal code, kept as text.", ()),
            ("Country*", 11, COUNTRY_HELP, ()),
            ("E-mail", 34, "General e-mail of the client.", ()),
            ("Phone", 20, PHONE_HELP, ()),
            ("Website", 34, "Address of the website.", ()),
            (
                "Language",
                12,
                "Language of mails and documents; left empty when it is not active in "
                "Odoo.",
                ("pt_BR", "pt_PT", "es_ES", "fr_FR", "en_US"),
            ),
            ("Sector", 20, "Line of business.", ()),
            ("Tags", 28, "Tags separated by a semicolon.", ()),
            (
                "Status",
                11,
                "active or inactive; active when empty.",
                ("active", "inactive"),
            ),
            ("Notes", 48, "Internal notes.", ()),
        ),
    ),
    "Addresses": (
        "Other addresses of a client. Key: client number + kind + name.",
        (
            ("Client number*", 15, NUMBER_HELP, ()),
            (
                "Kind*",
                11,
                "invoice, delivery or other.",
                ("invoice", "delivery", "other"),
            ),
            ("Name", 28, "Name of the place or of the department.", ()),
            ("Street", 42, "Street and number.", ()),
            ("Street 2", 36, "Floor, building, district.", ()),
            ("City", 22, "City.", ()),
            ("State", 12, STATE_HELP, ()),
            ("Postal code", 13, "Postal code, kept as text.", ()),
            ("Country", 11, COUNTRY_HELP, ()),
            ("E-mail", 34, "E-mail of the place.", ()),
            ("Phone", 20, PHONE_HELP, ()),
        ),
    ),
    "Contacts": (
        "People at a client. Key: client number + e-mail, or name without e-mail.",
        (
            ("Client number*", 15, NUMBER_HELP, ()),
            ("Name*", 26, "Full name.", ()),
            ("Job position", 26, "Position in the company.", ()),
            ("E-mail", 44, "Work e-mail, unique for the client.", ()),
            ("Phone", 20, PHONE_HELP, ()),
            ("Roles", 34, "What the person does for you; tags, with a semicolon.", ()),
        ),
    ),
    "Team": (
        "Who works for a client. Key: client number.",
        (
            ("Client number*", 15, NUMBER_HELP, ()),
            ("Account manager", 22, "Login of an existing user.", ()),
            ("Assistants", 36, "Logins of users, separated by a semicolon.", ()),
        ),
    ),
}

BOLD = Font(bold=True)
HEADER_FILL = PatternFill("solid", fgColor="E7E6E6")
WRAP = Alignment(vertical="top", wrap_text=True)


def build(rows, about):
    """Return the workbook as bytes.

    :param dict rows: rows of each sheet, by sheet name
    :param list about: paragraphs at the top of the "Read me" sheet
    :return: content of the .xlsx file
    :rtype: bytes
    """
    book = Workbook()
    book.properties.creator = "Client Hub"
    book.properties.title = "Clients"
    book.remove(book.active)
    for name, (_about, columns) in SHEETS.items():
        _fill_sheet(book.create_sheet(name), columns, rows[name])
    _fill_readme(book.create_sheet("Read me"), about)
    stream = io.BytesIO()
    book.save(stream)
    return _freeze(stream.getvalue())


def _fill_sheet(sheet, columns, rows):
    """Write the headers with their help, the rows and the lists of one sheet."""
    for index, (header, width, help_text, values) in enumerate(columns, start=1):
        letter = get_column_letter(index)
        cell = sheet.cell(row=1, column=index, value=header)
        cell.font = BOLD
        cell.fill = HEADER_FILL
        cell.comment = Comment(help_text, "Client Hub", height=110, width=260)
        sheet.column_dimensions[letter].width = width
        # As text, so that a spreadsheet keeps the zeros at the start of a code.
        sheet.column_dimensions[letter].number_format = "@"
        if values:
            # Odoo may know other languages than the ones offered here.
            formula = f'"{",".join(values)}"'
            _add_list(sheet, letter, formula, strict=header != "Language")
    if sheet.title != "Clients":
        # Lines may be about a client imported before, absent from this file.
        _add_list(sheet, "A", f"Clients!$A$2:$A${LAST_ROW}", strict=False)
    for row_index, row in enumerate(rows, start=2):
        for index, value in enumerate(row, start=1):
            cell = sheet.cell(row=row_index, column=index, value=value or None)
            cell.number_format = "@"
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"


def _add_list(sheet, letter, formula, strict):
    """Offer the values of ``formula`` in a column; refuse others when ``strict``."""
    validation = DataValidation(
        type="list",
        formula1=formula,
        allow_blank=True,
        showErrorMessage=strict,
        error="Choose a value of the list.",
    )
    validation.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(validation)


def _fill_readme(sheet, about):
    """Explain the file, each sheet and each column."""
    sheet.column_dimensions["A"].width = 22
    sheet.column_dimensions["B"].width = 100
    lines = [("About", text, index == 0) for index, text in enumerate(about)]
    for name, (sheet_about, columns) in SHEETS.items():
        lines.append((name, sheet_about, True))
        lines += [(header, help_text, False) for header, _w, help_text, _v in columns]
    for row, (label, text, is_title) in enumerate(lines, start=1):
        if is_title or row > len(about):
            sheet.cell(row=row, column=1, value=label)
        sheet.cell(row=row, column=2, value=text)
        for cell in sheet[row]:
            cell.alignment = WRAP
            if is_title:
                cell.font = BOLD
                cell.fill = HEADER_FILL


def _freeze(content):
    """Replace the times openpyxl writes in the file by fixed ones."""
    frozen = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(frozen, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", FROZEN.encode(), part)
            info = zipfile.ZipInfo(name, FROZEN_ZIP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, part)
    return frozen.getvalue()


def check_data(rows):
    """Return the mistakes in the rows, as sentences; an empty list when right."""
    numbers = [row[0] for row in rows["Clients"]]
    keys = {
        "Client number": numbers,
        "Tax id": [row[4] for row in rows["Clients"] if row[4]],
        "Address": [row[:3] for row in rows["Addresses"]],
        "Contact": [(row[0], row[3] or row[1]) for row in rows["Contacts"]],
        "Team": [row[0] for row in rows["Team"]],
    }
    errors = []
    for label, values in keys.items():
        twice = sorted({value for value in values if values.count(value) > 1})
        errors += [f"{label} {value}: more than once." for value in twice]
    for name, (_about, columns) in SHEETS.items():
        for row in rows[name]:
            if row[0] not in numbers:
                errors.append(f"{name}: client {row[0]} does not exist.")
            errors += [f"{name}: {row[:3]} {text}" for text in _check_row(columns, row)]
    for row in rows["Clients"]:
        if row[4] and not is_tax_id_valid(row[10], row[4]):
            errors.append(f"{row[0]} {row[1]}: tax id {row[4]} is wrong.")
    return errors


def _check_row(columns, row):
    """Return what is missing or unknown in one row."""
    if len(row) != len(columns):
        return [f"has {len(row)} values instead of {len(columns)}."]
    errors = []
    for (header, _width, _help, values), value in zip(columns, row, strict=True):
        if header.endswith("*") and not value:
            errors.append(f"has no {header[:-1].lower()}.")
        if value and values and value not in values:
            errors.append(f"{header}: {value} is unknown.")
    return errors


def is_tax_id_valid(country, value):
    """Tell whether a tax id has the form and the check digits of its country."""
    prefix, number = value[:2], value[2:]
    if country == "BR":
        return cnpj.is_valid(value) or cpf.is_valid(value)
    if country == "US":
        return ein.is_valid(value)
    if prefix != country:
        return False
    if country == "PT":
        return nif.is_valid(number)
    if country == "ES":
        return cif.is_valid(number)
    return tva.is_valid(value) and siren.is_valid(number[2:])


def main():
    """Write the workbooks, or check them with ``--check``."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    options = parser.parse_args()
    sample = {name: getattr(data, name.upper()) for name in SHEETS}
    errors = check_data(sample)
    if errors:
        sys.exit("\n".join(errors))
    about = [
        "Columns with * are required. Keep the names of sheets and columns. An empty "
        "cell leaves what Odoo has."
    ]
    files = {
        SAMPLE: build(
            sample,
            [
                *about,
                "Companies, tax ids and addresses are public facts, to show real "
                "formats: none of them is a client or endorses this module. People, "
                "e-mails, phones, teams, tags and notes are invented.",
            ],
        ),
    }
    stale = []
    for path, content in files.items():
        if not path.exists() or path.read_bytes() != content:
            stale.append(str(path.relative_to(ROOT)))
            if not options.check:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    if options.check and stale:
        sys.exit(f"Not up to date: {', '.join(stale)}")


if __name__ == "__main__":
    main()
