"""Where a change comes from, as the server knows it."""

from odoo import api, models
from odoo.http import request

from .res_partner import ClientImportKey

# Context key; what it holds can't come by RPC, where anybody sends what he likes.
ORIGIN = "client_history_origin"


class _Origin(str):
    """A key of ``ORIGINS`` that the server has set."""

    __slots__ = ()


class Base(models.AbstractModel):
    """An import is what goes through Odoo's own import, from screen or API."""

    _inherit = "base"

    @api.model
    def load(self, fields, data):
        """Import, and let the history say so."""
        records = self.with_context(**{ORIGIN: _Origin("import")})
        return super(Base, records).load(fields, data)


class IrCron(models.Model):
    """A scheduled job is one also when somebody starts it by hand."""

    _inherit = "ir.cron"

    def _callback(self, cron_name, server_action_id):
        """Run the job, and let the history say so."""
        cron = self.with_context(**{ORIGIN: _Origin("cron")})
        return super(IrCron, cron)._callback(cron_name, server_action_id)


class ClientHistory(models.Model):
    """Believes no context that somebody may have sent along."""

    _inherit = "client.history"

    @api.model
    def _current_origin(self):
        """Tell where the change comes from: a key of ``ORIGINS``."""
        context = self.env.context
        if isinstance(context.get("client_import_id"), ClientImportKey):
            return "import"
        if isinstance(context.get(ORIGIN), _Origin):
            return str(context[ORIGIN])
        if not request:
            return "cron" if context.get("cron_id") else "system"
        path = request.httprequest.path
        if path.startswith(("/json/", "/xmlrpc/", "/jsonrpc")):
            return "api"
        if self.env.user.share or path.startswith("/my"):
            return "portal"
        return "screen"
