"""Requests that are answered as a client's contact sees the portal.

A cookie carries the secret of a ``client.rehearsal``. Only pages of the portal, and
what these pages ask for, are answered as the contact: the backend in the next tab goes
on as ever. Such an answer

- is made in a transaction that the database lets write nothing,
- shows nothing that the employee may not read himself (see ``client.wall``),
- has a session of its own that is never saved, so that nothing of the employee's own
  session is read or changed,
- sets no cookie and is kept in no cache.
"""

import re
from urllib.parse import urlsplit

from psycopg2.errors import ReadOnlySqlTransaction
from werkzeug.exceptions import HTTPException

from odoo import http, models
from odoo.exceptions import AccessError
from odoo.http import request, root
from odoo.service.security import compute_session_token
from odoo.tools.misc import consteq

COOKIE = "client_rehearsal"
OWN_PATH = "/client_hub/rehearsal/"
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# What the pages fetch by POST although it is only read.
READING_ROUTES = frozenset(
    {"/my/counters", "/portal/chatter_init", "/mail/chatter_fetch", "/mail/data"}
)
# Of the employee's browser; they must not change what the contact's page shows.
HIDDEN_COOKIES = ("cids", "frontend_lang", "tz")
# Links on a page that lead out of the portal, where the employee is himself again.
CLOSED_PATHS = ("/web/session", "/web/login", "/web/reset_password", "/web/signup")
# Odoo puts the language before the address of a page: "/fr/my", "/pt_BR/my".
LANGUAGE = re.compile(r"^/[a-z]{2,3}(?:[_-][A-Za-z]{2,10})?(?=/my(?:/|$))")


def strip_language(path):
    """Return the address of a page of the portal without the language.

    >>> strip_language("/pt_BR/my/jobs"), strip_language("/my")
    ('/my/jobs', '/my')
    >>> strip_language("/web/session/logout")
    '/web/session/logout'
    """
    return LANGUAGE.sub("", path)


def is_portal_path(path):
    """Tell whether an address is a page of the portal.

    >>> is_portal_path("/my/jobs"), is_portal_path("/fr/my"), is_portal_path("/myth")
    (True, True, False)
    """
    path = strip_language(path)
    return path == "/my" or path.startswith("/my/")


class IrHttp(models.AbstractModel):
    """Answers as the contact what belongs to a look at the portal."""

    _inherit = "ir.http"

    @classmethod
    def _match(cls, path):
        if not hasattr(request, "client_rehearsal"):
            request.client_rehearsal = None
            request.client_rehearsal = cls._find_client_rehearsal(path)
            if request.client_rehearsal:
                cls._enter_client_rehearsal()
        try:
            return super()._match(path)
        except HTTPException as error:
            # to the contact's language: the employee keeps his own
            if request.client_rehearsal and error.response is not None:
                error.response.headers.remove("Set-Cookie")
            raise

    @classmethod
    def _sanitize_cookies(cls, cookies):
        result = super()._sanitize_cookies(cookies)
        # a message of the websocket has cookies, but no request of its own
        if request and getattr(request, "client_rehearsal", None):
            for name in HIDDEN_COOKIES:
                cookies.pop(name, None)
        return result

    @classmethod
    def _authenticate(cls, endpoint):
        if not getattr(request, "client_rehearsal", None):
            return super()._authenticate(endpoint)
        # again: the request may be tried again, in a new transaction
        cls._enter_client_rehearsal()
        request.env.cr.execute("SET TRANSACTION READ ONLY")
        cls._check_client_rehearsal()
        if endpoint.routing["auth"] not in ("user", "public", "none"):
            raise AccessError(cls._get_client_rehearsal_sentence())
        return None

    @classmethod
    def _dispatch(cls, endpoint):
        if not getattr(request, "client_rehearsal", None):
            return super()._dispatch(endpoint)
        try:
            response = super()._dispatch(endpoint)
            request.env.flush_all()
        except ReadOnlySqlTransaction as error:
            raise AccessError(cls._get_client_rehearsal_sentence()) from error
        return response

    @classmethod
    def _post_dispatch(cls, response):
        result = super()._post_dispatch(response)
        if getattr(request, "client_rehearsal", None):
            response.headers.remove("Set-Cookie")
            response.headers["Cache-Control"] = "no-store"
        return result

    # === REHEARSAL === #

    @classmethod
    def _find_client_rehearsal(cls, path):
        """Return whose look this request belongs to, as a dict, or None."""
        token = request.httprequest.cookies.get(COOKIE)
        session = request.session
        if not token or not session.uid or path.startswith(OWN_PATH):
            return None
        if not cls._is_of_portal_page(path) or session.get("deletion_time"):
            return None
        # sudo: the session is checked first, then the secret
        env = request.env(user=session.uid, su=True)
        expected = compute_session_token(session, env)
        if not expected or not consteq(expected, session.session_token or ""):
            return None
        rehearsal = env["client.rehearsal"]._find(token, session.uid)
        if not rehearsal:
            return None
        return {
            "id": rehearsal.id,
            "uid": rehearsal._get_portal_user(rehearsal.contact_id).id,
            "viewer_id": session.uid,
            "name": rehearsal.contact_id.name,
        }

    @classmethod
    def _is_of_portal_page(cls, path):
        """Tell whether a request is for a page of the portal, or comes from one."""
        if is_portal_path(path):
            return True
        referrer = request.httprequest.headers.get("Referer")
        is_reading = request.httprequest.method in READING_METHODS
        if not referrer:
            # a page may hide where it is; then it must not write either
            return not is_reading
        if not is_portal_path(urlsplit(referrer).path):
            return False
        return not is_reading or path.startswith(
            ("/mail/", "/portal/", "/web/content", "/web/image", *CLOSED_PATHS)
        )

    @classmethod
    def _enter_client_rehearsal(cls):
        """Answer this request as the contact, with a session that is nobody's."""
        look = request.client_rehearsal
        env = request.env(user=look["uid"], su=False)
        context = dict(env["res.users"].context_get())
        session = root.session_store.new()
        session.update(
            http.get_default_session(),
            db=request.db,
            uid=look["uid"],
            login=env.user.login,
            context=context,
            client_rehearsal=look["name"],
        )
        session.can_save = False
        request.session = session
        request.update_env(user=look["uid"], context=context, su=False)
        # read before, with those of the employee
        request.__dict__.pop("cookies", None)

    @classmethod
    def _check_client_rehearsal(cls):
        """Raise unless this request only looks, at what the employee may read.

        :raise AccessError: with a sentence for the employee
        """
        path = strip_language(request.httprequest.path)
        look = request.client_rehearsal
        is_reading = request.httprequest.method in READING_METHODS
        if path.startswith(CLOSED_PATHS) or (
            not is_reading and path not in READING_ROUTES
        ):
            raise AccessError(cls._get_client_rehearsal_sentence())
        # sudo: the look itself, to ask for the rights of who looks
        rehearsal_sudo = request.env["client.rehearsal"].sudo().browse(look["id"])
        if rehearsal_sudo._is_page_closed(path):
            raise AccessError(
                request.env._(
                    "You see the portal as %(name)s, without the pages that you have "
                    "no right to yourself.",
                    name=look["name"],
                )
            )

    @classmethod
    def _get_client_rehearsal_sentence(cls):
        return request.env._(
            "You see the portal as %(name)s, to look only: nothing is sent, decided or "
            "changed. Leave this view to work as yourself.",
            name=request.client_rehearsal["name"],
        )
