"""The history can't be forged, and what a superuser does to it is found."""

import io
import json

import psycopg2
from openpyxl import load_workbook
from werkzeug.urls import url_encode

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from ..models.client_history_chain import INSERT_COLUMNS
from ..tools import history_chain as chain
from .common import ClientHubCommon

COPY = ", ".join(INSERT_COLUMNS)
# the same row once more, behind the last one
NEXT = ", ".join(
    "sequence + 1" if name == "sequence" else name for name in INSERT_COLUMNS
)
SECOND = ", ".join(
    "sequence - 1" if name == "sequence" else name for name in INSERT_COLUMNS
)
FORGED = NEXT.replace("user_name", "'Somebody'")


@tagged("post_install", "-at_install")
class TestHistoryChain(ClientHubCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.history = cls.env["client.history"]
        odd = ("Évora “\t\\ 北京 \x7f", "\\N", "\\.", "one\ntwo\r\nthree\\n")
        for city in ("Porto", "Braga", "Faro", *odd):
            cls.client_a.city = city
            cls.env.cr.flush()
        cls.client_b.city = "Sines"
        cls.env.cr.flush()
        cls.rows = cls.history.search(
            [("chain_id", "=", cls.client_a.id)], order="sequence"
        )

    def _refused(self, query, *args):
        with (
            self.subTest(query=query),
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(psycopg2.Error, "append-only|continue its chain"),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(query, args)

    def _problem(self, client=None):
        self.env.invalidate_all()
        client = client or self.client_a
        return self.history._verify_chain(client).get(client.id, "")

    def _tamper(self, query, *args):
        """Do what only the owner of the database can, with the triggers off."""
        cr = self.env.cr
        for table in ("client_history", "client_history_head"):
            cr.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cr.execute(query, args)
        for table in ("client_history", "client_history_head"):
            cr.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    # ------------------------------------------------------------------
    # REFUSED
    # ------------------------------------------------------------------

    def test_raw_sql_of_the_application_is_refused(self):
        last = self.rows[-1].id
        table = "client_history"
        self._refused(f"UPDATE {table} SET name = 'x' WHERE id = %s", last)
        self._refused(f"DELETE FROM {table} WHERE id = %s", last)
        self._refused(f"TRUNCATE {table}")
        copy = f"INSERT INTO {table} ({COPY}) SELECT %s FROM {table} WHERE id = {last}"
        self._refused(copy % NEXT)
        self._refused(copy % NEXT + " ON CONFLICT DO NOTHING")
        update = " ON CONFLICT (chain_id, sequence) DO UPDATE SET name = 'x'"
        self._refused(copy % COPY + update)
        head = "client_history_head"
        self._refused(f"UPDATE {head} SET sequence = 1")
        self._refused(f"UPDATE {head} SET client_id = %s", self.client_b.id)
        self._refused(f"DELETE FROM {head}")
        self._refused(f"TRUNCATE {head}")
        self.assertFalse(self._problem())

    def test_copy_into_the_table_is_refused(self):
        line = f"{self.client_a.id}\t{self.client_a.id}\t99\t2026-01-01\t"
        line += "screen\tclient\tevent\n"
        columns = ("client_id", "chain_id", "sequence", "date", "origin", "kind")
        with (
            self.assertRaisesRegex(psycopg2.Error, "continue its chain"),
            self.env.cr.savepoint(),
        ):
            self.env.cr._obj.copy_from(
                io.StringIO(line), "client_history", columns=(*columns, "action")
            )

    def test_a_forged_row_that_continues_the_chain_is_found(self):
        """The database takes it, but the server did not seal it."""
        self.env.cr.execute(
            "SELECT * FROM client_history WHERE id = %s", [self.rows[-1].id]
        )
        [row] = self.env.cr.dictfetchall()
        row.update(
            sequence=row["sequence"] + 1, name="Forged", previous_hash=row["hash"]
        )
        row["content_hash"] = chain.content_hash(row)
        row["hash"] = chain.row_hash(row, row["previous_hash"])
        row["changes"] = json.dumps(row["changes"])
        self.env.cr.execute(
            f"INSERT INTO client_history ({COPY}) VALUES"
            f" ({', '.join(['%s'] * len(INSERT_COLUMNS))})",
            [row[name] for name in INSERT_COLUMNS],
        )
        self.assertIn(f"row {row['sequence']}, is not as the server", self._problem())
        # what is written next doesn't hide it
        self.client_a.city = "Beja"
        self.env.cr.flush()
        self.assertIn("is not as the server wrote it", self._problem())

    # ------------------------------------------------------------------
    # FOUND
    # ------------------------------------------------------------------

    def test_the_check_names_each_place(self):
        first, second, third = self.rows[1:4]
        last, count = self.rows[-1], len(self.rows)
        cases = [
            (
                f"UPDATE client_history SET user_id = 2 WHERE id = {second.id}",
                f"Row {second.sequence} of the history was changed.",
            ),
            (
                "UPDATE client_history SET changes = jsonb_set(changes, '{0,new}',"
                f" '\"Lisbon\"') WHERE id = {third.id}",
                f"Row {third.sequence} of the history was changed.",
            ),
            (
                f"UPDATE client_history SET company_id = NULL, kind = 'other'"
                f" WHERE id = {first.id}",
                f"Row {first.sequence} of the history was changed.",
            ),
            (
                f"DELETE FROM client_history WHERE id = {second.id}",
                f"Row {second.sequence} of the history is missing.",
            ),
            (
                f"DELETE FROM client_history WHERE id IN ({second.id}, {third.id})",
                f"Rows {second.sequence} to {third.sequence} of the history are",
            ),
            (
                # two changed places
                f"UPDATE client_history SET sequence = -1 WHERE id = {second.id};"
                f"UPDATE client_history SET sequence = {second.sequence}"
                f" WHERE id = {third.id};"
                f"UPDATE client_history SET sequence = {third.sequence}"
                f" WHERE id = {second.id}",
                f"Row {second.sequence} of the history was moved: it was written as"
                f" row {third.sequence}.",
            ),
            (
                # one put in between: those behind it were numbered anew
                f"UPDATE client_history SET sequence = -sequence"
                f" WHERE chain_id = {self.client_a.id}"
                f" AND sequence >= {second.sequence};"
                f"UPDATE client_history SET sequence = 1 - sequence"
                f" WHERE chain_id = {self.client_a.id} AND sequence < 0;"
                f"INSERT INTO client_history ({COPY}) SELECT {SECOND} FROM"
                f" client_history WHERE id = {second.id}",
                f"Rows {second.sequence + 1} to {count + 1} of the history were moved:"
                f" they were written as rows {second.sequence} to {count}.",
            ),
            (
                # one put in behind the last one
                f"INSERT INTO client_history ({COPY}) SELECT {FORGED}"
                f" FROM client_history WHERE id = {last.id}",
                f"Row {count + 1} of the history was put in",
            ),
            (
                f"DELETE FROM client_history WHERE id = {last.id}",
                f"last rows of the history are missing: {count} to {count}",
            ),
            (
                # the newest gone, and the end set back as if it had never been
                f"DELETE FROM client_history WHERE id = {last.id};"
                f"UPDATE client_history_head SET sequence = {count - 1},"
                f" hash = (SELECT hash FROM client_history"
                f" WHERE id = {self.rows[-2].id}) WHERE chain_id = {self.client_a.id}",
                f"The end of the history, row {count - 1}, is not as the server",
            ),
            (
                f"UPDATE client_history SET client_id = {self.client_b.id}"
                f" WHERE id = {second.id}",
                f"Row {second.sequence} was moved to another client.",
            ),
            (
                f"UPDATE client_history SET erased = TRUE, nonce = NULL, name = NULL,"
                f" note = NULL, user_name = NULL, changes = '[]' WHERE id = {third.id}",
                f"Row {third.sequence} was erased, but nobody erased it.",
            ),
            (
                f"DELETE FROM client_history WHERE chain_id = {self.client_a.id};"
                f"DELETE FROM client_history_head WHERE chain_id = {self.client_a.id}",
                "The whole history is missing.",
            ),
        ]
        self.assertFalse(self._problem())
        for query, sentence in cases:
            with self.subTest(query=query):
                savepoint = self.env.cr.savepoint(flush=False)
                self._tamper(query)
                sentences = self.history._verify_clients(self.client_a)["problems"]
                sentences = [problem["sentence"] for problem in sentences]
                self.assertTrue([text for text in sentences if sentence in text])
                self.assertFalse(self._problem(self.client_b))
                found = self.history._verify_all()["problems"]
                self.assertIn(self.client_a.id, [p["client_id"] for p in found])
                savepoint.rollback()
                savepoint.close(rollback=False)
        self.env.invalidate_all()
        self.assertFalse(self._problem())

    def test_who_puts_a_row_in_stops_the_next_one(self):
        """Nothing is written over it, and people are told what to do."""
        self._tamper(
            f"INSERT INTO client_history ({COPY}) SELECT {FORGED}"
            f" FROM client_history WHERE id = {self.rows[-1].id}"
        )
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.Error) as caught:
            self.client_a.city = "Beja"
            self.env.cr.flush()
        sentence = self.history._sql_error_to_message(caught.exception)
        self.assertIn("somebody changed it in the database itself", sentence)

    def test_where_a_change_comes_from_is_the_servers_word(self):
        """A context that comes along by RPC names no other origin."""
        self.authenticate(self.user_manager.login, self.user_manager.login)
        forged = {"cron_id": 1, "import_file": True, "client_import_id": 1}
        forged |= {"client_history_origin": "cron", "client_history_disable": True}
        self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.partner/write",
            {
                "model": "res.partner",
                "method": "write",
                "args": [self.client_a.ids, {"ref": "forged"}],
                "kwargs": {"context": forged},
            },
        )
        last = self.history.search([("chain_id", "=", self.client_a.id)], limit=1)
        self.assertIn("forged", last.summary)
        self.assertEqual(last.origin, "screen")
        # what the server knows itself is still said
        self.make_jsonrpc_request(
            "/web/dataset/call_kw/res.partner/load",
            {
                "model": "res.partner",
                "method": "load",
                "args": [[".id", "ref"], [[str(self.client_a.id), "imported"]]],
                "kwargs": {},
            },
        )
        last = self.history.search([("chain_id", "=", self.client_a.id)], limit=1)
        self.assertIn("imported", last.summary)
        self.assertEqual(last.origin, "import")

    def test_a_chain_begun_anew_hides_nothing(self):
        self.env.cr.execute(
            "UPDATE res_partner SET create_date = '2020-01-01' WHERE id = %s",
            [self.client_a.id],
        )
        self._tamper(
            f"DELETE FROM client_history WHERE chain_id = {self.client_a.id};"
            f"DELETE FROM client_history_head WHERE chain_id = {self.client_a.id}"
        )
        self.client_a.city = "Tavira"
        self.env.cr.flush()
        self.assertIn("begins in the middle", self._problem())

    def test_rows_from_before_the_upgrade_stay_valid(self):
        """Rows as 19.0.1.5.0 wrote them, then the migration, then new rows."""
        client = self.client_b
        self.env.cr.execute(
            "SELECT * FROM client_history WHERE chain_id = %s ORDER BY sequence",
            [client.id],
        )
        previous, queries = "", []
        for row in self.env.cr.dictfetchall():
            row["client_id"] = row["chain_id"]
            hashed = chain.legacy_hash(row, previous)
            queries.append(
                "UPDATE client_history SET version = NULL, nonce = NULL,"
                " content_hash = NULL,"
                f" previous_hash = '{previous}', hash = '{hashed}'"
                f" WHERE id = {row['id']}"
            )
            previous = hashed
        queries.append(
            f"UPDATE client_history_head SET hash = '{previous}', seal = NULL,"
            f" seal_key = NULL WHERE chain_id = {client.id}"
        )
        self._tamper(";".join(queries))
        self.assertIn("begins in the middle", self._problem(client))
        self.history._seal_unsealed()
        self.assertFalse(self._problem(client))
        client.city = "Elvas"
        self.env.cr.flush()
        self.assertFalse(self._problem(client))
        old = self.history.search(
            [("chain_id", "=", client.id), ("version", "=", False)], limit=1
        )
        self._tamper(f"UPDATE client_history SET name = 'x' WHERE id = {old.id}")
        self.assertIn(f"Row {old.sequence} of the history was", self._problem(client))

    # ------------------------------------------------------------------
    # ON SCREEN
    # ------------------------------------------------------------------

    def test_the_check_on_screen(self):
        for user in (self.user_creation, self.user_accountant):
            action = self.client_a.with_user(user).action_check_history()
            check = self.env[action["res_model"]].browse(action["res_id"])
            self.assertEqual(check.state, "whole")
            self.assertIn("as they were written", check.result)
        row = self.rows[2]
        self._tamper(f"UPDATE client_history SET name = 'x' WHERE id = {row.id}")
        action = self.client_a.with_user(self.user_manager).action_check_history()
        check = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(check.state, "broken")
        self.assertIn(f"Row {row.sequence} of the history was changed", check.result)
        self.assertIn("Azul", check.result)
        every = self.env["client.history.check"]
        with self.assertRaisesRegex(AccessError, "choose one"):
            every.with_user(self.user_manager).create({}).action_check()
        check = every.with_user(self.user_admin_hub).create({})
        check.action_check()
        self.assertIn("Azul", check.result)
        self.assertIn(f"/odoo/client-history/{row.id}", check.result)
        self.assertIn("compare these rows with a backup", check.result)
        self._tamper(f"DELETE FROM client_history WHERE id = {row.id}")
        check.action_check()
        self.assertRegex(
            check.result, f"Row {row.sequence} of the history is missing.*between"
        )
        self.assertNotIn(f"{self.rows[3].id}", check.result)
        self.client_a.client_restricted = True
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.user_outsider).action_check_history()

    def test_what_a_dialog_was_told_is_for_whoever_opened_it(self):
        """Its result is stored: it may name entries of a restricted client."""
        self.client_a.client_restricted = True
        action = self.client_a.with_user(self.user_manager).action_check_history()
        checks = self.env[action["res_model"]]
        check = checks.browse(action["res_id"])
        self.assertTrue(check.with_user(self.user_manager).result)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            check.with_user(self.user_outsider).read(["result"])
        outsider = checks.with_user(self.user_outsider)
        self.assertNotIn(check.id, outsider.search([]).ids)

    def test_a_database_without_its_files_is_sealed_again(self):
        self._tamper(
            "UPDATE client_history_head SET seal_key = 'other', seal = 'x'"
            f" WHERE chain_id = {self.client_a.id}"
        )
        self.assertIn("another key", self._problem())
        check = self.env["client.history.check"].with_user(self.user_admin_hub)
        check = check.create({"client_id": self.client_a.id})
        check.action_check()
        self.assertTrue(check.is_foreign)
        with self.assertRaisesRegex(UserError, "Say why"):
            check.action_seal()
        with self.assertRaises(AccessError):
            self.env["client.history.check"].with_user(self.user_accountant).create(
                {"client_id": self.client_a.id, "reason": "I say so"}
            ).action_seal()
        check.reason = "Restored without files"
        check.action_seal()
        self.assertEqual(check.state, "whole")
        last = self.history.search([("chain_id", "=", self.client_a.id)], limit=1)
        self.assertIn("Restored without files", last.note)

    def test_personal_data_is_erased_and_the_chain_stays_whole(self):
        contact = self.env["res.partner"].create(
            {"name": "Zulmira Leite", "parent_id": self.client_a.id}
        )
        contact.email = "zulmira@azul.example"
        self.client_a.city = "City of Zulmira Leite"
        self.env.cr.flush()
        for user in (self.user_manager, self.user_accountant):
            with self.assertRaises(AccessError):
                self.env["client.history.erasure"].with_user(user).create(
                    {"client_id": self.client_a.id}
                )
        wizard = self.env["client.history.erasure"].with_user(self.user_admin_hub)
        with Form(wizard.with_context(default_client_id=self.client_a.id)) as form:
            form.contact_id = contact
            self.assertIn("zulmira@azul.example", form.words)
            self.assertEqual(form.row_count, 3)
        wizard = form.record
        with self.assertRaisesRegex(UserError, "Say why"):
            wizard.action_erase()
        wizard.reason = "Zulmira Leite asked for it"
        with self.assertRaisesRegex(UserError, "don't name"):
            wizard.action_erase()
        wizard.reason = "Request of 3 May"
        wizard.action_erase()
        self.env.invalidate_all()
        rows = self.history.search([("chain_id", "=", self.client_a.id)])
        self.assertNotIn("ulmira", str(rows.read()))
        self.assertEqual(len(rows.filtered("erased")), 3)
        self.assertIn("Request of 3 May", rows[0].note)
        self.assertFalse(self._problem())
        self.assertFalse(self.history._verify_all()["problems"])
        with self.assertRaisesRegex(UserError, "No entry"):
            wizard.action_erase()
        # a row that was erased, filled again
        erased = rows.filtered("erased")[0]
        self._tamper(f"UPDATE client_history SET name = 'x' WHERE id = {erased.id}")
        self.assertIn(f"Row {erased.sequence} of the history was", self._problem())

    def test_merged_clients_keep_both_pasts(self):
        other = self._create_client("Verde", manager=self.user_manager)
        third = self._create_client("Vermelho", manager=self.user_manager)
        (other | third).city = "Ovar"
        third.client_restricted = True
        self.env.cr.flush()
        merge = self.env["base.partner.merge.automatic.wizard"]
        chains = {other.id, third.id}
        merge._merge([other.id, third.id], third)
        merge._merge([self.client_a.id, third.id], self.client_a)
        self.env.flush_all()
        self.env.cr.flush()
        self.env.invalidate_all()
        rows = self.history.search([("client_id", "=", self.client_a.id)])
        self.assertEqual(set(rows.mapped("chain_id")), chains | {self.client_a.id})
        self.assertIn("Merged into this client", "".join(rows.mapped("summary")))
        self.assertFalse(self._problem())
        # a past that was restricted stays so
        outsider = self.history.with_user(self.user_outsider)
        self.assertFalse(outsider.search_count([("chain_id", "in", list(chains))]))
        place = rows.filtered(lambda row: row.chain_id == other.id)[0]
        self._tamper(f"UPDATE client_history SET name = 'x' WHERE id = {place.id}")
        self.assertIn(f"Row {place.sequence} of the history was", self._problem())

    def test_entries_about_the_client_belong_to_their_author(self):
        notes = self.env["client.history.note"].with_user(self.user_manager)
        form = Form(notes.with_context(default_client_id=self.client_a.id))
        form.name = "Lunch"
        form.body = "They like the new logo"
        note = form.save()
        note.body = "They love the new logo"
        self.env.cr.flush()
        self.env.invalidate_all()
        theirs = note.with_user(self.user_accountant)
        self.assertEqual(len(theirs.version_ids), 2)
        with self.assertRaisesRegex(AccessError, "only its author"):
            theirs.body = "They hate it"
        with self.assertRaisesRegex(UserError, "stays where it was written"):
            note.client_id = self.client_b
        rows = self.history.with_user(self.user_manager).search(
            [("client_id", "=", self.client_a.id), ("kind", "=", "manual")]
        )
        self.assertEqual(len(rows), 2)
        self.assertFalse(rows.with_user(self.user_creation)._filtered_access("read"))

    # ------------------------------------------------------------------
    # FOUND BY TEXT, TAKEN OUT
    # ------------------------------------------------------------------

    def test_rows_are_found_by_what_they_say(self):
        found = self.history.search([("summary", "ilike", "evora"[1:] + " “")])
        self.assertEqual(found.client_id, self.client_a)
        self.assertFalse(self.history.search([("summary", "ilike", "P%to")]))
        self.assertIn("Porto", self.rows.filtered("details")[1:2].details)

    def test_spreadsheet_of_those_who_may(self):
        wizard = self.env["client.report.wizard"].with_user(self.user_creation)
        wizard = wizard.create(
            {"client_ids": [Command.set(self.client_a.ids)], "output": "xlsx"}
        )
        wizard.date_from = False
        action = wizard.action_print()
        self.authenticate(self.user_creation.login, self.user_creation.login)
        answer = self.url_open(action["url"])
        self.assertEqual(answer.status_code, 200)
        page = load_workbook(io.BytesIO(answer.content)).active
        text = "\n".join(str(cell.value) for row in page.rows for cell in row)
        self.assertIn("City: Porto → Braga", text)
        self.assertNotIn("Sines", text)
        exported = self.history.search([("note", "=", "History exported")])
        self.assertEqual(exported.client_id, self.client_a)
        for word in ("date_from", "contract_id"):
            options = {"client_ids": self.client_a.ids, word: "soon"}
            query = url_encode({"options": json.dumps(options)})
            answer = self.url_open(f"/client_hub/history.xlsx?{query}")
            self.assertEqual(answer.status_code, 400)
        self.client_a.client_restricted = True
        self.env.flush_all()
        self.assertEqual(self.url_open(action["url"]).status_code, 403)
        self.authenticate(self.portal_a.login, self.portal_a.login)
        self.assertNotEqual(self.url_open(action["url"]).status_code, 200)
