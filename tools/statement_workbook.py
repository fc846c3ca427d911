"""The billing statement as a spreadsheet.  No Odoo in here but its data."""

import io

import xlsxwriter

WIDTHS = (12, 16, 34, 12, 14, 14, 14, 16)
CONTRACT_WIDTHS = (16, 34, 24, 12, 12, 14, 10)


def build(statement, texts):
    """Return the bytes of a workbook with one sheet for each currency.

    :param dict statement: see ``res.partner._get_billing_statement``
    :param dict texts: the words of the sheet, in the reader's language
    :rtype: bytes
    """
    content = io.BytesIO()
    # texts are written as texts: a name that begins with "=" is no formula
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        formats = {
            "bold": book.add_format({"bold": True}),
            "title": book.add_format({"bold": True, "font_size": 14}),
            "date": book.add_format({"num_format": "yyyy-mm-dd", "align": "left"}),
        }
        for section in statement["sections"]:
            write_section(book, formats, statement, section, texts)
        if not statement["sections"]:
            sheet = book.add_worksheet(texts["title"][:31])
            write_head(sheet, formats, statement, texts)
            sheet.write(3, 0, texts["nothing"])
        write_contracts(book, formats, statement, texts)
    return content.getvalue()


def write_head(sheet, formats, statement, texts):
    """Write whose statement it is, and of which days."""
    client = statement["client"]
    sheet.write(0, 0, texts["title"], formats["title"])
    sheet.write(1, 0, f"{client.name} {client.client_number or ''}".strip())
    sheet.write_datetime(2, 0, statement["date_from"], formats["date"])
    sheet.write_datetime(2, 1, statement["date_to"], formats["date"])


def get_number_format(currency):
    """Return how the spreadsheet shows amounts of a currency."""
    digits = currency.decimal_places
    return f"#,##0.{'0' * digits}" if digits else "#,##0"


def write_section(book, formats, statement, section, texts):
    """Write one currency: movements, what is open, how old it is, what comes."""
    currency = section["currency"]
    sheet = book.add_worksheet(currency.name)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    number = get_number_format(currency)
    money = book.add_format({"num_format": number})
    total = book.add_format({"num_format": number, "bold": True, "top": 1})
    write_head(sheet, formats, statement, texts)
    row = 4
    for column, name in enumerate(texts["movements"]):
        sheet.write(row, column, name, formats["bold"])
    row += 1
    sheet.write(row, 2, texts["opening"])
    sheet.write_number(row, 6, section["opening"], money)
    for line in section["lines"]:
        row += 1
        sheet.write_datetime(row, 0, line["date"], formats["date"])
        sheet.write_string(row, 1, line["kind"])
        sheet.write_string(row, 2, line["name"])
        if line["legend"]:
            sheet.write_datetime(row, 3, line["due"], formats["date"])
        if line["debit"]:
            sheet.write_number(row, 4, line["debit"], money)
        if line["credit"]:
            sheet.write_number(row, 5, line["credit"], money)
        sheet.write_number(row, 6, line["balance"], money)
        write_legend(book, sheet, row, 7, line["legend"])
    row += 1
    sheet.write(row, 2, texts["closing"], total)
    for column, name in ((4, "debit"), (5, "credit"), (6, "closing")):
        sheet.write_number(row, column, section[name], total)
    row = write_open(book, sheet, row + 2, section, texts, formats, money)
    write_coming(sheet, row + 1, section, texts, formats, money)


def write_legend(book, sheet, row, column, look):
    """Write a status as word on its colour."""
    if look:
        paint = {"bg_color": look["background"], "font_color": look["text"]}
        cell = book.add_format(paint)
        sheet.write_string(row, column, f"{look['symbol']} {look['label']}", cell)


def write_open(book, sheet, row, section, texts, formats, money):
    """Write the instalments that are open, and their ageing."""
    if not section["open_lines"]:
        return row
    for column, name in enumerate(texts["open"]):
        sheet.write(row, column, name, formats["bold"])
    for line in section["open_lines"]:
        row += 1
        sheet.write_datetime(row, 0, line["due"], formats["date"])
        sheet.write_string(row, 1, line["kind"])
        sheet.write_string(row, 2, line["name"])
        sheet.write_number(row, 3, line["days_late"])
        sheet.write_number(row, 4, line["amount_currency"], money)
        sheet.write_number(row, 6, line["open"], money)
        write_legend(book, sheet, row, 7, line["legend"])
    row += 2
    for column, (label, amount) in enumerate(section["ageing"], 2):
        sheet.write(row, column, label, formats["bold"])
        sheet.write_number(row + 1, column, amount, money)
    return row + 3


def write_coming(sheet, row, section, texts, formats, money):
    """Write what is billed next."""
    coming = section["coming"]
    if not coming:
        return
    for column, name in enumerate(texts["coming"]):
        sheet.write(row, column, name, formats["bold"])
    for entry in coming["lines"]:
        row += 1
        sheet.write_datetime(row, 0, entry["date"], formats["date"])
        sheet.write_string(row, 1, entry["contract"])
        sheet.write_string(row, 2, entry["name"])
        sheet.write_number(row, 4, entry["amount"], money)
        if entry["is_late"]:
            sheet.write_string(row, 5, texts["late"])
    if coming["more"]:
        row += 1
        sheet.write_string(row, 2, coming["more"])
        sheet.write_number(row, 4, coming["more_amount"], money)
    row += 1
    sheet.write_string(row, 2, texts["total"], formats["bold"])
    sheet.write_number(row, 4, coming["total"], money)


def write_contracts(book, formats, statement, texts):
    """Write what is agreed, on a sheet of its own."""
    if not statement["contracts"]:
        return
    sheet = book.add_worksheet(texts["contracts"][0][:31])
    for column, width in enumerate(CONTRACT_WIDTHS):
        sheet.set_column(column, column, width)
    write_head(sheet, formats, statement, texts)
    row = 4
    for column, name in enumerate(texts["contracts"][1]):
        sheet.write(row, column, name, formats["bold"])
    for contract in statement["contracts"]:
        row += 1
        sheet.write_string(row, 0, contract["number"])
        sheet.write_string(row, 1, contract["name"])
        sheet.write_string(row, 2, contract["recurrence"])
        for column, name in ((3, "date_start"), (4, "date_end")):
            if contract[name]:
                sheet.write_datetime(row, column, contract[name], formats["date"])
        number = get_number_format(contract["currency"])
        money = book.add_format({"num_format": number})
        sheet.write_number(row, 5, contract["amount"], money)
        sheet.write_string(row, 6, contract["currency"].name)
