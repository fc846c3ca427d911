"""What colleagues look at in the piece's form: a version with its remarks."""

from odoo import api, fields, models
from odoo.exceptions import AccessError


class ClientPiece(models.Model):
    """A version as it is, with the remarks of the client and of colleagues on it."""

    _inherit = "client.piece"

    open_remark_count = fields.Integer(
        string="Open remarks",
        compute="_compute_open_remark_count",
        groups="base.group_user",
    )

    # === COMPUTE METHODS === #

    @api.depends("remark_ids.resolved")
    def _compute_open_remark_count(self):
        counts = dict(
            self.env["client.piece.remark"]._read_group(
                [
                    ("piece_id", "in", self.ids),
                    ("parent_id", "=", False),
                    ("resolved", "=", False),
                ],
                ["piece_id"],
                ["__count"],
            )
        )
        for piece in self:
            piece.open_remark_count = counts.get(piece._origin, 0)

    # === ACTION METHODS === #

    def action_open_remarks(self):
        """Open the remarks of these pieces as a list."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "client_hub.client_piece_remark_action"
        )
        action["domain"] = [("piece_id", "in", self.ids), ("parent_id", "=", False)]
        action["context"] = {"search_default_open": 1}
        return action

    # === BUSINESS METHODS === #

    def get_review(self, version_id=False):
        """Return a version of the piece and the remarks to show on it.

        For the form's viewer; the client's people have pages of their own.

        :param int version_id: client.piece.version; by default the newest
        :return: dict ``versions``, ``version``, ``files``, ``parts`` (of the text),
            ``remarks`` and ``may_write``; ``version`` is None while there is none
        :raise AccessError: the piece is not for this user, or he is no colleague
        """
        self.ensure_one()
        if not self.env.user._is_internal():
            raise AccessError(self.env._("This view is for the agency's people."))
        self.check_access("read")
        versions = self.version_ids.sorted("number", reverse=True)
        version = versions.filtered(lambda row: row.id == version_id) or versions[:1]
        remarks = self._find_review_remarks(version)
        return {
            "versions": [
                {"id": row.id, "number": row.number, "is_sent": bool(row.sent_date)}
                for row in versions
            ],
            "version": version and version._prepare_review() or None,
            "files": version._prepare_review_files(),
            "parts": version._get_text_parts(remarks) if version else [],
            "remarks": [row._prepare_review(version) for row in remarks],
            "may_write": remarks.has_access("write") and self.is_released,
        }

    def _find_review_remarks(self, version):
        """Return the remarks of a version, and what is open from those before it."""
        Remark = self.env["client.piece.remark"]
        if not version:
            return Remark
        return Remark.search(version._get_remarks_domain(), order="number, id")
