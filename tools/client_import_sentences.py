"""What the import says about each kind of problem."""

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# code of a client_workbook.Problem -> sentence with its params
SENTENCES = {
    # the file
    "empty_file": _lt("The file is empty."),
    "old_format": _lt(
        "This is an old .xls file, or it has a password: save it as .xlsx without one."
    ),
    "not_workbook": _lt(
        "This is not an Excel workbook (.xlsx), or it is damaged. Download the "
        "template to start from."
    ),
    "too_large": _lt(
        "The workbook unpacks to too much data: split it into smaller ones."
    ),
    "no_rows": _lt("There are no lines to import."),
    # sheets and columns
    "no_sheet": _lt("None of the sheets %(names)s is there: use the template."),
    "sheet_missing": _lt("This sheet is missing: use the template."),
    "sheet_ignored": _lt("This sheet is not known: nothing is imported from it."),
    "too_many_rows": _lt("There are more than %(limit)s lines: split the workbook."),
    "column_missing": _lt("This column is missing: use the template."),
    "column_ignored": _lt("This column is not known: it is left out."),
    "column_twice": _lt("This column is there twice: remove one."),
    "example": _lt("The example lines of the template were left out."),
    # cells
    "required": _lt("This is required: fill it in."),
    "cell_error": _lt("The cell shows %(value)s: correct its formula."),
    "choice": _lt("“%(value)s” is not allowed: use %(allowed)s."),
    "number": _lt(
        "“%(value)s” is not a number: format the cell as a number, or write 1500.50."
    ),
    "whole": _lt("“%(value)s” is not a whole number."),
    "date": _lt(
        "“%(value)s” is not a date: format the cell as a date, or write 2026-12-31."
    ),
    "email": _lt("“%(value)s” is not an e-mail address."),
    "duplicate": _lt("Line %(first)s has the same: each may be there once."),
    # what the database knows
    "no_right": _lt(
        "You may not set this: leave the column empty, or ask somebody from finance "
        "to import it."
    ),
    "unknown_name": _lt("Odoo has no “%(value)s” here: use a name of Odoo's list."),
    "ambiguous": _lt("Odoo has several “%(value)s”: write the full name or code."),
    "unknown_product": _lt(
        "There is no product “%(value)s” that can be sold: use its internal reference "
        "or its name."
    ),
    "percent": _lt("A discount is between 0 and 100 %%."),
    "currency": _lt("“%(value)s” is not an active currency: use its code, like EUR."),
    # contracts and entries
    "contract_taken": _lt("This contract number can't be used: choose another."),
    "contract_client": _lt("Line %(first)s has this contract for another client."),
    "contract_state": _lt("The contract is “%(state)s” in Odoo: it stays so."),
    "contract_closed": _lt("This contract is closed: nothing can be added to it."),
    "unknown_contract": _lt(
        "The client has no contract “%(value)s”: add it to the sheet Contracts."
    ),
    "end_before_start": _lt("The end is before the start."),
    "approved_later": _lt("The approval can't be dated in the future."),
    "approver": _lt("The client has no contact “%(value)s”."),
    "entry_billed": _lt("This entry is on an invoice: it can't change any more."),
    "which_product": _lt(
        "The contract has several services: write in Product which one it is."
    ),
    "taken": _lt(
        "This client number can't be used: choose another, or ask a Client Hub "
        "administrator."
    ),
    "archived": _lt("This client is archived: it is updated and stays archived."),
    "renamed": _lt(
        "This number is “%(name)s” in Odoo: is it the same client under a new name?"
    ),
    "unknown_client": _lt(
        "No client has the number “%(value)s”: add it to the sheet Clients."
    ),
    "country": _lt("There is no country “%(value)s”: use its code, like PT."),
    "state": _lt("%(country)s has no state “%(value)s” in Odoo."),
    "state_alone": _lt("Enter a country for the state “%(value)s”."),
    "language": _lt(
        "“%(value)s” is not an active language: left empty on %(count)s line(s)."
    ),
    "login": _lt("No employee signs in as “%(value)s”."),
    "stopped": _lt(
        "%(count)s lines could not be written; the rest was not tried. Fix these and "
        "check again."
    ),
    "tax_id": _lt("“%(value)s” is not a valid tax id in %(country)s."),
    "tax_id_like": _lt(
        "“%(value)s” is not a valid tax id in %(country)s: expected %(example)s."
    ),
    "address_row": _lt("Line %(first)s has the same address."),
    "address_client": _lt("“%(name)s” has the same address."),
    "tax_id_row": _lt("Line %(first)s has the same tax id."),
    "tax_id_contact": _lt("“%(name)s” has the same tax id."),
}


def problem_text(env, problem):
    """Return a problem's sentence in the user's language; Odoo's own as they are.

    :param problem: a ``client_workbook.Problem``
    :rtype: str
    """
    if problem.code == "odoo":
        return problem.params["message"]
    # a lazy term takes no parameters, so they come after its translation
    sentence = env._(SENTENCES[problem.code])
    return sentence % problem.params
