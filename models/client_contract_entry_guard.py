"""Who changes an entry: the schedule, the billing, and people with a reason."""

from odoo import api, models
from odoo.exceptions import AccessError, UserError

# value of the context key that marks the addon's own code: an object, since a context
# that comes by RPC can't hold it
SYSTEM = object()
# the rest follows from the schedule, is a decision, or belongs to a billing run; by
# whom and when something was approved is guarded beside it
FREE_FIELDS = frozenset({"approved", "approved_by_id", "approved_date"})


class ClientContractEntry(models.Model):
    """Is written by dialogs that ask for a reason, and deleted by nobody by hand.

    A decision without reason, author and history, or a period that nobody bills, would
    be found by no one.
    """

    _inherit = "client.contract.entry"

    def _as_system(self):
        """Return these entries, writable by code that has checked what it does."""
        return self.with_context(client_entry_system=SYSTEM)

    def _is_system(self):
        """Tell whether the addon's own code is at work."""
        return self.env.su or self.env.context.get("client_entry_system") is SYSTEM

    @api.model_create_multi
    def create(self, vals_list):
        """Create what the schedule or a dialog asks for.

        :raise AccessError: when somebody creates entries otherwise
        """
        if not self._is_system():
            raise AccessError(
                self.env._("Entries come from the contract: use “Extra entry” there.")
            )
        return super().create(vals_list)

    def write(self, vals):
        """Write what the schedule, a billing run or a dialog decides.

        :raise AccessError: when somebody writes amounts, dates… otherwise
        """
        self._check_writable(vals.keys())
        return super().write(vals)

    def _check_writable(self, names):
        """Refuse fields that only the addon's own code writes.

        :param names: set of field names
        :raise AccessError: when somebody else writes one of them
        """
        if names - FREE_FIELDS and not self._is_system():
            raise AccessError(
                self.env._(
                    "Amounts, dates and states of entries are changed with “Change "
                    "entries”, which asks for the reason."
                )
            )

    def _update_field_translations(
        self, field_name, translations, digest=None, source_lang=""
    ):
        """Write the other languages of a sentence by the rule of ``write``.

        :raise AccessError: when somebody writes them by hand
        """
        self.check_access("write")
        self._check_writable({field_name})
        return super()._update_field_translations(
            field_name, translations, digest, source_lang
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_by_system(self):
        if self and not self._is_system():
            raise UserError(
                self.env._(
                    "%s can't be deleted: skip it or write it off, with a reason.",
                    self[0].display_name,
                )
            )
