"""Begin and end a look at the portal as one of a client's people sees it."""

from werkzeug.exceptions import NotFound

from odoo.http import Controller, request, route

from ..models.client_rehearsal import MINUTES
from ..models.ir_http_rehearsal import COOKIE


class ClientRehearsalController(Controller):
    """The door in and out; what lies between is in ``ir.http``."""

    @route(
        "/client_hub/rehearsal/start/<string:secret>",
        type="http",
        auth="user",
        methods=["GET"],
    )
    def rehearsal_start(self, secret, **kw):
        """Begin the look whose link the employee has just been given."""
        token = request.env["client.rehearsal"]._start(secret)
        if not token:
            raise NotFound()
        response = request.redirect("/my")
        response.set_cookie(
            COOKIE,
            token,
            max_age=MINUTES * 60,
            httponly=True,
            samesite="Strict",
            secure=request.httprequest.scheme == "https",
        )
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"
        return response

    @route("/client_hub/rehearsal/leave", type="http", auth="user", methods=["GET"])
    def rehearsal_leave(self, **kw):
        """End the employee's look and go back to the contact.

        Without a check where the request comes from: it can only end one's own look.
        """
        # sudo: the employee's own looks
        rehearsals_sudo = (
            request.env["client.rehearsal"]
            .sudo()
            .search([("user_id", "=", request.env.uid), ("ended", "=", False)])
        )
        contact_id = rehearsals_sudo[:1].contact_id.id
        rehearsals_sudo._end()
        url = f"/odoo/contacts/{contact_id}" if contact_id else "/odoo"
        response = request.redirect(url)
        response.set_cookie(COOKIE, "", max_age=0, httponly=True, samesite="Strict")
        return response
