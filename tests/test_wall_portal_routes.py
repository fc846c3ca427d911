"""Odoo's pages and routes with guessed ids, and with the tokens of others."""

import re

from odoo.tests import JsonRpcException, tagged
from odoo.tools import mute_logger

from .common_wall_portal import WORD_A, WORD_B, WallPortalCommon

LISTS = (
    "/my",
    "/my/orders",
    "/my/quotes",
    "/my/invoices",
    "/my/invoices/overdue",
    "/my/projects",
    "/my/tasks",
    "/my/timesheets",
    "/my/addresses",
    "/my/account",
    "/my/payment_method",
    "/my/jobs",
    "/my/pieces?filterby=all",
    "/my/contracts",
)


@tagged("post_install", "-at_install")
class TestWallPortalRoutes(WallPortalCommon):
    def _pages(self, documents):
        """Return the addresses of a client's documents, without a token."""
        ids = {name: record.id for name, record in documents.items()}
        return {
            "order": f"/my/orders/{ids['order']}?",
            "invoice": f"/my/invoices/{ids['invoice']}?",
            "project": f"/my/projects/{ids['project']}?",
            "task": f"/my/tasks/{ids['task']}?",
            "project task": f"/my/projects/{ids['project']}/task/{ids['task']}?",
            "contract": f"/my/contracts/{ids['contract']}?",
            "job": f"/my/jobs/{ids['job']}?",
            "piece": f"/my/pieces/{ids['piece']}?",
            "address": f"/my/address?partner_id={ids['address']}&",
        }

    def _read_page(self, path):
        return self.url_open(path, timeout=60).text

    def _assert_no_word(self, words, text, **where):
        for word in words:
            with self.subTest(word=word, **where):
                self.assertNotIn(word, text)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_lists(self):
        for user, clients in self._viewers()[:4]:
            words = self._foreign_words(*clients)
            self._login(user)
            for path in LISTS:
                text = self._read_page(path)
                self._assert_no_word(words, text, user=user.login, path=path)
        self._login(self.portal_h)
        text = self._read_page("/my/orders")
        self.assertIn(self.documents[self.holding]["order"].name, text)
        self.assertNotIn(self.documents[self.client_a]["order"].name, text)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_guessed_ids_and_tokens(self):
        """Without a token, with an empty, a wrong, and with the right one of another
        client: a signed-in person of another client gets nothing."""
        own = self.documents[self.client_a]
        token = own["order"].access_token
        for user in (self.portal_b, self.portal_h):
            self._login(user)
            for name, path in self._pages(own).items():
                record = own[name.split()[-1]]
                right = record.access_token if "access_token" in record else token
                if name == "project task":
                    right = own["project"].access_token
                for shown in (
                    "",
                    "access_token=",
                    "access_token=wrong",
                    f"access_token={token}",
                    f"access_token={right}",
                ):
                    text = self._read_page(path + shown)
                    self._assert_no_word(
                        {WORD_A}, text, user=user.login, page=name, token=shown
                    )

    def test_own_people_open_the_same_pages(self):
        self._login(self.portal_a)
        own = self.documents[self.client_a]
        for name, path in self._pages(own).items():
            with self.subTest(page=name):
                record = own[name.split()[-1]]
                self.assertIn(record.name, self._read_page(path))

    def test_a_mailed_link_opens_for_who_has_no_account(self):
        own = self.documents[self.client_a]
        for name in ("order", "invoice"):
            page = self._pages(own)[name]
            with self.subTest(page=name):
                text = self._read_page(f"{page}access_token={own[name].access_token}")
                self.assertIn(own[name].name, text)
                text = self._read_page(f"{page}access_token=wrong")
                self.assertNotIn(own[name].name, text)

    def test_any_token_shows_no_more_tasks_of_a_project(self):
        """A person who follows the project reads its tasks only as the rules say."""
        own = self.documents[self.client_a]
        hidden = self.env["project.task"].create(
            {"name": "Platypus", "project_id": own["project"].id}
        )
        self.contact_own.portal_scope = "own"
        own["project"].message_subscribe(self.contact_own.ids)
        self._login(self.portal_own)
        path = f"/my/projects/{own['project'].id}/task/{hidden.id}"
        for shown in (
            "",
            "?access_token=x",
            f"?access_token={own['project'].access_token}",
        ):
            with self.subTest(token=shown):
                self.assertNotIn("Platypus", self._read_page(path + shown))

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_message_routes(self):
        own = self.documents[self.client_a]
        for user in (self.portal_b, self.portal_h):
            self._login(user)
            for name in ("order", "invoice", "project", "task", "job", "piece"):
                record = own[name]
                message = record.message_ids.filtered(
                    lambda row: row.message_type == "comment"
                )[:1]
                thread = {"thread_model": record._name, "thread_id": record.id}
                token = record.access_token
                calls = [
                    ("/mail/thread/messages", thread),
                    ("/mail/chatter_fetch", thread),
                    ("/mail/chatter_fetch", dict(thread, token=token)),
                    ("/portal/chatter_init", thread),
                    ("/portal/chatter_init", dict(thread, token=token)),
                    ("/mail/thread/recipients", thread),
                    (
                        "/mail/data",
                        {
                            "fetch_params": [
                                [
                                    "mail.thread",
                                    dict(
                                        thread,
                                        request_list=["followers", "attachments"],
                                    ),
                                ]
                            ]
                        },
                    ),
                    ("/mail/message/post", dict(thread, post_data={"body": "Hi"})),
                    (
                        "/mail/message/post",
                        dict(thread, post_data={"body": "Hi"}, token=token),
                    ),
                    (
                        "/mail/message/reaction",
                        {"message_id": message.id, "content": "👍", "action": "add"},
                    ),
                    (
                        "/mail/message/update_content",
                        {"message_id": message.id, "update_data": {"body": ""}},
                    ),
                    (
                        "/mail/partner/from_email",
                        dict(thread, emails=[self.contact_a.email]),
                    ),
                ]
                count = len(record.message_ids)
                for route, params in calls:
                    try:
                        text = str(self.make_jsonrpc_request(route, params))
                    except JsonRpcException as error:
                        text = str(error)
                    where = {"user": user.login, "route": route, "model": record._name}
                    self._assert_no_word({WORD_A, "Paula"}, text, **where)
                self.env.invalidate_all()
                self.assertEqual(len(record.message_ids), count)
                self.assertFalse(message.reaction_ids)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_files_and_pictures(self):
        own = self.documents[self.client_a]
        files = self.env["ir.attachment"].search(
            [("name", "like", f"{WORD_A}%"), ("res_model", "!=", False)]
        )
        self.assertGreater(len(files), 5)
        paths = []
        for file in files:
            raw = file._get_raw_access_token()
            for token in ("", "wrong", file.access_token or "x", raw):
                paths.append(f"/web/content/{file.id}?access_token={token}")
            paths.append(f"/mail/attachment/pdf_first_page/{file.id}")
        message = own["order"].message_ids.filtered("attachment_ids")[:1]
        token = own["order"].access_token
        pictures = [
            f"/web/image/res.partner/{self.client_a.id}/avatar_128",
            f"/web/image/res.partner/{self.client_a.id}/image_1920",
            f"/web/image/mail.message/{message.id}/author_avatar/50x50",
            f"/mail/avatar/mail.message/{message.id}/author_avatar/50x50",
            f"/mail/avatar/mail.message/{message.id}/author_avatar/50x50"
            f"?access_token={token}",
            f"/web/partner/vcard?partner_ids={self.client_a.id}",
        ]
        own_picture = self._content_of(self.portal_a, pictures[1])
        self.assertTrue(own_picture)
        for user in (self.portal_b, self.portal_h):
            self._login(user)
            for path in paths:
                text = self.url_open(path).text
                self._assert_no_word({f"{WORD_A} content"}, text, path=path)
            for path in pictures:
                response = self.url_open(path)
                with self.subTest(user=user.login, path=path):
                    self.assertNotEqual(response.content, own_picture)
                    self.assertNotIn(WORD_A.encode(), response.content)

    def _content_of(self, user, path):
        self._login(user)
        return self.url_open(path).content

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_links_and_reports(self):
        """``/mail/view`` leads nowhere, reports are not printed."""
        own = self.documents[self.client_a]
        reports = {
            "order": "sale.report_saleorder",
            "invoice": "account.report_invoice",
            "contract": "client_hub.report_contract",
        }
        self._login(self.portal_b)
        for name in ("order", "invoice", "project", "task", "contract"):
            record = own[name]
            path = f"/mail/view?model={record._name}&res_id={record.id}"
            for shown in ("", f"&access_token={record.access_token}"):
                with self.subTest(link=name, token=bool(shown)):
                    self.assertNotIn(WORD_A, self._read_page(path + shown))
        for name, report in reports.items():
            with self.subTest(report=report):
                text = self._read_page(f"/report/html/{report}/{own[name].id}")
                self.assertNotIn(WORD_A, text)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_links_with_tokens_by_rpc(self):
        own = self.documents[self.client_a]
        self._login(self.portal_b)
        for name in ("order", "invoice", "project", "task", "contract", "job"):
            record = own[name]
            for method in ("get_portal_url", "action_share", "_portal_ensure_token"):
                with self.subTest(model=record._name, method=method):
                    try:
                        value = self._call_kw(record, method)
                    except JsonRpcException as error:
                        value = error
                    self.assertNotIn(record.access_token or WORD_A, str(value))
        self._login(self.portal_a)
        url = self._call_kw(own["order"], "get_portal_url")
        self.assertIn(own["order"].access_token, url)

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_writing_as_a_way_to_read(self):
        """A form of one's own that is pointed at a hidden contact tells nothing."""
        self._login(self.portal_b)
        user = self.portal_b
        hidden = self.client_a
        spec = {"parent_id": {"fields": {"display_name": {}}}, "street": {}}
        attempts = [
            (user, "onchange", [{"parent_id": hidden.id}, ["parent_id"], spec]),
            (
                self.contact_b,
                "onchange",
                [{"parent_id": hidden.id}, ["parent_id"], spec],
            ),
            (user, "web_save", [{"parent_id": hidden.id}, spec]),
            (user, "write", [{"parent_id": hidden.id}]),
        ]
        task = self.documents[self.client_b]["task"]
        spec = {"partner_id": {"fields": {"display_name": {}}}}
        attempts += [
            (task, "onchange", [{"partner_id": hidden.id}, ["partner_id"], spec]),
            (task, "web_save", [{"partner_id": hidden.id}, spec]),
            (
                task,
                "web_save",
                [{"parent_id": self.documents[hidden]["task"].id}, {"parent_id": {}}],
            ),
        ]
        for record, method, args in attempts:
            try:
                value = self._call_kw(record, method, *args)
            except JsonRpcException as error:
                value = error
            with self.subTest(model=record._name, method=method):
                self.assertNotIn(WORD_A, str(value))
        self.env.invalidate_all()
        self.assertEqual(self.contact_b.parent_id, self.client_b)
        self.assertEqual(task.partner_id, self.client_b)

    def _call_kw(self, record, method, *args):
        return self.make_jsonrpc_request(
            f"/web/dataset/call_kw/{record._name}/{method}",
            {
                "model": record._name,
                "method": method,
                "args": [record.ids, *args],
                "kwargs": {},
            },
        )

    @mute_logger("odoo.http", "odoo.addons.base.models.ir_rule")
    def test_ratings(self):
        """A rating is asked from one person; another client's is told nothing."""
        own = self.documents[self.client_a]
        task = own["task"]
        rating = self.env["rating.rating"].create(
            {
                "res_model_id": self.env["ir.model"]._get_id("project.task"),
                "res_id": task.id,
                "partner_id": self.contact_a.id,
                "rated_partner_id": self.user_manager.partner_id.id,
            }
        )
        self._login(self.portal_b)
        for path in (f"/rate/{rating.access_token}/5", "/rate/guessed/5"):
            with self.subTest(path=path):
                self.assertNotIn(WORD_A, self._read_page(path))

    def test_counts_on_the_home_page(self):
        """The cards count what the lists show."""
        self._login(self.portal_h)
        values = self.make_jsonrpc_request(
            "/my/counters",
            {
                "counters": [
                    "order_count",
                    "invoice_count",
                    "project_count",
                    "task_count",
                ]
            },
        )
        self.assertEqual(
            {name: int(value) for name, value in values.items()},
            {"order_count": 1, "invoice_count": 1, "project_count": 1, "task_count": 1},
        )
        found = re.findall(WORD_B, self._read_page("/my/home"))
        self.assertFalse(found)
