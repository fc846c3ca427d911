from odoo import models


class PortalMixin(models.AbstractModel):
    """A link with a token is for those who may read the document."""

    _inherit = "portal.mixin"

    def get_portal_url(
        self,
        suffix=None,
        report_type=None,
        download=None,
        query_string=None,
        anchor=None,
    ):
        """Return the link, after a check that Odoo leaves out.

        Any signed-in person may call this method by RPC, with any id.
        """
        if not self.env.su:
            self.check_access("read")
        return super().get_portal_url(
            suffix=suffix,
            report_type=report_type,
            download=download,
            query_string=query_string,
            anchor=anchor,
        )
