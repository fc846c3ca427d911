"""A client as it was: who sees what of the past, and what is told of it."""

from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import BaseCase, freeze_time, tagged

from ..models.res_users_history import PORTAL_USER
from ..tools import as_of
from ..tools.history_text import differs, is_filled, number_text, readable, with_raw
from .common_contract import ContractCommon

# a busy machine is no reason to fail
QUIET = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
IDS = st.integers(1, 4)
FIELDS = ("name", "city")
STEPS = st.lists(
    st.tuples(
        IDS,
        st.sampled_from(("create", "write", "write", "write", "unlink", "leave")),
        st.sampled_from(FIELDS),
        st.text("ab", max_size=2),
    ),
    max_size=25,
)


def _play(steps):
    """Do steps; return the rows of the history and the world after each of them."""
    world, rows, snapshots = {}, [], [{}]
    for record_id, action, field, text in steps:
        record = world.get(record_id)
        changes = []
        if action == "create" and record is None:
            world[record_id] = {**dict.fromkeys(FIELDS, ""), field: text}
            action = "arrive" if any(row[0] == record_id for row in rows) else action
            changes = [(field, "", text)]
        elif action == "write" and record is not None:
            changes = [(field, record[field], text)]
            world[record_id] = {**record, field: text}
        elif action in as_of.WENT and record is not None:
            changes = [(name, old, "") for name, old in record.items() if old]
            del world[record_id]
        else:
            continue
        rows.append((record_id, action, changes))
        snapshots.append({id_: dict(values) for id_, values in world.items()})
    return rows, snapshots


def _see(rows, record_id, moment, erased=frozenset()):
    """Return what the history says of a record, seen from before a row."""
    past = {"first": {}, "last": {}, "erased_after": 0, "erased_before": 0}
    crossing, is_told = "", False
    for place, (id_, action, changes) in enumerate(rows, start=1):
        if id_ != record_id:
            continue
        is_later = place > moment
        if is_later and not crossing and action in as_of.CAME | as_of.WENT:
            crossing = action
        if place in erased:
            if is_later:
                past["erased_after"] = past["erased_after"] or place
            else:
                past["erased_before"] = place
            continue
        is_told = is_told or (not is_later and action in as_of.CAME)
        for name, old, new in changes:
            if is_later:
                change = as_of.Change(place, as_of.Value(old))
                past["first"].setdefault(name, change)
            else:
                past["last"][name] = as_of.Change(place, as_of.Value(new))
    return as_of.Past(crossing=crossing, is_told=is_told, **past)


@tagged("post_install", "-at_install")
class TestAsOfTools(BaseCase):
    @QUIET
    @given(STEPS)
    def test_every_moment_is_found_again(self, steps):
        rows, snapshots = _play(steps)
        for moment, snapshot in enumerate(snapshots):
            for record_id in range(1, 5):
                today = snapshots[-1].get(record_id)
                values = today and {k: as_of.Value(v) for k, v in today.items()}
                past = _see(rows, record_id, moment)
                state = as_of.state_at(past, FIELDS, values)
                told = state and {name: value.text for name, value in state.items()}
                self.assertEqual(told, snapshot.get(record_id))

    @QUIET
    @given(STEPS, st.sets(st.integers(1, 25), max_size=6))
    def test_what_was_erased_is_never_told_wrong(self, steps, erased):
        rows, snapshots = _play(steps)
        for moment, snapshot in enumerate(snapshots):
            for record_id in range(1, 5):
                today = snapshots[-1].get(record_id)
                values = today and {k: as_of.Value(v) for k, v in today.items()}
                past = _see(rows, record_id, moment, erased)
                state = as_of.state_at(past, FIELDS, values)
                self.assertEqual(state is None, record_id not in snapshot)
                for name, value in (state or {}).items():
                    if not value.mark and past.erased_after:
                        self.assertEqual(value.text, snapshot[record_id][name])

    @given(st.text("ab", max_size=2), st.text("ab", max_size=2))
    def test_two_moments_are_compared_field_by_field(self, left, right):
        sides = [{"name": as_of.Value(left)}, {"name": as_of.Value(right)}]
        word, words = as_of.compare(*sides, ["name"])
        self.assertEqual(word == "same", left == right)
        self.assertEqual(words["name"] == "removed", bool(left and not right))
        self.assertEqual(as_of.compare(None, sides[1], ["name"])[0], "added")
        self.assertEqual(as_of.compare(sides[0], None, ["name"])[0], "removed")

    def test_values_count_more_than_words(self):
        english, french = (
            as_of.Value("Draft", "draft"),
            as_of.Value("Brouillon", "draft"),
        )
        other = as_of.Value("Draft", "other")
        sides = [{"state": english}, {"state": french}]
        self.assertEqual(as_of.compare(*sides, ["state"])[0], "same")
        sides = [{"state": english}, {"state": other}]
        self.assertEqual(as_of.compare(*sides, ["state"])[0], "changed")
        erased = {"state": as_of.UNKNOWN}
        self.assertEqual(as_of.compare(erased, sides[1], ["state"])[0], "unknown")

    @given(st.floats(-1e12, 1e12))
    def test_numbers_are_written_in_full(self, number):
        text = number_text(number)
        self.assertNotIn("e", text)
        self.assertAlmostEqual(float(text), number, delta=1e-7)
        self.assertFalse(str(readable(text, number).raw).startswith("-0.0e"))

    def test_texts_remember_their_value(self):
        change = {"old": "", "new": readable("No", False)}
        self.assertEqual(with_raw(change)["raw"], [None, False])
        self.assertNotIn("raw", with_raw({"old": "a", "new": "b"}))
        self.assertTrue(differs(readable("Ana", 5), readable("Ana", 6)))
        self.assertFalse(differs(readable("0.3", 0.1 + 0.2), readable("0.3", 0.3)))
        self.assertTrue(is_filled(readable("Ana", 5)))
        self.assertFalse(is_filled(readable("0.00 €", 0.0)))
        self.assertEqual(as_of.owner_at(1, {1: 2, 2: 3}), 3)
        self.assertEqual(as_of.line_amount(3, 10, 50, round), 15)


@tagged("post_install", "-at_install")
class TestAsOf(ContractCommon):
    """Ten days ago all was set up; five days ago most of it was changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # later than what the set-up has written
        cls.now = datetime.now().replace(hour=12, minute=0) + timedelta(days=20)
        cls.before = (cls.now - timedelta(days=8)).date()
        cls.frozen = cls.enterClassContext(
            freeze_time(cls.now - timedelta(days=10), as_kwarg="")
        )
        cls.client = cls._create_client(
            "Corvo Books", manager=cls.user_manager, city="Lisbon"
        )
        cls.contact = cls.env["res.partner"].create(
            {
                "name": "Rita Corvo",
                "parent_id": cls.client.id,
                "email": "r@corvo.example",
            }
        )
        cls.gone = cls.env["res.partner"].create(
            {"name": "Gil Gone", "parent_id": cls.client.id, "phone": "555 01"}
        )
        cls.contract = cls._create_contract(
            cls.client, approve=False, contact_id=cls.contact.id
        )
        cls.deleted = cls._create_contract(
            cls.client, approve=False, name="Old deal", contact_id=cls.contact.id
        )
        cls.deleted_id = cls.deleted.id
        cls.budget = cls.env["client.budget"].create(
            {"name": "Spring", "client_id": cls.client.id, "amount": 5000}
        )
        cls._settle()
        cls.frozen.tick(timedelta(days=5))
        cls.client.write({"city": "Porto", "account_manager_id": cls.user_traffic.id})
        cls.contact.name = "Rita Maria Corvo"
        cls.gone.unlink()
        cls.contract.line_ids.price_unit = 1500
        cls.deleted.unlink()
        cls.budget._revise(8000, "More")
        cls._settle()
        cls.frozen.tick(timedelta(days=5))
        # as requests come: nothing in the cache
        cls.env.invalidate_all()

    @classmethod
    def _settle(cls):
        cls.env.flush_all()
        cls.env["client.history"]._write_pending()

    def _open(self, user=None, client=None, **values):
        self._settle()
        return (
            self.env["client.as.of"]
            .with_user(user or self.user_manager)
            .create(
                {"client_id": (client or self.client).id, "date": self.before, **values}
            )
        )

    def _sections(self, *args, **kwargs):
        """Return ``{section: {title: {field: text}}}`` of what is told."""
        [block, *_others] = self._open(*args, **kwargs)._prepare_page()["blocks"]
        return {
            section["key"]: {
                record["title"]: {f["name"]: f["left"] for f in record["fields"]}
                for record in section["records"]
            }
            for section in block["sections"]
        }

    def test_all_is_as_it_was(self):
        told = self._sections()
        self.assertEqual(told["identity"]["Corvo Books"]["city"], "Lisbon")
        self.assertEqual(
            told["team"]["Corvo Books"]["account_manager_id"], self.user_manager.name
        )
        self.assertEqual(told["contacts"].keys(), {"Rita Corvo", "Gil Gone"})
        self.assertEqual(told["contacts"]["Gil Gone"]["phone"], "555 01")
        [name] = [title for title in told["contracts"] if "Monthly fee" in title]
        self.assertEqual(told["contracts"][name]["contact_id"], "Rita Corvo")
        [budget] = told["budgets"].values()
        self.assertIn("5,000", budget["amount"])
        self.assertIn("5,000", budget["left"])

    def test_a_deleted_contract_comes_with_its_services(self):
        page = self._open()._prepare_page()
        [section] = [
            s for s in page["blocks"][0]["sections"] if s["key"] == "contracts"
        ]
        [record] = [r for r in section["records"] if "Old deal" in r["title"]]
        [line] = record["children"]
        texts = {field["name"]: field["left"] for field in line["fields"]}
        self.assertIn("1,000", texts["price_unit"])
        self.assertEqual(texts["quantity"], "1")
        # the history tells what is gone
        rows = self.env["client.history"].search(
            [("contract_id", "=", self.deleted_id), ("action", "=", "unlink")]
        )
        self.assertEqual(
            set(rows.mapped("model")), {"client.contract", "client.contract.line"}
        )
        self.assertIn("Old deal", "\n".join(rows.mapped("summary")))

    def test_the_page_is_marked_and_changes_nothing(self):
        as_of_day = self._open()
        html = str(as_of_day.page)
        self.assertIn("read-only", html)
        self.assertNotIn("<input", html)
        self.assertEqual(self.client.city, "Porto")
        with self.assertRaises(ValidationError):
            self._open(date=self.now.date() + timedelta(days=1))

    def test_two_days_side_by_side(self):
        as_of_day = self._open()
        as_of_day.action_compare_today()
        html = str(as_of_day.page)
        for text in ("Lisbon", "Porto", "Changed", "Removed", "Gil Gone", "1,500"):
            self.assertIn(text, html)
        self.assertNotIn("Legal name", html)
        as_of_day.only_differences = False
        self.assertIn("Legal name", str(as_of_day.page))
        # in whichever order they are chosen
        other = self._open(date=self.now.date(), compare_date=self.before)
        self.assertEqual(other._get_days()[0], self.before)
        same = self._open(date=self.now.date(), compare_date=self.now.date())
        self.assertFalse(same._prepare_page()["is_comparison"])

    def test_who_sees_no_money_sees_none_of_the_past(self):
        for user, hidden in [
            (self.user_creation, {"contracts", "budgets"}),
            (self.user_traffic, {"contracts"}),
            (self.user_accountant, set()),
        ]:
            with self.subTest(user=user.name):
                told = self._sections(user)
                self.assertFalse(hidden & told.keys())
                self.assertIn("contacts", told)
                text = str(self._open(user).page)
                self.assertEqual("Old deal" in text, "contracts" not in hidden)

    def test_the_wall_of_today_holds_for_the_past(self):
        as_of_day = self._open(self.user_outsider)
        self.assertIn("Lisbon", as_of_day.page)
        self.client.client_restricted = True
        self._settle()
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            as_of_day._prepare_page()
        with self.assertRaises(AccessError):
            self._open(self.user_outsider)
        with self.assertRaises(AccessError):
            as_of_day.action_print()
        # traffic is the account manager now; finance always sees it
        self.assertIn("identity", self._sections(self.user_traffic))
        self.assertIn(
            "members", self._sections(self.user_accountant, date=self.now.date())
        )

    def test_the_portal_has_no_past(self):
        with self.assertRaises(AccessError):
            self._open(self.portal_a, client=self.client_a)

    def test_other_companies_stay_apart(self):
        other = self.env["res.company"].create({"name": "Other agency"})
        contract, deleted = (
            self._create_contract(
                self.client,
                lines=[],
                approve=False,
                name=name,
                company_id=other.id,
                partner_invoice_id=self.client.id,
            )
            for name in ("Elsewhere", "Gone elsewhere")
        )
        self._settle()
        deleted.unlink()
        told = str(self._open(date=self.now.date()).page)
        self.assertEqual(contract.company_id, other)
        self.assertNotIn("lsewhere", told)

    def test_a_contact_goes_to_another_client(self):
        self.contact.with_user(self.user_admin_hub).parent_id = self.client_b
        self._settle()
        rows = self.env["client.history"].search(
            [("model", "=", "res.partner"), ("res_id", "=", self.contact.id)]
        )
        crossings = {row.action: row.client_id for row in rows}
        self.assertEqual(crossings["leave"], self.client)
        self.assertEqual(crossings["arrive"], self.client_b)
        self.assertIn("Rita Corvo", self._sections()["contacts"])
        self.assertNotIn("Rita Corvo", str(self._open(client=self.client_b).page))
        # who may not read the contact where it is now doesn't find it in the past
        self.client_b.client_restricted = True
        self._settle()
        self.env.invalidate_all()
        self.assertNotIn("Rita Corvo", self._sections(self.user_outsider)["contacts"])

    def test_merged_clients_are_shown_each_as_it_was(self):
        target = self._create_client("Target Press", manager=self.user_manager)
        self._settle()
        self.frozen.tick(timedelta(days=1))
        self.addCleanup(self.frozen.move_to, self.now)
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.client.id, target.id], target, extra_checks=False
        )
        self.env.cr.flush()
        self.env.invalidate_all()
        page = self._open(client=target)._prepare_page()
        blocks = {block["title"]: block for block in page["blocks"]}
        merged = blocks["Corvo Books"]
        self.assertTrue(merged["is_merged"])
        titles = {
            record["title"]
            for section in merged["sections"]
            for record in section["records"]
        }
        self.assertLessEqual({"Corvo Books", "Rita Corvo", "Gil Gone"}, titles)
        # today they are one
        page = self._open(client=target, date=self.now.date() + timedelta(days=1))
        self.assertEqual(len(page._prepare_page()["blocks"]), 1)

    def test_what_was_erased_stays_erased(self):
        rows = self.env["client.history"].search([("client_id", "=", self.client.id)])
        named = rows.filtered(lambda row: "Gil Gone" in (row.name or ""))
        named._erase("Asked for it")
        self.env.invalidate_all()
        page = self._open()
        html = str(page.page)
        self.assertNotIn("Gil Gone", html)
        self.assertNotIn("555 01", html)
        self.assertIn("Erased contact", html)
        self.assertIn("erased to protect personal data", html)

    def test_portal_access_is_told_whoever_gives_it(self):
        user = self.portal_a
        self._settle()
        self.frozen.tick(timedelta(days=1))
        self.addCleanup(self.frozen.move_to, self.now)
        user.active = False
        self._settle()
        row = self.env["client.history"].search(
            [("res_id", "=", self.contact_a.id), ("kind", "=", "access")], limit=1
        )
        self.assertEqual(row.changes[0]["field"], PORTAL_USER)
        told = self._sections(client=self.client_a, date=self.now.date())
        self.assertEqual(told["contacts"]["Paula Azul"][PORTAL_USER], "Yes")
        day = self.now.date() + timedelta(days=1)
        told = self._sections(client=self.client_a, date=day)
        self.assertEqual(told["contacts"]["Paula Azul"][PORTAL_USER], "No")

    def test_words_of_old_rows_are_found_again(self):
        """Rows of before 19.0.1.7.0 have texts only."""
        change = {"field": "client_status", "label": "Client status"}
        self.env["client.history"]._log(
            self.client,
            "client",
            "Corvo Books",
            record=self.client,
            changes=[{**change, "old": "Inactive", "new": "Active"}],
            action="write",
        )
        told = self._sections()
        self.assertEqual(told["identity"]["Corvo Books"]["client_status"], "Inactive")

    def test_what_is_not_known_is_said(self):
        early = self._open(date=self.now.date() - timedelta(days=30))
        self.assertIn("did not exist yet", early.page)
        # one sentence, not seven empty sections
        self.assertNotIn("<h3>", early.page)
        early.compare_date = self.now.date()
        self.assertIn("did not exist yet", early.page)
        self.assertIn("Added", early.page)
        # what is opened first is a day on which there is something to see
        young = self._create_client("Young", manager=self.user_manager)
        self._settle()
        action = young.with_user(self.user_manager).action_client_as_of()
        first = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("Young", first.page)
        self.assertNotIn("did not exist yet", first.page)
        self.env["ir.config_parameter"].set_param(
            "client_hub.as_of_since", str(self.now - timedelta(days=2))[:19]
        )
        self.assertIn("Not recorded before", self._open().page)
        self.assertNotIn("Not recorded before", self._open(date=self.now.date()).page)

    def test_a_deletion_that_fails_leaves_no_word(self):
        approved = self._create_contract(self.client, contact_id=self.contact.id)
        self._settle()
        with self.assertRaises(UserError):
            approved.unlink()
        self.assertFalse(self.env["client.history"]._pending())

    def test_printing_is_told(self):
        as_of_day = self._open()
        action = as_of_day.action_print()
        self._settle()
        self.assertEqual(action["type"], "ir.actions.report")
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(self.user_manager)
            ._render_qweb_html(action["report_name"], as_of_day.ids)
        )
        self.assertIn(b"Lisbon", html)
        row = self.env["client.history"].search(
            [("client_id", "=", self.client.id)], limit=1
        )
        self.assertIn("Printed as it was", row.note)

    def test_a_long_past_costs_as_many_queries(self):
        def count(client):
            self._settle()
            history = self.env["client.history"].with_user(self.user_manager)
            self.env.invalidate_all()
            # what is read once and kept
            history._as_of(client.with_user(self.user_manager), self.now)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            history._as_of(
                client.with_user(self.user_manager), self.now - timedelta(days=8)
            )
            return self.env.cr.sql_log_count - before

        few = count(self.client)
        for number in range(60):
            self.contact.function = f"Step {number}"
            self.contract.line_ids.price_unit = number
            self._settle()
        for number in range(20):
            self.contact.copy({"name": f"More {number}"})
        self.assertLessEqual(count(self.client), few + 2)

    def test_who_only_reads_may_look(self):
        self.assertFalse(
            self.env["client.contract"].with_user(self.user_traffic).has_access("read")
        )
        wizard = self._open(self.user_creation)
        self.assertIn("Corvo Books", wizard.page)
        self.assertEqual(wizard.action_open_history()["res_model"], "client.history")
