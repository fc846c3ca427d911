"""A draft that saves itself while the client's people write, in one window or two."""

from datetime import timedelta

from odoo import api, fields, models

from ..tools.exceptions import ClientPortalError

# More than anybody writes; a loop ends here.
MAX_NEW_AN_HOUR = 40
MAX_DRAFTS = 30


class ClientJob(models.Model):
    """What tells the windows of a draft apart, and how many drafts there may be."""

    _inherit = "client.job"
    # technical marks of the form
    _history_exclude = frozenset({"portal_revision", "portal_digest"})

    portal_revision = fields.Integer(
        string="Form saved",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="How often the portal form of the draft was saved: a second window with "
        "an older number is told before it overwrites the newer one.",
    )
    portal_digest = fields.Char(
        string="Form content",
        copy=False,
        readonly=True,
        groups="base.group_user",
        help="Mark of what the portal form was last saved with: the same form sent "
        "twice is no second window.",
    )

    # === BUSINESS METHODS === #

    @api.model
    def _portal_check_number(self, contact):
        """Refuse another request of somebody who opens them without end.

        :param contact: res.partner who asks
        :raise ClientPortalError: with ``is_too_many``
        """
        # sudo: the contact's own requests are counted, whatever he may read of them
        jobs_sudo = self.sudo()
        mine = [("requester_id", "=", contact.id), ("origin", "=", "portal")]
        since = fields.Datetime.now() - timedelta(hours=1)
        recent = jobs_sudo.search_count(
            [*mine, ("create_date", ">=", since)], limit=MAX_NEW_AN_HOUR
        )
        sentence = ""
        if recent >= MAX_NEW_AN_HOUR:
            sentence = self.env._(
                "You have opened %(count)s requests within an hour. Please go on in "
                "a while, or write us a message in one of them.",
                count=recent,
            )
        else:
            drafts = jobs_sudo.search_count(
                [*mine, ("state", "=", "draft")], limit=MAX_DRAFTS
            )
            if drafts >= MAX_DRAFTS:
                sentence = self.env._(
                    "You have %(count)s drafts that were never sent. Send or discard "
                    "some of them first.",
                    count=drafts,
                )
        if sentence:
            raise ClientPortalError({"": sentence}, is_too_many=True)
