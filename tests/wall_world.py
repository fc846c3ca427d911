"""Everything that a database may hold about one client, with one word in all of it.

The same builder makes the restricted client and the open one, so that a wall that
hides too much is found as well as one that hides too little.
"""

import base64
import io
import random
from datetime import date, timedelta

from PIL import Image

from odoo import fields
from odoo.fields import Command
from odoo.tests import new_test_user

from .wall_world_documents import WorldDocuments
from .wall_world_hub import WorldHub
from .wall_world_talk import WorldTalk


class ClientWorld(WorldDocuments, WorldTalk, WorldHub):
    """One client and all that hangs on it.

    :param case: the test class: its people, its company and what clients share
    :param str word: stands in every text of the client
    :param float amount: the money of every document
    :param str vat: a valid Belgian number
    :param str phone: digits only
    """

    def __init__(self, case, word, amount, vat, phone):
        self.case = case
        self.env = case.env
        self.word = word
        self.slug = word.lower()
        self.amount = amount
        self.vat = vat
        self.phone = phone
        self.manager = case.user_manager
        self.team = case.user_former

    def build(self):
        """Build all of it; the former team member is still in the team."""
        self._build_partners()
        self._build_bank_and_prices()
        self._build_analytic()
        self._build_project()
        self._build_orders()
        self._build_invoices()
        self._build_payments()
        self._build_hub()
        self._build_talk()
        self._build_meetings()
        self._fill_texts()
        self.env.flush_all()
        self.env.cr.precommit.run()
        return self

    def documents(self):
        """Return one record of each kind of document that people talk on."""
        return (
            self.client,
            self.contact,
            self.order,
            self.invoice,
            self.project,
            self.task,
            self.contract,
            self.budget,
            self.job,
            self.piece,
        )

    def portal_documents(self):
        """Return one record of each kind that the client sees on the portal."""
        return (
            self.order,
            self.invoice,
            self.project,
            self.task,
            self.contract,
            self.job,
            self.piece,
        )

    def portal_urls(self):
        """Return the addresses of these on the portal."""
        names = ("orders", "invoices", "projects", "tasks", "contracts", "jobs")
        return [
            f"/my/{name}/{record.id}"
            for name, record in zip(
                (*names, "pieces"), self.portal_documents(), strict=True
            )
        ]

    def picture(self):
        """Return the bytes of a picture that no other client has."""
        noise = random.Random(self.word)
        image = Image.new("RGB", (24, 24))
        image.putdata(
            [tuple(noise.randrange(256) for _ in range(3)) for _ in range(24 * 24)]
        )
        stream = io.BytesIO()
        image.save(stream, "PNG")
        return stream.getvalue()

    # === PARTNERS === #

    def _build_partners(self):
        Partner = self.env["res.partner"]
        address = {
            "street": f"{self.word} street 7",
            "street2": f"{self.word} yard",
            "city": f"{self.word} City",
            "zip": f"{self.word}-77",
            "country_id": self.env.ref("base.be").id,
        }
        self.client = Partner.create(
            {
                "name": f"{self.word} Holding",
                "legal_name": f"{self.word} Legal NV",
                "is_company": True,
                "is_client": True,
                "vat": self.vat,
                "phone": f"+{self.phone}",
                "email": f"hello@{self.slug}.example",
                "website": f"https://{self.slug}.example",
                "ref": f"{self.word}-REF",
                "comment": f"<p>{self.word} comment</p>",
                "barcode": f"{self.word}-BAR",
                "account_manager_id": self.manager.id,
                "assistant_ids": [Command.set(self.team.ids)],
                "category_id": [Command.set(self.case.tag.ids)],
                "client_portal_access": "yes",
                **address,
            }
        )
        self.client.image_1920 = base64.b64encode(self.picture())
        self.contact = Partner.create(
            {
                "name": f"Paula {self.word}",
                "parent_id": self.client.id,
                "email": f"paula@{self.slug}.example",
                "phone": f"+{self.phone}",
                "function": f"{self.word} buyer",
            }
        )
        # without a picture: its avatar is drawn from the name
        self.initials = Partner.create(
            {
                "name": f"{self.word} Initials",
                "parent_id": self.client.id,
                "email": f"initials@{self.slug}.example",
            }
        )
        self.addresses = Partner.create(
            [
                {
                    "name": f"{self.word} {kind}",
                    "type": kind,
                    "parent_id": self.client.id,
                    **address,
                }
                for kind in ("invoice", "delivery")
            ]
        )
        self.portal_user = new_test_user(
            self.env,
            login=self.contact.email,
            groups="base.group_portal",
            partner_id=self.contact.id,
            name=self.contact.name,
            email=self.contact.email,
            company_id=self.case.company.id,
            company_ids=[Command.set(self.case.company.ids)],
            context={"no_reset_password": True},
        )
        self.client.message_subscribe(self.team.partner_id.ids)
        self.partners = self.client | self.contact | self.initials | self.addresses

    def _build_bank_and_prices(self):
        self.bank = self.env["res.partner.bank"].create(
            {
                "acc_number": f"{self.word} 7700 1234",
                "partner_id": self.client.id,
                "acc_holder_name": f"{self.word} holder",
            }
        )
        self.supplier_price = self.env["product.supplierinfo"].create(
            {
                "partner_id": self.client.id,
                "product_tmpl_id": self.case.product.product_tmpl_id.id,
                "product_name": f"{self.word} product",
                "product_code": f"{self.word}-CODE",
                "price": self.amount,
            }
        )

    # === WORK === #

    def _build_analytic(self):
        self.plan = self.case.plan
        self.analytic = self.env["account.analytic.account"].create(
            {
                "name": f"{self.word} analytic",
                "code": f"{self.word}-AN",
                "partner_id": self.client.id,
                "plan_id": self.plan.id,
                "company_id": self.case.company.id,
            }
        )
        self.analytic_line = self.env["account.analytic.line"].create(
            {
                "name": f"{self.word} cost",
                "account_id": self.analytic.id,
                "partner_id": self.client.id,
                "amount": -self.amount,
                "company_id": self.case.company.id,
            }
        )
        # on an account that belongs to nobody
        self.shared_analytic_line = self.env["account.analytic.line"].create(
            {
                "name": f"{self.word} part",
                "account_id": self.case.analytic.id,
                "partner_id": self.client.id,
                "amount": -self.amount,
                "company_id": self.case.company.id,
            }
        )
        self.distribution = self.env["account.analytic.distribution.model"].create(
            {
                "partner_id": self.client.id,
                "analytic_distribution": {str(self.analytic.id): 100},
                "company_id": self.case.company.id,
            }
        )

    def _build_project(self):
        self.project = self.env["project.project"].create(
            {
                "name": f"{self.word} project",
                "partner_id": self.client.id,
                "account_id": self.analytic.id,
                "user_id": self.manager.id,
                "description": f"<p>{self.word} description</p>",
                "privacy_visibility": "portal",
                "allow_milestones": True,
                "allow_timesheets": True,
                "favorite_user_ids": [Command.set(self.team.ids)],
                "company_id": self.case.company.id,
                "alias_name": f"{self.slug}-tasks",
            }
        )
        self.milestone = self.env["project.milestone"].create(
            {"name": f"{self.word} milestone", "project_id": self.project.id}
        )
        Task = self.env["project.task"].with_context(mail_create_nosubscribe=True)
        self.task = Task.create(self._task_values("task", project=self.project))
        self.subtask = Task.create(
            self._task_values("subtask", project=self.project, parent_id=self.task.id)
        )
        # among the tasks of everybody, told apart by its customer only
        self.shared_task = Task.create(
            self._task_values("errand", project=self.case.project)
        )
        self.case.task.depend_on_ids = [Command.link(self.shared_task.id)]
        self.tasks = self.task | self.subtask | self.shared_task
        self.timesheets = self.env["account.analytic.line"].create(
            [
                {
                    "name": f"{self.word} hours",
                    "project_id": task.project_id.id,
                    "task_id": task.id,
                    "employee_id": self.case.employee.id,
                    "unit_amount": 3.0,
                    "date": date(2026, 3, 2),
                }
                for task in (self.task, self.shared_task)
            ]
        )
        self.update = self.env["project.update"].create(
            {
                "name": f"{self.word} update",
                "project_id": self.project.id,
                "status": "on_track",
                "description": f"<p>{self.word} went well</p>",
            }
        )
        self.collaborator = self.env["project.collaborator"].create(
            {"project_id": self.project.id, "partner_id": self.contact.id}
        )

    def _task_values(self, kind, project, **values):
        return {
            "name": f"{self.word} {kind}",
            "project_id": project.id,
            "partner_id": self.client.id,
            "description": f"<p>{self.word} {kind}</p>",
            "user_ids": [Command.set((self.team | self.manager).ids)],
            "email_cc": f"cc@{self.slug}.example",
            "date_deadline": fields.Datetime.now() + timedelta(days=3),
            **values,
        }
