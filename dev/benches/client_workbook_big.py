"""Makes a clients workbook of any size, with valid tax ids."""

import io

from openpyxl import Workbook
from stdnum.pt import nif

from odoo.addons.client_hub.tools.client_workbook import SHEETS


def make_workbook(count, contacts=2, logins=()):
    """Return a workbook as bytes.

    :param int count: clients; each has one address, ``contacts`` contacts and a team
    :param logins: of account managers, taken in turn
    """
    book = Workbook(write_only=True)
    sheets = {name: book.create_sheet(name) for name in SHEETS}
    for name, sheet in sheets.items():
        sheet.append([column.header for column in SHEETS[name].columns])
    for index in range(1, count + 1):
        number, name = f"B{index:05}", f"Bench client {index}"
        body = f"5{index:07}"
        vat = f"PT{body}{nif.calc_check_digit(body)}"
        street = (f"Rua {index}", "Sala 1", "Lisboa", "Lisboa", "1000-001", "PT")
        sheets["Clients"].append(
            (number, name, f"{name} Lda", "company", vat, *street)
            + (f"hello@b{index}.example", f"+351 210 {index:06}", f"https://b{index}")
            + ("en_US", f"Sector {index % 20}", "Key account;Events", "active", "Note")
        )
        sheets["Addresses"].append(
            (number, "invoice", "Accounts payable", *street, f"ap@b{index}.example")
        )
        for person in range(contacts):
            mail = f"p{person}@b{index}.example"
            sheets["Contacts"].append(
                (number, f"Person {person} of {index}", "Buyer", mail, "", "Finance")
            )
        if logins:
            sheets["Team"].append((number, logins[index % len(logins)], ""))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
