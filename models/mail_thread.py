from odoo import api, models
from odoo.fields import Domain


class MailThread(models.AbstractModel):
    """Followers behind a wall are left out of the documents they follow.

    And what the agency and the client write to each other is neither edited nor
    emptied.
    """

    _inherit = "mail.thread"

    # rules that ask for followers have them read as superuser: keep the two apart
    @api.depends_context("uid")
    def _compute_message_partner_ids(self):
        wall = self.env["client.wall"]
        if self.env.su or not wall._is_limited():
            return super()._compute_message_partner_ids()
        # Odoo takes them from the followers, whatever the user may read
        for thread in self:
            # sudo: ids only; what is hidden is taken off before anything is read
            partners = thread.sudo().message_follower_ids.partner_id.sudo(False)
            thread.message_partner_ids = partners - wall._hidden(partners)
        return None

    @api.model
    def _search_message_partner_ids(self, operator, operand):
        domain = super()._search_message_partner_ids(operator, operand)
        wall = self.env["client.wall"]
        if self.env.su or not wall._is_limited() or domain is NotImplemented:
            return domain
        # sudo: as Odoo does, but among the followers the user may know of
        followers = (
            self.env["mail.followers"]
            .sudo()
            ._search(
                Domain("res_model", "=", self._name)
                & Domain("partner_id", operator, operand)
                & wall._guard_domain("mail.followers")
            )
        )
        return [("id", "in", followers.subselect("res_id"))]

    def _check_can_update_message_content(self, messages):
        """Refuse what the other side has read (see ``mail.message``)."""
        result = super()._check_can_update_message_content(messages)
        messages._check_client_talk_kept()
        return result

    @api.model
    def _get_thread_with_access(
        self, thread_id, *, hash=None, pid=None, token=None, **kwargs
    ):
        """Accept no token from a signed-in person of another client."""
        if token or hash:
            thread = self.browse(thread_id).exists()
            if self.env["client.wall"]._portal_voids_token(thread):
                hash = pid = token = None
        return super()._get_thread_with_access(
            thread_id, hash=hash, pid=pid, token=token, **kwargs
        )
