"""Errors that a page or another method tells apart."""

from odoo.exceptions import UserError


class ClientPortalError(UserError):
    """What a portal visitor entered can't be saved; nothing was written.

    :param dict errors: ``{field name: one sentence}``; the empty key ``""`` holds a
        sentence about the whole form.
    :param bool is_too_many: the visitor asks for too much, whatever he entered
    """

    def __init__(self, errors, is_too_many=False):
        super().__init__("\n".join(errors.values()))
        self.errors = dict(errors)
        self.is_too_many = is_too_many


class ClientBudgetError(UserError):
    """A budget does not allow what was asked for."""
