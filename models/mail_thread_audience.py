"""Who reads what is about to be written on a client's document."""

from odoo import models

from odoo.addons.mail.tools.discuss import Store

MAX_NAMES = 5


class MailThread(models.AbstractModel):
    """Says in the chatter, before anything is sent, who will read it."""

    _inherit = "mail.thread"

    def _thread_to_store(self, store: Store, fields, *, request_list=None):
        result = super()._thread_to_store(store, fields, request_list=request_list)
        if "followers" not in (request_list or []) or self.env.user.share:
            return result
        for thread in self:
            if thread.id and thread._is_client_talk():
                audience = thread._get_client_audience()
                store.add(thread, {"clientAudience": audience}, as_thread=True)
        return result

    def _get_client_audience(self, partners=None):
        """Return who of the client reads a message to it, in sentences.

        :param partners: res.partner that are written to besides the followers
        :return: dict with ``client`` and ``internal``, a sentence each
        """
        self.ensure_one()
        # sudo: names of people whom the user is about to write to
        followers_sudo = self.sudo().message_follower_ids.partner_id
        people = followers_sudo.filtered("partner_share")
        people |= (partners or people.browse()).sudo().filtered("partner_share")
        names = people.mapped("name")
        if len(names) > MAX_NAMES:
            more = len(names) - MAX_NAMES
            names = [*names[:MAX_NAMES], self.env._("%s more", more)]
        return {
            "client": self._get_client_audience_sentence(
                ", ".join(filter(None, names))
            ),
            "internal": self.env._(
                "Internal note: only colleagues read it, also if you name somebody of "
                "the client."
            ),
        }

    def _get_client_audience_sentence(self, names):
        """Return who reads a message that is not internal.

        :param str names: of the client's people who are told by e-mail
        """
        is_on_portal = isinstance(self, self.env.registry["portal.mixin"])
        if is_on_portal and "client_id" in self._fields:
            # sudo: the name of the client of a document that the user reads
            client = self.sudo().client_id.name
            if names:
                return self.env._(
                    "The client reads this: %(names)s by e-mail, and whoever of "
                    "%(client)s sees it on the portal.",
                    names=names,
                    client=client,
                )
            return self.env._(
                "The client reads this: whoever of %(client)s sees it on the portal. "
                "Nobody there is told by e-mail.",
                client=client,
            )
        if names:
            return self.env._("The client reads this by e-mail: %s.", names)
        return self.env._("Nobody of the client follows this or is told.")
