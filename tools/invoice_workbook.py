"""An invoice as a spreadsheet, without Odoo."""

import io

import xlsxwriter

from .legend import LOOKS

WIDTHS = (44, 14, 14, 24, 16)


def write_invoice(invoice):
    """Return the bytes of a workbook with one sheet.

    :param dict invoice: title, facts [(label, value)], heads and lines [[cell]] of what
        is billed, totals [(label, amount)], instalment_heads and instalments
        [[due, amount, open, paid on, (status, label)]]
    :rtype: bytes
    """
    target = io.BytesIO()
    # a text that begins like a formula stays a text
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False}
    )
    styles = {
        "title": book.add_format({"bold": True, "font_size": 14}),
        "head": book.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
        "text": book.add_format({"text_wrap": True, "valign": "top"}),
        "amount": book.add_format({"num_format": "#,##0.00", "valign": "top"}),
        "sum": book.add_format({"num_format": "#,##0.00", "bold": True}),
        "bold": book.add_format({"bold": True}),
    }
    sheet = book.add_worksheet()
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.write(0, 0, invoice["title"], styles["title"])
    row = 2
    for label, value in invoice["facts"]:
        sheet.write(row, 0, label)
        sheet.write(row, 1, value)
        row += 1
    row = _write_table(sheet, styles, row + 1, invoice["heads"], invoice["lines"])
    for label, amount in invoice["totals"]:
        sheet.write(row, len(WIDTHS) - 2, label, styles["bold"])
        sheet.write(row, len(WIDTHS) - 1, amount, styles["sum"])
        row += 1
    if invoice["instalments"]:
        _write_instalments(book, sheet, styles, row + 1, invoice)
    book.close()
    return target.getvalue()


def _write_instalments(book, sheet, styles, row, invoice):
    """Write the instalments, each with its status as word, symbol and colour."""
    rows = [cells[:-1] for cells in invoice["instalments"]]
    last = len(invoice["instalment_heads"]) - 1
    _write_table(sheet, styles, row, invoice["instalment_heads"], rows)
    for number, cells in enumerate(invoice["instalments"], start=row + 1):
        status, label = cells[-1]
        look = LOOKS[status]
        style = book.add_format({"bg_color": look.background, "font_color": look.text})
        sheet.write(number, last, f"{look.symbol} {label}", style)


def _write_table(sheet, styles, row, heads, rows):
    """Write a table; return the row below it."""
    for column, head in enumerate(heads):
        sheet.write(row, column, head, styles["head"])
    for cells in rows:
        row += 1
        for column, cell in enumerate(cells):
            is_number = isinstance(cell, (int, float))
            sheet.write(row, column, cell, styles["amount" if is_number else "text"])
    return row + 1
