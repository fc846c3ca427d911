"""What a contact wants to be written about: ``/my/notifications``."""

from odoo.http import request, route

from .portal_client import ClientHubPortal

HOURS = range(24)


class ClientNotificationsPortal(ClientHubPortal):
    """The contact's own choice."""

    @route(
        "/my/notifications",
        type="http",
        auth="user",
        website=True,
        methods=["GET", "POST"],
    )
    def portal_my_notifications(self, notice=None, **post):
        """Show the choice, or keep it."""
        if not self._is_visitor_client():
            return request.redirect("/my")
        contact = request.env.user.partner_id
        errors = {}
        if request.httprequest.method == "POST":
            errors = contact._save_client_notifications(post)
            if not errors:
                return request.redirect("/my/notifications?notice=saved", code=303)
        values = self._prepare_portal_layout_values()
        values.update(
            page_name="client_notifications",
            # sudo: the visitor's own contact, of which he may not read these fields
            contact=contact.sudo(),
            hours=HOURS,
            errors=errors,
            is_saved=notice == "saved",
            zone=contact.sudo().tz,  # sudo: as above
        )
        return request.render("client_hub.portal_my_notifications", values)
