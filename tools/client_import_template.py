"""Builds the workbook to fill in, with the lists of this database."""

import io

import xlsxwriter

from .client_import_columns import SHEETS
from .client_workbook import EXAMPLE_PREFIX

LAST_ROW = 10001  # lists and text format cover 10,000 lines
MAX_OFFERED = 2000
LISTS = "Lists"
# Kinds of column that a spreadsheet keeps as text: it would cut zeros off codes.
FORMATS = {"date": "yyyy-mm-dd", "number": "General", "whole": "0"}
# Invented lines that the import leaves out: sheet -> values by column.
EXAMPLES = {
    "Clients": {
        "name": "Example Bakery",
        "legal_name": "Example Bakery Ltd",
        "kind": "company",
        "street": "Rua do Exemplo",
        "street_number": "100",
        "neighbourhood": "Centro",
        "city": "São Paulo",
        "state": "SP",
        "zip": "01000-000",
        "country": "BR",
        "email": "hello@bakery.example; invoices@bakery.example",
        "phone": "+55 11 5550-0100",
        "sector": "Food retail",
        "tags": "Key account;Social media",
        "status": "active",
        "payment_day": "10",
        "discount": 5,
        "notes": "Example line: it is not imported.",
    },
    "Addresses": {
        "kind": "invoice",
        "name": "Accounts payable",
        "street": "Rua do Exemplo",
        "street_number": "102",
        "city": "São Paulo",
        "state": "SP",
        "zip": "01000-000",
        "country": "BR",
    },
    "Contacts": {
        "name": "João Exemplo",
        "function": "Marketing manager",
        "email": "joao@bakery.example",
        "roles": "Requests jobs;Approves pieces",
        "portal_scope": "client",
    },
    "Team": {},
    "Contracts": {
        "contract": "EXAMPLE-2026",
        "name": "Monthly fee 2026",
        "kind": "fee",
        "state": "running",
        "approved_on": "2026-01-05",
        "date_start": "2026-01-01",
        "bill_from": "2026-07-01",
        "interval": 1,
        "unit": "month",
        "timing": "advance",
        "due_day": 10,
        "quantity": 1,
        "price": 1500,
    },
    "Open entries": {
        "contract": "EXAMPLE-2026",
        "date_due": "2026-06-10",
        "period_start": "2026-06-01",
        "period_end": "2026-06-30",
        "amount": 1500,
    },
}


def build_template(env):
    """Return the workbook to fill in, as the user.

    :param env: whose lists are offered
    :return: content of the .xlsx file
    :rtype: bytes
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    book.set_properties({"title": "Clients", "author": "Client Hub"})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#E7E6E6"}),
        "required": book.add_format({"bold": True, "bg_color": "#F6D5A8"}),
        "example": book.add_format({"italic": True, "color": "#808080"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "title": book.add_format({"bold": True, "bg_color": "#E7E6E6"}),
        "text": book.add_format({"num_format": "@"}),
    } | {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    pages = {name: book.add_worksheet(name) for name in SHEETS}
    readme = book.add_worksheet("Read me")
    offered = _write_lists(env, book)
    for name, sheet in SHEETS.items():
        _write_sheet(pages[name], name, sheet, formats, offered)
    _write_readme(readme, formats)
    book.close()
    return stream.getvalue()


def _write_sheet(page, name, sheet, formats, offered):
    """Write the headers with their help, an example and the lists of one sheet."""
    example = EXAMPLES[name]
    for index, column in enumerate(sheet.columns):
        header = column.header + ("*" if column.required else "")
        page.write_string(
            0, index, header, formats["required" if column.required else "head"]
        )
        page.write_comment(0, index, column.help, {"x_scale": 2, "y_scale": 1.2})
        page.set_column(
            index, index, column.width, formats.get(column.kind, formats["text"])
        )
        value = f"{EXAMPLE_PREFIX}1" if column.name == "number" else ""
        value = value or example.get(column.name, "")
        if value != "":
            page.write(1, index, value, formats["example"])
        _offer(page, index, column, offered)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, 1, len(sheet.columns) - 1)


def _offer(page, index, column, offered):
    """Let a spreadsheet offer the values of a column."""
    options = {"validate": "list", "ignore_blank": True}
    if column.choices:
        options |= {"source": list(column.choices), "error_type": "stop"}
        options["error_message"] = "Choose a value of the list."
    else:
        source = offered.get(column.offers or column.model)
        if not source or column.kind == "list":
            return
        # another name may be right, too: the import says so if it is not
        options |= {"source": source, "error_type": "information", "show_error": False}
    page.data_validation(1, index, LAST_ROW - 1, index, options)


def _write_lists(env, book):
    """Write the lists on a sheet of their own; return ``{name: range}``."""
    page = book.add_worksheet(LISTS)
    page.hide()
    offered = {"clients": f"=Clients!$A$2:$A${LAST_ROW}"}
    lists = {key: values for key, values in _lists(env).items() if values}
    for index, (key, values) in enumerate(lists.items()):
        page.write_column(0, index, values)
        letter = xlsxwriter.utility.xl_col_to_name(index)
        offered[key] = f"={LISTS}!${letter}$1:${letter}${len(values)}"
    return offered


def _lists(env):
    """Return the names that columns may hold, as the user sees them."""
    company = env.company
    # sudo: logins of colleagues, which the import asks for; nothing else of them
    users_sudo = env["res.users"].sudo()
    lists = {
        "countries": env["res.country"].search([]).mapped("code"),
        "languages": [code for code, _name in env["res.lang"].get_installed()],
        "currencies": env["res.currency"].search([]).mapped("name"),
        "logins": users_sudo.search(
            [("share", "=", False), ("company_ids", "in", company.ids)],
            limit=MAX_OFFERED,
        ).mapped("login"),
        "products": [
            product.default_code or product.name
            for product in env["product.product"].search(
                [("sale_ok", "=", True), ("type", "=", "service")],
                limit=MAX_OFFERED,
            )
        ],
    }
    models = {column.model for sheet in SHEETS.values() for column in sheet.columns}
    for model in filter(None, models):
        records = env[model]
        if records.has_access("read"):
            domain = list(records._check_company_domain(company))
            if model == "account.payment.method.line":
                domain.append(("payment_type", "=", "inbound"))
            names = records.search(domain, limit=MAX_OFFERED).mapped("display_name")
            lists[model] = list(dict.fromkeys(names))
    return lists


def _write_readme(page, formats):
    """Explain the file, each sheet and each column."""
    page.set_column(0, 0, 22)
    page.set_column(1, 1, 100)
    about = (
        "Columns with * are required. Keep the names of sheets and columns; sheets and "
        "columns that you don't need may be deleted. An empty cell leaves what Odoo "
        "has. The grey lines are invented examples: they are not imported."
    )
    page.write_string(0, 0, "About", formats["title"])
    page.write_string(0, 1, about, formats["wrap"])
    line = 1
    for name, sheet in SHEETS.items():
        page.write_string(line, 0, name, formats["title"])
        page.write_string(line, 1, sheet.help, formats["title"])
        line += 1
        for column in sheet.columns:
            header = column.header + ("*" if column.required else "")
            page.write_string(line, 0, header, formats["wrap"])
            page.write_string(line, 1, column.help, formats["wrap"])
            line += 1
