"""Each page of the portal in a browser, checked by axe-core against WCAG 2 A and AA."""

import os
import re
from datetime import date, timedelta
from pathlib import Path
from unittest import SkipTest
from urllib.parse import urljoin

from odoo import fields
from odoo.tests import tagged
from odoo.tests.common import ChromeBrowser

from ..controllers.portal_pieces import ClientPiecesPortal
from ..models import ir_http
from ..tools.throttle import Throttle
from .common_portal import ClientPortalCommon
from .common_renegotiation import RenegotiationCommon
from .common_signature import SignatureCommon

WIDTHS = {"desktop": (1280, 900), "phone": (390, 844)}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# Not the page before, which may have the same address.
READY = """
    document.readyState === "complete"
    && !window.isLeft
    && !document.querySelector(".o_loading_indicator, .o_blockUI")
"""
# Waits for what is loaded after the page (counters, chatter, pages of a PDF) and for
# colours that fade in.
RUN = """
    (async () => {
        const quiet = () => new Promise((resolve) => setTimeout(resolve, 250));
        let before = -1;
        for (let turn = 0; turn < 20; turn++) {
            const entries = performance.getEntriesByType("resource").length;
            if (entries === before) break;
            before = entries;
            await quiet();
        }
        %s
        await quiet();
        const found = await axe.run(document, {
            runOnly: %s,
            resultTypes: ["violations"],
        });
        return found.violations.flatMap((rule) =>
            rule.nodes.map((node) => [
                rule.id,
                node.target.flat(2).join(" "),
                node.html.slice(0, 160),
                node.failureSummary.split("\\n").slice(1).join(" ").trim(),
            ])
        );
    })()
"""
# What a thumb has to hit on a phone: 44 px high, or a line of a text.
THUMB = """
    [...document.querySelectorAll(
        "[data-client-page] :is(.btn, a.badge, summary, select, .page-link, .nav-link,"
        + " .o_client_job_title > a, input:not([type='hidden']))"
    )]
        .filter((el) => el.offsetParent && el.tabIndex >= 0)
        .map((el) => [el, (el.type === "checkbox" || el.type === "radio"
            ? el.closest(".form-check, tr") : el).getBoundingClientRect()])
        .filter(([el, box]) => box.width > 1 && box.height < 43.5)
        .map(([el, box]) => ["thumb", `${el.className} ${el.textContent.trim()}`,
            `${box.width} x ${box.height}`])
"""
# Addresses of no page of their own: files, what leads to a page, and the following
# pages of a list; and a page of Odoo's.
NO_PAGE = re.compile(
    r".*/(file|certificate|document|download|page)(/|$)|/client_hub/|/my/projects/"
)
# What Odoo's own part of the page does wrong: rule, and a piece of the selector.
ODOOS_OWN = ()


@tagged("post_install", "-at_install")
class TestPortalAccessibility(SignatureCommon, RenegotiationCommon, ClientPortalCommon):
    """One browser opens them all, as the people who see them, in both widths."""

    browser_size = "1280x900"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = os.environ.get("CLIENT_HUB_AXE")
        if not path:
            raise SkipTest("axe-core is put in place by dev/test")
        cls.axe = Path(path).read_text(encoding="utf-8")

    def test_no_page_keeps_somebody_out(self):
        browser = ChromeBrowser(self)
        self.addCleanup(browser.stop)
        problems = []
        with self.allow_requests(browser=browser):
            self.addCleanup(self._wait_remaining_requests)
            pages_of = self._prepare_pages()
            self._check_routes([page[0] for __, pages in pages_of for page in pages])
            for user, pages in pages_of:
                self._sign_in(browser, user)
                problems += self._check_all(browser, pages)
            self.patch(ir_http, "THROTTLE", Throttle(burst=0, rate=1))
            self._sign_in(browser, self.portal_a)
            problems += self._check_all(browser, [("/my/jobs?limit=1", "")])
        self.assertFalse(problems, "\n" + "\n".join(problems))

    def _check_routes(self, paths):
        """Assert that no page of the addon is left out."""
        shown = [path.split("?")[0] for path in paths]
        for rule in self._find_routes():
            is_get = "GET" in (rule.methods or ["GET"])
            is_page = rule.endpoint.routing["type"] == "http" and is_get
            if not is_page or NO_PAGE.match(rule.rule):
                continue
            pattern = re.sub(r"<int:\w+>", r"\\d+", rule.rule)
            pattern = re.sub(r"<string:\w+>", "[^/]+", pattern)
            is_shown = any(re.fullmatch(pattern, path) for path in shown)
            self.assertTrue(is_shown, f"{rule.rule} is not looked at")

    def _check_all(self, browser, pages):
        """Return a sentence for each thing that is wrong on one of the pages."""
        problems = []
        for path, action in pages:
            self._open(browser, path)
            for width, size in WIDTHS.items():
                self._set_size(browser, width, size)
                found = self._check(browser, action)
                if width == "phone":
                    found += self._evaluate(browser, THUMB)
                problems += [f"{path} ({width}): {' | '.join(row)}" for row in found]
                action = ""
        return problems

    # --- the browser ---

    def _sign_in(self, browser, user):
        extra = None
        if not user:
            # as if the guest had typed the code of his link
            opened = {str(self.link.id): "2099-01-01 00:00:00"}
            extra = {"client_piece_links": opened}
        login = user and user.login
        self.authenticate(login, login, browser=browser, session_extra=extra)
        self.cr.flush()
        self.cr.clear()

    def _set_size(self, browser, name, size):
        width, height = size
        browser._websocket_request(
            "Emulation.setDeviceMetricsOverride",
            params={
                "width": width,
                "height": height,
                "deviceScaleFactor": 1,
                "mobile": name == "phone",
            },
        )

    def _evaluate(self, browser, expression, timeout=60.0):
        answer = browser._websocket_request(
            "Runtime.evaluate",
            params={
                "expression": expression,
                "awaitPromise": True,
                "returnByValue": True,
            },
            timeout=timeout,
        )
        self.assertNotIn("exceptionDetails", answer, expression[-300:])
        return answer["result"].get("value")

    def _open(self, browser, path):
        """Open a page once for both widths: all that differs is in its styles."""
        self._set_size(browser, *next(iter(WIDTHS.items())))
        self._evaluate(browser, "window.isLeft = true")
        browser.navigate_to(urljoin(self.base_url(), path), wait_stop=True)
        self.assertTrue(browser._wait_ready(READY), path)
        here = self._evaluate(browser, "location.pathname")
        self.assertEqual(here, path.split("?")[0], "the page leads elsewhere")
        self._evaluate(browser, f"{self.axe};0")

    def _check(self, browser, action):
        """Return what axe-core finds on the page, without what is Odoo's own."""
        return [
            found
            for found in self._evaluate(browser, RUN % (action, TAGS))
            if not any(
                found[0] == rule and selector in found[1]
                for rule, selector in ODOOS_OWN
            )
        ]

    # --- the pages ---

    def _prepare_pages(self):
        """Return ``[(user, [(path, what to do there first)])]``."""
        (self.client_a | self.client_b).client_portal_access = "yes"
        self.client_a.client_budget_portal = "yes"
        self.patch(ClientPiecesPortal, "_pieces_per_page", 1)
        job = self._create_job(
            title="Summer campaign",
            pieces=[
                {"type_id": self.type_social.id, "name": name}
                for name in ("Decided", "Waiting", "Linked", "Planned")
            ],
        )
        decided, waiting, linked, _planned = job.piece_ids.sorted("id")
        version = self._send_version(decided)
        decided._portal_decide(version, self.contact_a, "changes", comment="Lighter")
        self._send_version(decided, text="Hello summer")
        linked.allow_link = True
        self._send_version(linked)
        version = self._send_version(waiting)
        self.env["client.piece.remark"].create(
            {
                "version_id": version.id,
                "author_id": self.contact_a.id,
                "target": "layout",
                "x": 0.5,
                "y": 0.5,
                "body": "A little lighter",
            }
        )
        token = self.env["client.piece.link"]._open_for(linked, self.colleague)
        self.link = linked.link_ids.filtered(
            lambda link: link.partner_id == self.colleague
        )[-1:]
        other = self.env["client.piece.link"]._open_for(linked, self.contact_a)
        draft = self._create_job(title="Only an idea", submit=False)
        draft._portal_add_files([{"name": "photo.png", "raw": b"1"}])
        self.budget.needs_consent = True
        self.budget.with_user(self.user_manager)._revise(1500, "Second film")
        running = self._create_contract()
        row = self._request(self.contract)
        agreement = self._propose()
        send = "document.querySelector(`button[value='submit']`).click();"
        client_pages = [
            ("/my", ""),
            ("/my/jobs", ""),
            ("/my/jobs?search=nothing", ""),
            ("/my/jobs/new", ""),
            ("/my/jobs/new", send),
            (f"/my/jobs/{draft.id}/edit", ""),
            (f"/my/jobs/{job.id}", ""),
            (f"/my/jobs/{job.id}/sent", ""),
            ("/my/notifications?notice=saved", ""),
            ("/my/pieces", ""),
            # a piece a page: with the numbers of the others
            ("/my/pieces?filterby=all", ""),
            (f"/my/pieces/{waiting.id}", ""),
            (f"/my/pieces/{decided.id}?version=1&compare=2", ""),
            ("/my/budgets", ""),
            (f"/my/budgets/{self.budget.id}", ""),
            ("/my/contracts", ""),
            (f"/my/contracts/{running.id}", ""),
            (row._get_path(), ""),
            ("/my/agreements", ""),
            (agreement._get_path(), ""),
            ("/my/statement", ""),
            ("/my/invoices", ""),
        ]
        # the piece, after the code; the question for the code; a link that is closed;
        # what the personal key in a mail opens
        guest_pages = [
            (f"/pieces/{token}", ""),
            (f"/pieces/{other}", ""),
            ("/pieces/closed", ""),
            *(
                (f"{document._get_path()}?access_token={document.access_token}", "")
                for document in (row.sudo(), agreement.sudo())
            ),
            (running.get_portal_url(), ""),
        ]
        # of a client who has just come
        empty_pages = [
            (f"/my/{name}".rstrip("/"), "")
            for name in ("", "jobs", "pieces", "contracts", "statement", "agreements")
        ]
        return [
            (self.portal_a, client_pages),
            (None, guest_pages),
            (self.portal_b, empty_pages),
        ]

    def _propose(self):
        """Return what the client is asked to agree to, for one of two invoices."""
        today = fields.Date.today()
        self._invoice(500.0, today + timedelta(days=5))
        row = self._renegotiate(
            self._invoice(1000.0, date(2026, 3, 1)),
            date=today,
            date_first=today + timedelta(days=30),
            date_expiry=today + timedelta(days=10),
        )
        row.action_propose()
        return row.sudo()
