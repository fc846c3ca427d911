"""A person at the keyboard: pages, calls and uploads over HTTP."""

import json
from contextlib import contextmanager

from odoo import http
from odoo.tests.common import Opener


class Web:
    """The session of one person; answers come back as they are.

    :param case: the running ``HttpCase``
    :param str login: of the user, or None for a visitor without login
    :param str key: an API key of the user
    """

    def __init__(self, case, login, key=None, debug=False):
        self.case = case
        self.login = login
        self.key = key
        extra = {"debug": "1"} if debug else None
        case.authenticate(login, login, session_extra=extra)

    def get(self, path, **options):
        """Return a page, without following where it leads."""
        return self.case.url_open(path, allow_redirects=False, **options)

    @contextmanager
    def logged_out(self):
        """Come as a visitor for a while."""
        opener = self.case.opener
        self.case.opener = Opener(self.case)
        try:
            yield
        finally:
            self.case.opener = opener

    def post(self, path, data, files=None):
        """Send a form."""
        token = http.Request.csrf_token(self.case)
        return self.case.url_open(
            path,
            data={"csrf_token": token, **data},
            files=files,
            allow_redirects=False,
        )

    def rpc(self, route, **params):
        """Call a JSON-RPC route."""
        return self.case.url_open(route, json={"jsonrpc": "2.0", "params": params})

    def call(self, model, method, *args, **kwargs):
        """Call a method as the web client does."""
        context = {"allowed_company_ids": self.case.company.ids}
        return self.rpc(
            f"/web/dataset/call_kw/{model}/{method}",
            model=model,
            method=method,
            args=args,
            kwargs={"context": context, **kwargs},
        )

    def json2(self, model, method, **params):
        """Call a method as a program with an API key does."""
        return self.case.url_open(
            f"/json/2/{model}/{method}",
            json=params,
            headers={"Authorization": f"bearer {self.key}"},
        )

    def xmlrpc(self, model, method, *args, **kwargs):
        """Call a method as an old program does."""
        user = self.case.env["res.users"].search([("login", "=", self.login)])
        return self.case.xmlrpc_object.execute_kw(
            self.case.env.cr.dbname, user.id, self.key, model, method, args, kwargs
        )

    def export(self, kind, model, names, **values):
        """Download an export."""
        data = {
            "model": model,
            "fields": [{"name": name, "label": name, "type": "char"} for name in names],
            "ids": False,
            "domain": [],
            "groupby": [],
            "import_compat": False,
            "context": {"allowed_company_ids": self.case.company.ids},
            **values,
        }
        return self.post(f"/web/export/{kind}", {"data": json.dumps(data)})
