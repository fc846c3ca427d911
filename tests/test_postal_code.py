"""Postal codes: the chain of services, the kept answers, what the form gets."""

import json
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest import TestCase
from unittest.mock import patch

import brazilcep
from hypothesis import given
from hypothesis import strategies as st

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import BaseCase, tagged

from odoo.addons.client_hub.tools import postal_code
from odoo.addons.client_hub.tools.postal_code import chain as chain_tool

from .common import ClientHubCommon

PAULISTA = {
    "cep": "01310-100",
    "logradouro": "Avenida Paulista",
    "bairro": "Bela Vista",
    "localidade": "São Paulo",
    "uf": "SP",
}
VILLAGE = {
    "cep": "29690-000",
    "logradouro": "",
    "bairro": "",
    "localidade": "Itaguaçu",
    "uf": "ES",
}


class Services:
    """The services of brazilcep on this machine: their answers, and who was asked."""

    def __init__(self):
        self.asked = []
        # service -> {code: (status, body)}; without one: 404
        self.answers = {"opencep": {}, "viacep": {}, "apicep": {}}
        self.wait = 0.0
        services = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                service, code = self.path.strip("/").split("/")
                services.asked.append(service)
                time.sleep(services.wait)
                code = code.replace("-", "")
                status, body = services.answers[service].get(code, (404, {}))
                content = body if isinstance(body, str) else json.dumps(body)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(content.encode())

            def log_message(self, *args):
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def start(self, case):
        """Have brazilcep ask this machine until the test ends."""
        case.addCleanup(self.server.server_close)
        case.addCleanup(self.server.shutdown)
        for name in self.answers:
            module = getattr(brazilcep, name)
            url = f"http://127.0.0.1:{self.server.server_port}/{name}/{{}}"
            patcher = patch.object(module, "URL", url)
            patcher.start()
            case.addCleanup(patcher.stop)


class Fake(postal_code.Provider):
    name = "fake"

    def __init__(self, answer):
        self.answer = answer
        self.timeout = None

    def fetch(self, code, timeout):
        self.timeout = timeout
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


FOUND = postal_code.PostalAddress(city="X")
UNKNOWN = postal_code.PostalCodeUnknown()
DEAD = postal_code.PostalCodeUnavailable()


@tagged("post_install", "-at_install")
class TestPostalCodeChain(BaseCase):
    def test_codes_of_a_country(self):
        self.assertTrue(postal_code.is_code("BR", "01310-100"))
        self.assertFalse(postal_code.is_code("BR", "1310-100"))
        self.assertFalse(postal_code.is_code("XX", "01310-100"))
        self.assertEqual(postal_code.format_code("BR", "01310100"), "01310-100")
        self.assertEqual(postal_code.format_code("PT", "1200-018"), "1200-018")

    @given(st.integers(0, 99_999_999))
    def test_writing_a_code_keeps_it(self, number):
        code = f"{number:08}"
        written = postal_code.format_code("BR", code)
        self.assertEqual(chain_tool.plain_code(written), code)
        self.assertEqual(postal_code.format_code("BR", written), written)

    @given(st.lists(st.sampled_from([FOUND, UNKNOWN, DEAD]), max_size=5))
    def test_the_first_answer_counts(self, answers):
        providers = [Fake(answer) for answer in answers]

        def ask():
            return postal_code.ask("BR", "01310-100", chain=providers)

        if FOUND in answers:
            self.assertEqual(ask(), FOUND)
            later = providers[answers.index(FOUND) + 1 :]
            self.assertFalse([p for p in later if p.timeout])
        elif UNKNOWN in answers:
            self.assertRaises(postal_code.PostalCodeUnknown, ask)
        else:
            self.assertRaises(postal_code.PostalCodeUnavailable, ask)

    def test_no_service_gets_more_than_what_is_left(self):
        provider = Fake(FOUND)
        postal_code.ask("BR", "1", chain=[provider], timeout=9, budget=3)
        self.assertLessEqual(provider.timeout, 3)
        with self.assertRaises(postal_code.PostalCodeUnavailable):
            postal_code.ask("BR", "1", chain=[provider], budget=0)


class TestSlowService(TestCase):
    """Without Odoo's test case, which makes every time-out longer."""

    def test_a_slow_service_is_given_up(self):
        services = Services()
        services.start(self)
        services.wait = 3.0
        begin = time.monotonic()
        with self.assertRaises(postal_code.PostalCodeUnavailable):
            postal_code.ask("BR", "01310-100", timeout=0.2, budget=0.5)
        self.assertLess(time.monotonic() - begin, 2.0)
        self.assertGreaterEqual(len(services.asked), 2)


@tagged("post_install", "-at_install")
class TestPostalCode(ClientHubCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.brazil = cls.env.ref("base.br")
        cls.brazil.enforce_cities = False

    def setUp(self):
        super().setUp()
        self.services = Services()
        self.services.start(self)
        self.services.answers["opencep"]["01310100"] = (200, PAULISTA)

    def _lookup(self, code, user=None, country=None):
        model = self.env["client.postal.code"].with_user(user or self.user_manager)
        return model.lookup(code, (country or self.brazil).id)

    def test_a_code_fills_the_address(self):
        answer = self._lookup("01310100")
        self.assertEqual((answer["status"], answer["message"]), ("found", ""))
        values = answer["values"]
        self.assertEqual(values["street"], "Avenida Paulista")
        self.assertEqual(values["neighbourhood"], "Bela Vista")
        self.assertEqual(values["city"], "São Paulo")
        self.assertEqual(values["zip"], "01310-100")
        self.assertEqual(values["state_id"]["id"], self.env.ref("base.state_br_sp").id)
        self.assertEqual(values["country_id"]["id"], self.brazil.id)
        self.assertFalse(values["city_id"])

    def test_the_city_is_odoo_s_where_cities_are_chosen(self):
        self.brazil.enforce_cities = True
        state = self.env.ref("base.state_br_sp")
        values = {"country_id": self.brazil.id, "state_id": state.id}
        city = self.env["res.city"].create({**values, "name": "SAO PAULO"})
        elsewhere = {**values, "state_id": self.env.ref("base.state_br_rj").id}
        self.env["res.city"].create({**elsewhere, "name": "São Paulo"})
        self.env["res.city"].search(
            [
                ("name", "=", "São Paulo"),
                ("id", "!=", city.id),
                ("state_id", "=", state.id),
            ]
        ).unlink()
        found = self._lookup("01310-100")["values"]
        self.assertEqual(found["city_id"]["id"], city.id)
        self.assertEqual(found["city"], "SAO PAULO")

    def test_a_code_of_a_whole_town_has_no_street(self):
        self.services.answers["opencep"]["29690000"] = (200, VILLAGE)
        values = self._lookup("29690-000")["values"]
        self.assertEqual((values["street"], values["city"]), ("", "Itaguaçu"))

    def test_answers_are_kept_for_everybody(self):
        self._lookup("01310-100")
        self._lookup("01310100", self.user_outsider)
        self.assertEqual(self.services.asked, ["opencep"])
        kept = self.env["client.postal.code"].search([("code", "=", "01310-100")])
        self.assertEqual(kept.provider, "opencep")
        kept.date -= timedelta(days=181)
        self._lookup("01310-100")
        self.assertEqual(len(self.services.asked), 2)
        self.assertGreater(kept.date, fields.Datetime.now() - timedelta(days=1))

    def test_an_unknown_code_is_said_and_asked_again_tomorrow(self):
        answer = self._lookup("99999-999")
        self.assertEqual(answer["status"], "unknown")
        self.assertIn("99999-999", answer["message"])
        self.assertEqual(self.services.asked, ["opencep", "viacep", "apicep"])
        self._lookup("99999-999")
        self.assertEqual(len(self.services.asked), 3)
        kept = self.env["client.postal.code"].search([("code", "=", "99999-999")])
        kept.date -= timedelta(days=2)
        self.services.answers["viacep"]["99999999"] = (200, PAULISTA)
        self.assertEqual(self._lookup("99999-999")["status"], "found")

    def test_the_next_service_answers_for_a_broken_one(self):
        for broken in [(500, {}), (200, "<html>"), (200, {})]:
            with self.subTest(broken=broken):
                self.env["client.postal.code"].search([]).unlink()
                self.services.answers["opencep"]["01310100"] = broken
                self.services.answers["viacep"]["01310100"] = (200, PAULISTA)
                answer = self._lookup("01310-100")
                self.assertEqual(answer["status"], "found")

    def test_dead_services_are_said_and_nothing_is_kept(self):
        for name in self.services.answers:
            self.services.answers[name]["01310100"] = (503, "busy")
        answer = self._lookup("01310-100")
        self.assertEqual(answer["status"], "unavailable")
        self.assertIn("type the address", answer["message"])
        self.assertFalse(self.env["client.postal.code"].search([]))
        # nobody listens at all
        self.services.server.shutdown()
        self.services.server.server_close()
        self.assertEqual(self._lookup("01310-100")["status"], "unavailable")

    def test_what_is_no_code_is_not_asked(self):
        answer = self._lookup("123")
        self.assertEqual(answer["status"], "invalid")
        self.assertIn("01310-100", answer["message"])
        portugal = self.env.ref("base.pt")
        self.assertEqual(self._lookup("1200-018", country=portugal)["status"], "none")
        self.assertEqual(self._lookup("")["status"], "none")
        self.assertEqual(self.services.asked, [])

    def test_without_a_country_it_is_the_company_s(self):
        self.company.country_id = self.brazil
        model = self.env["client.postal.code"].with_user(self.user_manager)
        self.assertEqual(model.lookup("01310-100")["status"], "found")

    def test_who_may_ask(self):
        for user in (self.user_creation, self.portal_a):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self._lookup("01310-100", user)
        self.assertEqual(self.services.asked, [])

    def test_only_administrators_see_what_is_kept(self):
        self._lookup("01310-100")
        kept = self.env["client.postal.code"].search([])
        for user, may in ((self.user_admin_hub, True), (self.user_manager, False)):
            with self.subTest(user=user.login):
                self.assertEqual(kept.with_user(user).has_access("read"), may)
                self.assertEqual(kept.with_user(user).has_access("unlink"), may)
                self.assertFalse(kept.with_user(user).has_access("write"))

    def test_old_answers_are_deleted(self):
        self._lookup("01310-100")
        self._lookup("99999-999")
        kept = self.env["client.postal.code"].search([])
        kept._gc_old()
        self.assertEqual(len(kept.exists()), 2)
        kept.write({"date": fields.Datetime.now() - timedelta(days=30)})
        kept._gc_old()
        self.assertEqual(kept.exists().code, "01310-100")
