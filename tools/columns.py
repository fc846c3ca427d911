"""Columns of tables that are full already."""

from odoo.tools.sql import column_exists, create_column


def create_columns(model, kinds):
    """Create columns empty, before Odoo would compute them for every older record.

    For ``_auto_init``, ahead of ``super()``.

    :param model: a model, whose table the columns are of; one without is left alone
    :param dict kinds: ``{name: type of the column}``
    """
    for name, kind in kinds.items() if model._auto else ():
        if not column_exists(model.env.cr, model._table, name):
            create_column(model.env.cr, model._table, name, kind)
