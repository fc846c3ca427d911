"""Which fields of the addon, and of its own models, reach the client's people."""

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_portal import ClientPortalCommon

MODULE = "client_hub"
# Fields of the addon on Odoo's models that portal users may read, with the reason.
MEANT_FOR_PORTAL = {
    "account.move.line.discount": "Odoo's own field: the client reads his discount",
    "account.move.client_open_due_date": "the client sees how his invoices stand",
    "account.move.client_paid_date": "the client sees how his invoices stand",
    "account.move.client_settled": "the client sees how his invoices stand",
    "account.move.client_legend": "the client sees how his invoices stand",
    "account.move.line.client_open_due_date": "the client sees how his invoices stand",
    "account.move.line.client_paid_date": "the client sees how his invoices stand",
    "account.move.line.client_settled": "the client sees how his invoices stand",
    "account.move.line.client_legend": "the client sees how his invoices stand",
    "res.partner.neighbourhood": "part of the address, as the street",
    "res.partner.street3": "part of the address, as the street",
}
# Models of Odoo on which portal or public users have a right to read.
GROUPS = ("base.group_portal", "base.group_public")


@tagged("post_install", "-at_install")
class TestWallPortalFields(ClientPortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        cls.job = cls._create_job(authorize=False)

    def _portal_models(self):
        """Return the models that portal or public users may read."""
        groups = self.env["res.groups"].concat(*(self.env.ref(g) for g in GROUPS))
        rights = self.env["ir.model.access"].search([("perm_read", "=", True)])
        open_rights = rights.filtered(
            lambda right: not right.group_id or right.group_id in groups.all_implied_ids
        )
        names = set(open_rights.model_id.mapped("model"))
        return [self.env[name] for name in sorted(names) if name in self.env]

    def test_fields_added_to_models_of_odoo(self):
        """Each is for employees, unless it is listed above with a reason."""
        public = self.env.ref("base.public_user")
        checked = 0
        for model in self._portal_models():
            if model._original_module == MODULE:
                continue
            for field in model._fields.values():
                if field._module != MODULE:
                    continue
                checked += 1
                name = f"{model._name}.{field.name}"
                with self.subTest(field=name):
                    if MEANT_FOR_PORTAL.get(name):
                        continue
                    for user in (self.portal_a, public):
                        self.assertFalse(
                            model.with_user(user)._has_field_access(field, "read")
                        )
        self.assertGreater(checked, 30)

    def test_quick_notes_of_a_contact(self):
        self.client_a.comment = "Pays late"
        self.assertIn("Pays", self.client_a.with_user(self.user_creation).comment)
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            self.client_a.with_user(self.portal_a).read(["comment"])
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.portal_a).search(
                [("comment", "ilike", "late")]
            )

    def test_at_risk_is_our_own_matter(self):
        """Authorised or at risk: a portal user can't tell them apart, by any way."""
        safe = self._create_job(title="Safe", authorize=False)
        safe.with_user(self.user_manager).action_authorize()
        self.job.with_user(self.user_manager).action_mark_at_risk()
        jobs = (self.job | safe).with_user(self.portal_a)
        pieces = jobs.sudo().piece_ids.with_user(self.portal_a)
        self.assertEqual(jobs.mapped("portal_state"), ["authorized", "authorized"])
        self.env.invalidate_all()
        for name in ("state", "is_at_risk", "held_from"):
            self._assert_closed(jobs, name)
        with self.assertRaises(AccessError):
            pieces.search([("job_id.state", "=", "at_risk")])
        self.env.invalidate_all()
        values = [
            {name: value for name, value in row.items() if name not in ("id", "__last")}
            for row in jobs.read(["portal_state", "progress", "priority"])
        ]
        self.assertEqual(values[0]["portal_state"], values[1]["portal_state"])

    def test_a_review_among_colleagues_is_our_own_matter(self):
        self.job.with_user(self.user_manager).action_authorize()
        piece = self.job.piece_ids[:1]
        piece.with_user(self.user_creation).action_start()
        piece.with_user(self.user_creation).action_review()
        self.env.invalidate_all()
        self.assertEqual(piece.with_user(self.portal_a).portal_state, "in_progress")
        self._assert_closed(piece.with_user(self.portal_a), "state")
        self._assert_closed(piece.with_user(self.portal_a), "has_unsent_version")

    def test_states_of_pages_follow(self):
        """Every state has its word for the client."""
        for model in ("client.job", "client.piece"):
            states = {key for key, __ in self.env[model]._fields["state"].selection}
            shown = {
                key for key, __ in self.env[model]._fields["portal_state"].selection
            }
            self.assertEqual(states - shown, states & {"at_risk", "internal_review"})

    def _assert_closed(self, records, name):
        """Assert that a field is neither read, searched, grouped nor ordered by."""
        model = records.browse()
        self.assertNotIn(name, model.fields_get())
        attempts = {
            "read": lambda: records.read([name]),
            "search": lambda: model.search([(name, "in", ["at_risk", "x"])]),
            "order": lambda: model.search([], order=f"{name}, id"),
            "group": lambda: model.formatted_read_group([], [name], ["__count"]),
            "filter": lambda: records.filtered_domain([(name, "in", ["at_risk", "x"])]),
            "attribute": lambda: records.mapped(name),
            "web": lambda: model.web_search_read([], {name: {}}),
        }
        for way, attempt in attempts.items():
            self.env.invalidate_all()
            with self.subTest(field=name, way=way), self.assertRaises(AccessError):
                attempt()
