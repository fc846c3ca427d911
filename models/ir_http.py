from werkzeug.exceptions import RequestEntityTooLarge

from odoo import models
from odoo.http import request


class IrHttp(models.AbstractModel):
    """A clear page instead of an error when an upload is larger than what is read."""

    _inherit = "ir.http"

    @classmethod
    def _handle_error(cls, exception):
        path = request.httprequest.path
        if isinstance(exception, RequestEntityTooLarge) and path.startswith(
            "/my/jobs/"
        ):
            return request.redirect(f"{path}?too_large=1", code=303)
        return super()._handle_error(exception)
