"""Who may do what with budgets, jobs and pieces: each person, each operation."""

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_job import ClientJobCommon

# Whoever works on the jobs of clients; each is also the one before.
CREATION = {"creation", "traffic", "manager", "outsider", "admin_hub"}
TRAFFIC = CREATION - {"creation"}
MANAGERS = TRAFFIC - {"traffic"}
STAFF = CREATION | {"accountant"}
# A contact of the client, and one of another client.
CLIENT, STRANGER = "contact", "stranger"
# What each person may do with a client that is not restricted:
# (row of the requirements, operation, who may).
OPERATIONS = (
    ("E1", "read_budget", TRAFFIC | {"accountant", CLIENT}),
    ("E1", "create_budget", MANAGERS),
    ("E1", "revise_budget", MANAGERS),
    ("E1", "transfer_budget", MANAGERS),
    ("E2", "choose_budget", TRAFFIC),
    ("E3", "read_ledger", TRAFFIC | {"accountant"}),
    ("E3", "print_follow_up", MANAGERS),
    ("E4", "set_threshold", MANAGERS),
    ("E4", "read_forecast", TRAFFIC | {"accountant"}),
    ("F1", "read_job", STAFF | {CLIENT}),
    ("F1", "create_job", MANAGERS),
    ("F1", "copy_job", MANAGERS),
    ("F1", "write_job", TRAFFIC),
    ("F1", "read_template", STAFF),
    ("F1", "write_template", MANAGERS),
    ("F4", "load_dashboard", MANAGERS),
    ("F5", "authorize", MANAGERS),
    ("F5", "mark_at_risk", MANAGERS),
    ("F5", "refuse", MANAGERS),
    ("F5", "start", TRAFFIC),
    ("F5", "hold", MANAGERS),
    ("F5", "cancel", MANAGERS),
    ("F6", "load_board", CREATION),
    ("F6", "move_card", TRAFFIC),
    ("F7", "make_version", CREATION),
    ("F7", "send_piece", TRAFFIC),
    ("F7", "record_decision", MANAGERS),
    ("F8", "answer_remark", CREATION),
    ("F8", "solve_remark", CREATION),
    ("F9", "assign_piece", TRAFFIC),
    ("F10", "write_note", STAFF),
    ("F10", "read_note", STAFF),
    ("F10", "read_comment", STAFF | {CLIENT}),
    ("F11", "set_approver", MANAGERS),
    ("F11", "print_certificate", STAFF | {CLIENT}),
    ("B3", "let_open_for_the_group", MANAGERS),
    ("D8", "price_rounds", MANAGERS),
    ("D8", "bill_rounds", MANAGERS),
    ("clock", "give_to_third_party", TRAFFIC),
    ("clock", "read_clock_report", STAFF),
    ("rehearsal", "see_portal", MANAGERS),
)


class Undo(Exception):
    """Takes back what an operation did."""


@tagged("post_install", "-at_install")
class TestRowsPerRole(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.client_a.client_budget_portal = "yes"
        cls.people = {
            name: getattr(cls, f"user_{name}")
            for name in ("creation", "traffic", "manager", "outsider", "admin_hub")
        }
        cls.people["accountant"] = cls.user_accountant
        cls.people[CLIENT], cls.people[STRANGER] = cls.portal_a, cls.portal_b
        cls.target = cls._create_budget(name="Summer")
        cls.request = cls._create_request()
        cls.piece = cls._create_sent_piece(name="Spring")
        cls.job = cls.env["client.job"].browse(cls.piece.job_id.id)
        cls.version = cls.piece.current_version_id
        cls.remark = cls.version._portal_remark(cls.contact_a, {"body": "Larger"})
        cls.decided = cls._create_sent_piece(name="Decided")
        cls.decided.write({"rounds_agreed": 0, "round_price": 150})
        cls.decided._portal_decide(
            cls.decided.current_version_id,
            cls.contact_a,
            "changes",
            "Bluer",
            agreed_price="150",
        )
        cls.note, cls.comment = (
            cls.job.with_user(cls.user_manager).message_post(
                body="Hello", message_type="comment", subtype_xmlid=f"mail.mt_{kind}"
            )
            for kind in ("note", "comment")
        )
        cls.env.flush_all()

    # --- the test ---

    def _may(self, name, user):
        """Tell whether an operation succeeds as a person; nothing of it stays."""
        self.env.invalidate_all()
        try:
            with self.cr.savepoint():
                getattr(self, f"_do_{name}")(self.env(user=user))
                self.env.flush_all()
                raise Undo
        except Undo:
            return True
        except (AccessError, MissingError):
            return False

    def _find_differences(self, expected):
        """Return the operations that somebody may and should not, or the reverse."""
        return [
            f"{row} {name}: {person} {'may' if may else 'may not'}"
            for row, name, people in OPERATIONS
            for person, user in self.people.items()
            for may in [self._may(name, user)]
            if may != expected(person, people)
        ]

    def test_each_operation_by_each_person(self):
        """Whoever may do it can; whoever may not is told so, and nothing happens."""
        differences = self._find_differences(lambda person, people: person in people)
        self.assertFalse(differences)

    def test_each_operation_with_a_restricted_client(self):
        """The same, but only for those who may see the client."""
        self.client_a.client_restricted = True
        self.env.flush_all()
        # they have no work of it; the templates and screens are no client's
        kept_out = {"creation", "traffic", "outsider"}
        nobodys = {
            *("read_template", "write_template", "load_board", "load_dashboard"),
            *("print_follow_up", "read_clock_report"),
        }
        team = self.env["client.wall"].browse(self.client_a.client_wall_id.id).user_ids
        self.assertFalse(self.user_outsider & team)
        for row, name, people in OPERATIONS:
            for person in kept_out & people:
                user = self.people[person]
                if user in team or name in nobodys:
                    continue
                with self.subTest(row=row, operation=name, person=person):
                    self.assertFalse(self._may(name, user))
            if "manager" in people:
                with self.subTest(row=row, operation=name, person="manager"):
                    self.assertTrue(self._may(name, self.user_manager))

    # --- budgets ---

    def _do_read_budget(self, env):
        self.budget.with_env(env).read(["name", "amount_left"])

    def _do_create_budget(self, env):
        env["client.budget"].create(
            {"name": "New", "client_id": self.client_a.id, "amount": 10}
        ).action_run()

    def _do_revise_budget(self, env):
        env["client.budget.revise"].create(
            {"budget_id": self.budget.id, "amount": 2000, "reason": "Second film"}
        ).action_apply()
        self.assertEqual(self.budget.amount, 2000)

    def _do_transfer_budget(self, env):
        env["client.budget.transfer"].create(
            {
                "budget_id": self.budget.id,
                "target": "existing",
                "target_id": self.target.id,
                "amount": 10,
                "reason": "Moved",
            }
        ).action_apply()

    def _do_choose_budget(self, env):
        self.request.with_env(env).write(
            {"budget_id": self.budget.id, "budget_amount": 5}
        )

    def _do_read_ledger(self, env):
        self.budget.with_env(env).move_ids.read(["kind", "amount"])

    def _do_print_follow_up(self, env):
        wizard = env["client.budget.follow.up"].create({})
        wizard.action_print()

    def _do_set_threshold(self, env):
        env["client.budget.threshold"].create({"budget_id": self.budget.id, "rate": 70})

    def _do_read_forecast(self, env):
        self.budget.with_env(env).read(["forecast", "policy"])

    # --- jobs ---

    def _do_read_job(self, env):
        self.job.with_env(env).read(["name", "deadline", "progress"])

    def _do_create_job(self, env):
        env["client.job"].create({"name": "New", "client_id": self.client_a.id})

    def _do_copy_job(self, env):
        self.job.with_env(env).action_copy_job()
        env["client.job.clone"].create({"job_id": self.job.id}).action_apply()

    def _do_write_job(self, env):
        self.job.with_env(env).name = "Another title"

    def _do_read_template(self, env):
        self.template.with_env(env).question_ids.read(["name"])

    def _do_write_template(self, env):
        self.template.with_env(env).name = "Another name"

    def _do_load_dashboard(self, env):
        env["client.manager.dashboard"].load_dashboard()

    def _do_authorize(self, env):
        self.request.with_env(env).action_authorize()
        self.assertTrue(self.request.task_ids)

    def _do_mark_at_risk(self, env):
        self.request.with_env(env).action_mark_at_risk()

    def _do_refuse(self, env):
        env["client.job.refuse"].create(
            {"job_ids": [Command.set(self.request.ids)], "reason": "No time"}
        ).action_apply()

    def _do_start(self, env):
        job = self.request
        job.sudo().state = "authorized"
        job.with_env(env).action_start()

    def _do_hold(self, env):
        self._step(env, "hold")

    def _do_cancel(self, env):
        self._step(env, "cancel")

    def _step(self, env, step):
        env["client.job.step"].create(
            {"job_ids": [Command.set(self.job.ids)], "step": step, "reason": "Late"}
        ).action_apply()

    # --- traffic ---

    def _do_load_board(self, env):
        env["client.traffic.board"].load_board()

    def _do_move_card(self, env):
        task = self.job.task_ids.filtered(lambda task: not task.client_piece_id)
        card = {
            "model": task._name,
            "id": task.id,
            "token": task.write_date.isoformat(),
            "user_id": task.user_ids.id,
        }
        env["client.traffic.board"].move_card(card, {"user_id": self.user_manager.id})

    def _do_assign_piece(self, env):
        self.decided.with_env(env).assigned_user_id = self.user_manager

    # --- pieces ---

    def _do_make_version(self, env):
        env["client.piece.version"].create(
            {"piece_id": self.decided.id, "body_text": "Bluer"}
        )

    def _do_send_piece(self, env):
        self._create_version(self.decided)
        self.decided.with_env(env).action_send_to_client()

    def _do_record_decision(self, env):
        env["client.piece.decide"].create(
            {
                "piece_id": self.piece.id,
                "version_id": self.version.id,
                "contact_id": self.contact_a.id,
                "decision": "approved",
            }
        ).action_apply()
        self.assertEqual(self.piece.state, "approved")

    def _do_answer_remark(self, env):
        env["client.piece.remark"].create({"parent_id": self.remark.id, "body": "Yes"})

    def _do_solve_remark(self, env):
        self.remark.with_env(env).action_resolve()

    def _do_set_approver(self, env):
        env["client.piece.approver"].create(
            {"piece_id": self.decided.id, "partner_id": self.contact_a.id}
        )

    def _do_print_certificate(self, env):
        report = "client_hub.action_report_client_piece_approval"
        html = env["ir.actions.report"]._render_qweb_html(report, self.decided.ids)[0]
        self.assertIn(b"Bluer", html)

    def _do_price_rounds(self, env):
        self.decided.with_env(env).write({"rounds_agreed": 3, "round_price": 90})

    def _do_bill_rounds(self, env):
        try:
            self.decided.with_env(env).action_bill_rounds()
        except AccessError:
            raise
        except UserError as error:
            # may, once there is a contract
            self.assertIn("no running contract", str(error))

    # --- talk, access, clock ---

    def _do_write_note(self, env):
        self.job.with_env(env).message_post(
            body="Mind you", message_type="comment", subtype_xmlid="mail.mt_note"
        )

    def _do_read_note(self, env):
        self.note.with_env(env).read(["body"])

    def _do_read_comment(self, env):
        self.comment.with_env(env).read(["body"])

    def _do_let_open_for_the_group(self, env):
        self.contact_a.with_env(env).portal_group_jobs = True

    def _do_give_to_third_party(self, env):
        env["client.clock.third"].create(
            {
                "res_model": self.decided._name,
                "res_ids": str(self.decided.id),
                "name": "Print shop",
            }
        ).action_apply()

    def _do_read_clock_report(self, env):
        env["client.clock.report"].search([]).read(["hours"])

    def _do_see_portal(self, env):
        try:
            self.contact_a.with_env(env).action_see_portal()
        except UserError as error:
            # says why not, in a sentence
            raise AccessError(str(error)) from error
