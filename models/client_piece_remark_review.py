"""A remark as the form's viewer shows it."""

from odoo import api, fields, models


class ClientPieceRemark(models.Model):
    """What colleagues see of a remark, and how their list of remarks names it."""

    _inherit = "client.piece.remark"

    is_client_remark = fields.Boolean(
        string="Of the client",
        compute="_compute_is_client_remark",
        search="_search_is_client_remark",
    )

    # === COMPUTE METHODS === #

    @api.depends("author_id.partner_share", "is_internal")
    def _compute_is_client_remark(self):
        for remark in self:
            remark.is_client_remark = (
                remark.author_id.partner_share and not remark.is_internal
            )

    def _search_is_client_remark(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self._search(
            [("author_id.partner_share", "=", True), ("is_internal", "=", False)]
        )
        if set(value) == {True, False}:
            return []
        return [("id", "in" if True in value else "not in", found)]

    # === BUSINESS METHODS === #

    def _prepare_review(self, version):
        """Return what the viewer shows of a remark on a version.

        :param version: client.piece.version that is looked at
        :rtype: dict
        """
        self.ensure_one()
        return {
            **self._prepare_review_text(),
            "number": self.number,
            "target": self.target,
            "page": self.page,
            "quote": self.quote or "",
            "resolved": self.resolved,
            "resolved_by": self.resolved_by_id.name or "",
            "version_number": self.version_id.number,
            "is_carried": self.version_id != version,
            "assigned": self.assigned_user_id.id or False,
            "place": version._get_remark_place(self),
            "replies": [
                reply._prepare_review_text()
                for reply in self._get_replies(with_internal=True)
            ],
        }

    def _prepare_review_text(self):
        """Return who wrote what, when, and for whom."""
        return {
            "id": self.id,
            "body": self.body,
            "author": self.author_id.name,
            "date": fields.Datetime.to_string(self.create_date),
            "is_internal": self.is_internal,
        }
