from odoo import api, models


class DiscussChannel(models.Model):
    """Conversations are opened with people one may know of."""

    _inherit = "discuss.channel"

    @api.depends_context("lang", "uid")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        # read as superuser, as the label of what refers to a conversation
        if self.env.su and self.env["client.wall"]._is_limited():
            mine = self.sudo(False)._filtered_access("read")
            for channel in self.filtered(lambda channel: channel.id not in mine._ids):
                channel.display_name = self.env._("Restricted")
        return result

    def _add_members(self, *, partners=None, users=None, **kwargs):
        """Refuse members that are hidden from the user.

        :raise AccessError: without a name
        """
        for people in (partners, users):
            self._check_members_visible(people)
        return super()._add_members(partners=partners, users=users, **kwargs)

    @api.model
    def _get_or_create_chat(self, partners_to, pin=True):
        """Refuse a chat with somebody hidden from the user.

        :raise AccessError: without a name
        """
        self._check_members_visible(self.env["res.partner"].browse(partners_to))
        return super()._get_or_create_chat(partners_to, pin=pin)

    def _check_members_visible(self, people):
        if people and (hidden := self.env["client.wall"]._hidden(people)):
            raise self.env["ir.rule"]._make_access_error("read", hidden)
