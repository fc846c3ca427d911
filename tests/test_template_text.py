"""Placeholders of contract templates."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import html2plaintext

from ..tools.placeholders import find_paths, find_placeholders
from .common_contract import ContractCommon

GOOD = """
<p>Between <t t-out="object.company_id.name">us</t> and
<t t-out="object.client_id.name">you</t>, for
<t t-out="object.contact_id.name">x</t>.</p>
<ul><t t-foreach="object.line_ids" t-as="line"><li t-if="not line_last">
<t t-out="line.name"/>: <t t-out="format_amount(line.price_subtotal,
object.currency_id)"/></li></t></ul>
<p>From <t t-out="format_date(object.date_start)"/>,
<t t-out="', '.join(l.name for l in object.line_ids)"/>,
<t t-out="object.date_start.strftime('%Y')"/></p>
"""


@tagged("post_install", "-at_install")
class TestTemplateText(ContractCommon):
    def _create_template(self, body, user=None):
        # conditions and loops are for Odoo's mail template editors
        templates = self.env["client.contract.template"]
        if user:
            templates = templates.with_user(user)
        return templates.create({"name": "Fee", "body_html": body})

    def test_paths(self):
        self.assertEqual(
            find_paths("[l.name for l in object.line_ids if user.id]"),
            [("object", "line_ids"), ("user", "id")],
        )
        _found, curly, own = find_placeholders(
            "<p t-foreach='object.line_ids' t-as='row'>#{x} {{ y.z }}</p>"
        )
        self.assertEqual(curly, ["x", "y.z"])
        self.assertIn("row_last", own)

    def test_administrator_writes_simple_text(self):
        """Who configures Client Hub need not be allowed to write programs."""
        good = (
            '<p>For <t t-out="object.client_id.name">you</t>, from '
            '<t t-out="object.date_start"/> '
            '(<t t-out="format_date(object.date_start)"/>) to '
            '<t t-out="object.date_end">the day it is ended</t>, at '
            '<t t-out="object.amount_untaxed"/></p>'
        )
        template = self._create_template(good, self.user_admin_hub)
        contract = self._create_contract(approve=False, template_id=template.id)
        text = html2plaintext(contract.body_html).replace("\N{NO-BREAK SPACE}", " ")
        self.assertIn(
            f"For {self.client_a.name}, from 01/01/2026 (01/01/2026) to the day it is "
            "ended, at $ 1,000.00",
            text,
        )
        with self.assertRaises(AccessError):
            self._create_template(
                "<p t-out=\"object.env['res.users'].search([])\"/>",
                self.user_admin_hub,
            )
        with self.assertRaisesRegex(ValidationError, "no field “nam”"):
            self._create_template(
                '<p>For <t t-out="object.client_id.nam">you</t></p>',
                self.user_admin_hub,
            )

    def test_good_text(self):
        template = self._create_template(GOOD)
        contract = self._create_contract(approve=False, template_id=template.id)
        for word in (self.client_a.name, "Paula Azul", "Monthly fee", "2026"):
            with self.subTest(word=word):
                self.assertIn(word, contract.body_html)

    def test_unknown_placeholder(self):
        """The sentence names the placeholder; nothing is written."""
        for body, words in (
            ('<p><t t-out="object.clientt_id.name"/></p>', "no field “clientt_id”"),
            ('<p><t t-out="object.client_id.nam"/></p>', "“object.client_id.nam”"),
            ('<p><t t-out="client.name"/></p>', "begins with “object.”"),
            ('<p t-if="objekt.name">x</p>', "“objekt.name” is unknown"),
            ('<p><t t-out="object.name +"/></p>', "is no placeholder"),
            ("<p>Dear {{ object.client_id.name }}</p>", "type / and choose"),
            ('<a t-attf-href="/x/{{ object.idd }}">x</a>', "no field “idd”"),
        ):
            with (
                self.subTest(body=body),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                self._create_template(body)
        template = self._create_template(GOOD)
        with (
            self.assertRaisesRegex(ValidationError, "no field"),
            self.env.cr.savepoint(),
        ):
            template.body_html = '<p><t t-out="object.clientt_id.name"/></p>'

    def _break(self, template, body):
        """Store a text as an older version let it pass."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE client_contract_template SET body_html ="
            " jsonb_build_object('en_US', %s::text) WHERE id = %s",
            [body, template.id],
        )
        self.env.invalidate_all()

    def test_broken_text_makes_no_contract(self):
        template = self._create_template(GOOD)
        for body, words in (
            ('<p><t t-out="object.clientt_id.name"/></p>', "no field “clientt_id”"),
            ('<p><t t-out="object.date_end.year + 1"/></p>', "can't be filled"),
            ('<p><t t-out="1 / 0"/></p>', "division by zero"),
        ):
            self._break(template, body)
            with (
                self.subTest(body=body),
                self.assertRaisesRegex(UserError, words) as caught,
                self.env.cr.savepoint(),
            ):
                self._create_contract(approve=False, template_id=template.id)
            self.assertNotIn("Traceback", str(caught.exception))

    def test_preview(self):
        template = self._create_template(GOOD)
        contract = self._create_contract(
            approve=False, template_id=template.id, contact_id=False
        )
        action = template.with_user(self.user_manager).action_preview()
        preview = (
            self.env[action["res_model"]]
            .with_user(self.user_manager)
            .with_context(**action["context"])
            .create({})
        )
        self.assertEqual(preview.contract_id, contract)
        self.assertIn(self.client_a.name, preview.body_html)
        self.assertIn("Client contact › Name", preview.empty)
        self.assertFalse(preview.problem)
        self._break(template, '<p><t t-out="object.clientt_id.name"/></p>')
        preview.invalidate_recordset()
        self.assertIn("clientt_id", preview.problem)
        self.assertFalse(preview.body_html)
