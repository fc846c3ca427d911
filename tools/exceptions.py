"""Errors that a page or another method tells apart."""

from odoo.exceptions import UserError


class ClientPortalError(UserError):
    """What a portal visitor entered can't be saved; nothing was written.

    :param dict errors: ``{field name: one sentence}``; the empty key ``""`` holds a
        sentence about the whole form.
    """

    def __init__(self, errors):
        super().__init__("\n".join(errors.values()))
        self.errors = dict(errors)


class ClientBudgetError(UserError):
    """A budget does not allow what was asked for."""
