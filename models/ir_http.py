import re

from werkzeug.exceptions import (
    MethodNotAllowed,
    RequestEntityTooLarge,
    TooManyRequests,
    abort,
)

from odoo import models
from odoo.http import request

from ..tools.throttle import Throttle
from ..tools.uploads import readable_size

# A person clicks as fast as this for minutes; a program in a loop doesn't. Each server
# process counts for itself.
THROTTLE = Throttle(burst=600, rate=10)
# Pages of the client's people; what writes counts for more.
THROTTLED = (
    "/my/jobs",
    "/my/pieces",
    "/my/budgets",
    "/my/contracts",
    "/my/notifications",
    "/my/counters",
    "/pieces/",
)
# Odoo's own pages and routes that the client's people reach as well: colleagues talk
# all day.
THROTTLED_FOR_CLIENTS = (
    "/my/",
    "/portal/",
    "/mail/attachment/",
    "/mail/chatter_fetch",
    "/mail/message/",
    "/mail/update_is_internal",
)
WRITE_COST = 4
# A file that is made anew holds a thread of the server for a second or two.
FILE_COST = 20
FILES = ("/certificate", "/download")
# The page that a form stands on, at the beginning of the address it is sent to.
FORM_PAGE = re.compile(
    r"(?:/[a-z]{2,3}(?:[_-][A-Za-z]{2,10})?)?"
    r"(?:/my/(?:jobs|pieces|budgets)/\d+"
    r"|/my/contracts/\d+(?:/signature/\d+)?"
    r"|/pieces/[^/]+)(?=/)"
)


class IrHttp(models.AbstractModel):
    """Clear pages where a visitor sends too much, or too often."""

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path):
        """Lead from the address of a form to its page.

        Somebody opens it who reloads in another tab, uses a bookmark, or had to sign
        in again before the form was taken in.
        """
        try:
            return super()._match(path)
        except MethodNotAllowed:
            page = FORM_PAGE.match(request.httprequest.path)
            if not page or request.httprequest.method not in ("GET", "HEAD"):
                raise
            # the query may hold the key to the page
            location = request.redirect_query(page.group(), request.httprequest.args)
        abort(location)

    @classmethod
    def _pre_dispatch(cls, rule, args):
        """Answer a loop of requests shortly, before any work is done for them."""
        result = super()._pre_dispatch(rule, args)
        path = request.httprequest.path
        is_for_clients = path == "/my" or path.startswith(THROTTLED_FOR_CLIENTS)
        if path.startswith(THROTTLED) or (is_for_clients and request.env.user.share):
            cls._check_throttle()
        return result

    @classmethod
    def _check_throttle(cls):
        """Count a request of the visitor.

        :raise TooManyRequests: with a page that says when to go on
        """
        # somebody signed in by his account, a guest by his address
        key = (request.db, request.session.uid or request.httprequest.remote_addr)
        seconds = THROTTLE.take(key, cls._get_throttle_cost())
        if not seconds:
            return
        error = TooManyRequests(
            description=request.env._(
                "These were very many requests at once. Please go on in a minute; "
                "nothing that you saved is lost."
            ),
            retry_after=seconds,
        )
        if request.dispatcher.routing_type == "http":
            error.response = cls._render_too_many(error)
        raise error

    @classmethod
    def _get_throttle_cost(cls):
        """Return for how many pages the request counts."""
        asked = request.httprequest
        if asked.path.endswith(FILES) or "report_type" in asked.args:
            return FILE_COST
        return 1 if asked.method == "GET" else WRITE_COST

    @classmethod
    def _render_too_many(cls, error):
        """Return the page; it is small, as it answers a loop."""
        body = request.env["ir.qweb"]._render(
            "client_hub.portal_too_many",
            {
                "sentence": error.description,
                "seconds": error.retry_after,
                # "lang" is QWeb's own
                "page_lang": (request.env.lang or "en").replace("_", "-"),
            },
        )
        headers = [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Retry-After", str(error.retry_after)),
        ]
        return request.make_response(body, headers=headers, status=429)

    @classmethod
    def _handle_error(cls, exception):
        path = request.httprequest.path
        if isinstance(exception, TooManyRequests) and exception.response:
            return exception.response
        if isinstance(exception, RequestEntityTooLarge) and path.startswith(
            "/my/jobs/"
        ):
            if path.endswith("/upload"):
                limits = request.env["client.job"]._portal_file_limits()
                sentence = request.env._(
                    "This file is too large: it may have at most %(limit)s. Send a "
                    "link to it in the briefing instead.",
                    limit=readable_size(limits["file"]),
                )
                return request.make_json_response({"error": sentence}, status=413)
            return request.redirect(f"{path}?too_large=1", code=303)
        return super()._handle_error(exception)
