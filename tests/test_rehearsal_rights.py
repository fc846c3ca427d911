"""See as this contact: what the employee may not read stays hidden there, too."""

import re

from odoo import Command, http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.ir_http_rehearsal import READING_ROUTES
from .common_wall_portal import WORD_A, WallPortalCommon

QUIET = ("odoo.http", "odoo.addons.base.models.ir_rule", "odoo.sql_db")
# What a page of the portal may ask for, or post to.
PREFIXES = ("/my", "/mail/", "/portal/", "/payment/", "/invoice/", "/web/dataset/")
ARGUMENT = re.compile(r"<(?:(?P<kind>\w+)(?:\((?P<options>[^)]*)\))?:)?(?P<name>\w+)>")


@tagged("post_install", "-at_install")
class TestRehearsalRights(WallPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.viewer = cls._create_user("hub_viewer", "client_hub.group_account_manager")
        own = cls.documents[cls.client_a]
        # documents of another salesperson, and a project for those invited to it
        own["order"].user_id = cls.user_manager
        own["invoice"].invoice_user_id = cls.user_manager
        own["project"].privacy_visibility = "invited_users"
        cls.budget.is_portal_visible = True
        cls.hidden = {
            "job_id": own["job"],
            "piece_id": own["piece"],
            "contract_id": own["contract"],
            "budget_id": cls.budget,
            "order_id": own["order"],
            "invoice_id": own["invoice"],
            "project_id": own["project"],
            "task_id": own["task"],
            "attachment_id": own["version"].attachment_ids[:1],
        }
        # as a company may restrict its account managers
        for name in ("job_id", "piece_id", "contract_id", "budget_id"):
            record = cls.hidden[name]
            cls.env["ir.rule"].create(
                {
                    "name": f"Not for colleagues: {record._name}",
                    "model_id": cls.env["ir.model"]._get_id(record._name),
                    "domain_force": "[(1, '=', 1)] if user.share else "
                    f"[('id', '!=', {record.id})]",
                }
            )
        cls.secrets = {
            "job": own["job"].name,
            "piece": own["piece"].name,
            "contract": own["contract"].name,
            "budget": cls.budget.name,
            "order": own["order"].name,
            "invoice": own["invoice"].name,
            "project": own["project"].name,
            "task": own["task"].name,
        }
        cls.env.flush_all()

    def _see(self, user):
        self._login(user)
        action = self.contact_a.with_user(user).action_see_portal()
        self._begin_now()
        self.assertEqual(self._get(action["url"]).status_code, 303)

    def _addresses(self, method):
        """Return the addresses of the portal with the ids of the hidden documents.

        :param str method: of HTTP
        :return: ``{address: kind of route}``
        """
        found = {}
        # the server makes the map of its routes with its first answer
        self._get("/my")
        for rule in self.env["ir.http"].routing_map().iter_rules():
            routing = rule.endpoint.routing
            methods = routing.get("methods") or ("GET", "POST")
            if method in methods and rule.rule.startswith(PREFIXES):
                found[ARGUMENT.sub(self._fill, rule.rule)] = routing["type"]
        return found

    def _fill(self, match):
        name, kind = match["name"], match["kind"]
        if name in self.hidden:
            return str(self.hidden[name].id)
        if kind == "any":
            return match["options"].split(",")[0]
        return "1" if kind in ("int", "model") else "x"

    def _read_all(self):
        """Return the texts of all pages under ``/my``."""
        texts = {}
        for address, kind in self._addresses("GET").items():
            if address.startswith("/my") and kind == "http":
                response = self.url_open(address, timeout=60)
                texts[address] = response.status_code, response.text
        texts["counters"] = (
            200,
            str(
                self.make_jsonrpc_request("/my/counters", {"counters": ["order_count"]})
            ),
        )
        return texts

    # --- what is shown ---

    @mute_logger(*QUIET)
    def test_no_page_shows_what_the_employee_may_not_read(self):
        self._login(self.portal_a)
        own = self._read_all()
        for name, secret in self.secrets.items():
            # the pages do show it to whom it belongs
            seen = [path for path, (_s, text) in own.items() if secret in text]
            self.assertTrue(seen, name)
        self._see(self.viewer)
        for path, (status, text) in self._read_all().items():
            with self.subTest(path=path):
                # a document of an order that doesn't exist is Odoo's own error
                self.assertTrue(status < 500 or status == own[path][0])
                for secret in self.secrets.values():
                    self.assertNotIn(secret, text)
        # what he may read is there
        self.assertIn("You see the portal as", self._get("/my").text)

    @mute_logger(*QUIET)
    def test_who_may_read_it_sees_it(self):
        self.env["ir.rule"].search([("name", "like", "Not for colleagues")]).unlink()
        self.viewer.group_ids += self.env.ref(
            "sales_team.group_sale_salesman_all_leads"
        )
        self.viewer.group_ids += self.env.ref("account.group_account_invoice")
        project = self.hidden["project_id"]
        project.message_subscribe(self.viewer.partner_id.ids)
        self._see(self.viewer)
        pages = self._read_all()
        for name, secret in self.secrets.items():
            seen = [path for path, (_s, text) in pages.items() if secret in text]
            self.assertTrue(seen, name)

    @mute_logger(*QUIET)
    def test_files_comments_tokens_and_links(self):
        own = self.documents[self.client_a]
        files = self.env["ir.attachment"].search(
            [("name", "like", f"{WORD_A}%"), ("res_model", "!=", False)]
        )
        files = files.filtered(
            lambda file: (
                (file.res_model, file.res_id)
                in {(record._name, record.id) for record in self.hidden.values()}
            )
        )
        self.assertGreater(len(files), 3)
        self._see(self.viewer)
        referrer = {"Referer": f"{self.base_url()}/my/jobs"}
        for file in files:
            with self.subTest(file=file.res_model):
                path = f"/web/content/{file.id}"
                text = self.url_open(path, headers=referrer).text
                self.assertNotIn(f"{WORD_A} content", text)
        for name in ("order", "invoice", "project", "task", "job", "piece"):
            record = own[name]
            thread = {"thread_model": record._name, "thread_id": record.id}
            token = {"token": record.access_token}
            for params in (thread, {**thread, **token}):
                with self.subTest(comments=name, token=params is not thread):
                    text = self.url_open(
                        "/mail/chatter_fetch",
                        json={"params": params},
                        headers=referrer,
                    ).text
                    for word in ("question", "reply"):
                        self.assertNotIn(f"{WORD_A} {word}", text)
            page = {"order": "orders", "invoice": "invoices"}.get(name)
            if page:
                path = f"/my/{page}/{record.id}?access_token={record.access_token}"
                self.assertNotIn(record.name, self.url_open(path).text)

    # --- nothing is written ---

    def _count(self):
        self.env.invalidate_all()
        self.env.cr.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE relname LIKE 'client_%%'"
            " OR relname IN ('mail_message', 'ir_attachment', 'project_task',"
            " 'sale_order', 'account_move', 'res_partner', 'mail_followers')"
        )
        counts = {}
        for (table,) in sorted(self.env.cr.fetchall()):
            self.env.cr.execute(f'SELECT count(*), max(xmin::text) FROM "{table}"')
            counts[table] = self.env.cr.fetchone()
        return counts

    @mute_logger(*QUIET)
    def test_no_address_takes_anything(self):
        self._see(self.user_manager)
        before = self._count()
        referrer = {"Referer": f"{self.base_url()}/my/jobs"}
        token = http.Request.csrf_token(self)
        params = {
            "model": "res.partner",
            "method": "write",
            "args": [self.contact_a.ids, {"name": "X"}],
            "kwargs": {},
        }
        addresses = self._addresses("POST")
        self.assertGreater(len(addresses), 40)
        for address, kind in addresses.items():
            if address in READING_ROUTES:
                continue
            for headers in (referrer, {}):
                if not headers and not address.startswith("/my"):
                    continue
                with self.subTest(address=address, referrer=bool(headers)):
                    if kind == "http":
                        response = self.url_open(
                            address,
                            data={"csrf_token": token, "name": "X"},
                            headers=headers,
                            allow_redirects=False,
                        )
                        self.assertEqual(response.status_code, 403)
                    else:
                        response = self.url_open(
                            address, json={"params": params}, headers=headers
                        )
                    self.assertIn("to look only", response.text)
        self.assertEqual(self._count(), before)

    def test_every_role_reads_only_what_it_may_in_its_own_companies(self):
        """A contact of two companies is not seen by who works for one of them."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        job = self.documents[self.client_a]["job"]
        self.portal_a.company_ids = [Command.link(other.id)]
        with self.assertRaisesRegex(Exception, "company"):
            self._see(self.viewer)
        self.portal_a.company_ids = [Command.unlink(other.id)]
        self.env["ir.rule"].search([("name", "like", "Not for colleagues")]).unlink()
        self._see(self.viewer)
        self.assertIn(job.name, self._get("/my/jobs").text)
        # the client becomes restricted while he looks
        self.client_a.client_restricted = True
        self.env.flush_all()
        text = self._get("/my/jobs").text
        self.assertNotIn(job.name, text)
        self.assertNotIn("You see the portal as", text)
