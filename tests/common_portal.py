"""Requests, pieces and pages that the portal's tests share."""

import base64
import re
import threading
from unittest.mock import patch

from odoo import http
from odoo.fields import Command
from odoo.tests import HttpCase

from .common import ClientHubCommon

# one pixel
PNG = base64.b64decode(
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SECRET = "Internal: charge them double"


class ClientPortalCommon(ClientHubCommon, HttpCase):
    """A template with a question of each kind, a budget, and the means to play both
    sides: the pages as the contact, the agency's steps by ORM."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.type_banner = cls.env.ref("client_hub.client_piece_type_banner")
        cls.type_social = cls.env.ref("client_hub.client_piece_type_social")
        cls.env["client.job.template"].search([]).is_portal_visible = False
        cls.template = cls.env["client.job.template"].create(
            {
                "name": "Campaign",
                "question_ids": [
                    Command.create(values)
                    for values in (
                        {"name": "Who?", "kind": "text", "required": True},
                        {"name": "Message", "kind": "char"},
                        {"name": "First day", "kind": "date"},
                        {
                            "name": "Tone",
                            "kind": "selection",
                            "options": "Serious\nFunny",
                        },
                        {"name": "Photos?", "kind": "boolean"},
                    )
                ],
                "piece_ids": [
                    Command.create(
                        {"name": "Shop banner", "type_id": cls.type_banner.id}
                    )
                ],
            }
        )
        cls.client_a.client_job_template_id = cls.template
        cls.budget = cls.env["client.budget"].create(
            {
                "name": "Spring budget",
                "client_id": cls.client_a.id,
                "amount": 1000,
                "policy": "block",
            }
        )
        cls.budget.action_run()
        cls.who, cls.message, cls.day, cls.tone, cls.photos = cls.template.question_ids
        cls.colleague, cls.portal_colleague = cls._create_contact(
            cls.client_a, "Carla Azul"
        )

    # --- records ---

    @classmethod
    def _create_job(cls, contact=None, submit=True, authorize=True, **values):
        contact = contact or cls.contact_a
        values.setdefault("title", "Summer campaign")
        values.setdefault("answers", {str(cls.who.id): "Everybody"})
        values.setdefault("template_id", cls.template.id)
        values.setdefault(
            "pieces", [{"type_id": cls.type_banner.id, "name": "Shop banner"}]
        )
        job = cls.env["client.job"]._portal_save(contact, values, submit=submit)
        if submit and authorize:
            job.with_user(cls.user_manager).action_authorize()
        return job

    @classmethod
    def _send_version(cls, piece, text="Hello spring", name="banner.png", raw=PNG):
        """Let creation add a version and traffic send it."""
        file = cls.env["ir.attachment"].create({"name": name, "raw": raw})
        version = cls.env["client.piece.version"].create(
            {
                "piece_id": piece.id,
                "body_text": text,
                "attachment_ids": [Command.set(file.ids)],
            }
        )
        piece.with_user(cls.user_traffic).action_send_to_client()
        return version

    # --- pages ---

    def _begin_now(self):
        """Let the link of a look at the portal be as young as it is.

        All tests of a class are one transaction, whose beginning Odoo takes for the
        moment of creation.
        """
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_rehearsal SET create_date = clock_timestamp() AT TIME ZONE"
            " 'UTC' WHERE ended IS NULL"
        )
        self.env.invalidate_all()

    def _login(self, user):
        self.authenticate(user.login, user.login)

    def _get(self, path):
        return self.url_open(path, allow_redirects=False)

    def _post(self, path, values, files=None, csrf=True):
        data = dict(values)
        if csrf:
            data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=data, files=files, allow_redirects=False)

    def _request_values(self, **values):
        """Return what the form of a new request sends."""
        page = self._get("/my/jobs/new").text
        nonce = re.search(r'name="nonce" value="(\w+)"', page).group(1)
        return {
            "nonce": nonce,
            "has_pieces": "1",
            "action": "submit",
            "template_id": str(self.template.id),
            "title": "Autumn campaign",
            "deadline": "2099-10-01",
            "briefing": "Leaves & colours",
            f"answer_{self.who.id}": "Walkers",
            f"answer_{self.photos.id}": "1",
            "piece_type_0": str(self.type_banner.id),
            "piece_name_0": "Forest banner",
            **values,
        }

    def _find_routes(self):
        """Return the routes of this addon's own pages for the client's people."""
        # a thread that answers requests knows its database
        thread = threading.current_thread()
        with patch.object(thread, "dbname", self.env.cr.dbname, create=True):
            rules = list(self.env["ir.http"].routing_map().iter_rules())
        return [
            rule
            for rule in rules
            if rule.rule.startswith(("/my/", "/pieces/", "/client_hub/"))
            and ".client_hub." in rule.endpoint.func.__module__
        ]

    def _find_jobs(self, title="Autumn campaign"):
        self.env.invalidate_all()
        return self.env["client.job"].search([("name", "=", title)])

    def assertGoesHome(self, response, to="/my"):
        """Assert that a page shows nothing and leads away."""
        self.assertIn(response.status_code, (302, 303))
        location = response.headers["Location"].replace(self.base_url(), "")
        self.assertEqual(location.split("?")[0], to)
