"""Numbering many invoices at once."""

from contextlib import contextmanager

from odoo import api, models, tools

# key of the formats known in a batch, in the cache of the cursor
FORMATS = "client_billing_number_formats"
# what finds the last number; whoever overrides one of these is always asked
NUMBERING_METHODS = (
    "_get_last_sequence",
    "_get_last_sequence_domain",
    "_get_next_sequence_format",
    "_get_sequence_date_range",
    "_get_sequence_format_param",
    "_get_starting_sequence",
)
KNOWN_MODULES = {"account", "client_hub"}


class AccountMove(models.Model):
    """Looks for the last number once a batch, where Odoo looks once an invoice.

    The first number of a batch is taken as ever: under the lock of the unique index,
    held until the commit.  The following ones only count on from it, which Odoo does as
    well, but not without having searched for the last number again.
    """

    _inherit = "account.move"

    @api.model
    @contextmanager
    def _number_in_batch(self):
        """Within this block, invoices of one journal and day share that search."""
        cache = self.env.cr.cache
        if not self._is_numbering_known():
            yield
            return
        cache[FORMATS] = {}
        try:
            yield
        finally:
            cache.pop(FORMATS, None)

    @api.model
    @tools.ormcache()
    def _is_numbering_known(self):
        """Tell whether nothing but Odoo's own accounting numbers the invoices.

        A localization may number by document type or customer, see its overrides.
        """
        return KNOWN_MODULES.issuperset(
            # _module is the addon that a class of a model comes from
            getattr(cls, "_module", None) or "account"
            for cls in type(self).mro()
            if not cls.__dict__.get("pool")
            for name in NUMBERING_METHODS
            if name in cls.__dict__
        )

    def _get_next_sequence_format(self):
        """Return the format that the batch knows, or find it."""
        known = self.env.cr.cache.get(FORMATS)
        if known is None or self.journal_id.is_self_billing:
            return super()._get_next_sequence_format()
        is_refund = self.move_type in ("out_refund", "in_refund")
        key = (self.journal_id.id, is_refund, self.date)
        if key not in known:
            known[key] = super()._get_next_sequence_format()
        pattern, values = known[key]
        # the caller takes the number out of it
        return pattern, dict(values)
