"""Clients of one group, each with a word of its own in everything that it has."""

import base64

from odoo.fields import Command

from .common_portal import PNG, ClientPortalCommon

WORD_A, WORD_B, WORD_H = "Quetzal", "Narwhal", "Okapiduck"


class WallPortalCommon(ClientPortalCommon):
    """A holding above two clients; people of each scope; documents of every kind.

    ``cls.words`` names the word in the records of each client, so whatever reaches a
    person can be told apart by looking for words.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.holding = cls._create_client("Holding", client_portal_access="yes")
        cls.words = {
            cls.client_a: WORD_A,
            cls.client_b: WORD_B,
            cls.holding: WORD_H,
        }
        (cls.client_a | cls.client_b).write(
            {"parent_id": cls.holding.id, "client_portal_access": "yes"}
        )
        cls.contact_own, cls.portal_own = cls._create_contact(
            cls.client_a, "Olga Azul", portal_scope="own"
        )
        cls.contact_group, cls.portal_group = cls._create_contact(
            cls.client_a, "Greta Azul", portal_scope="group"
        )
        cls.contact_h, cls.portal_h = cls._create_contact(cls.holding, "Hugo Holding")
        cls.product = cls.env["product.product"].create(
            {"name": "Work", "type": "service", "invoice_policy": "order"}
        )
        cls.employee = cls.env["hr.employee"].create({"name": "Worker"})
        cls.documents = {}
        for client, contact in (
            (cls.client_a, cls.contact_a),
            (cls.client_b, cls.contact_b),
            (cls.holding, cls.contact_h),
        ):
            cls.documents[client] = cls._create_documents(client, contact)
        cls.env.flush_all()
        cls.env.invalidate_all()

    @classmethod
    def _create_documents(cls, client, contact):
        """Return ``{name: record}`` of a client, with its word in each."""
        word = cls.words[client]
        client.write(
            {
                "name": f"{word} company",
                "legal_name": f"{word} legal",
                "street": f"{word} street",
                "ref": f"{word} ref",
                "comment": f"{word} comment",
                "phone": f"+1 {word}",
                "image_1920": base64.b64encode(PNG),
            }
        )
        contact.write({"function": f"{word} boss", "phone": f"+2 {word}"})
        found = {
            "address": cls.env["res.partner"].create(
                {
                    "name": f"{word} shop",
                    "parent_id": client.id,
                    "type": "delivery",
                    "street": f"{word} square",
                }
            )
        }
        found |= cls._create_sales(client, word)
        found |= cls._create_project(client, contact, word)
        found |= cls._create_work(client, contact, word)
        for record in list(found.values()):
            if isinstance(record, cls.env.registry["mail.thread"]):
                cls._create_talk(record, contact, word)
        return found

    @classmethod
    def _create_sales(cls, client, word):
        order = cls.env["sale.order"].create(
            {
                "partner_id": client.id,
                "client_order_ref": f"{word} order",
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.product.id,
                            "name": f"{word} line",
                            "price_unit": 111,
                        }
                    )
                ],
            }
        )
        order.action_confirm()
        invoice = cls.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": client.id,
                "ref": f"{word} invoice",
                "invoice_line_ids": [
                    Command.create({"name": f"{word} item", "price_unit": 222})
                ],
            }
        )
        invoice.action_post()
        for document in (order, invoice):
            document._portal_ensure_token()
        return {"order": order, "invoice": invoice}

    @classmethod
    def _create_project(cls, client, contact, word):
        project = cls.env["project.project"].create(
            {
                "name": f"{word} project",
                "partner_id": client.id,
                "privacy_visibility": "portal",
                "allow_timesheets": True,
                "allow_milestones": True,
            }
        )
        project.message_subscribe(contact.ids)
        project.write(
            {"collaborator_ids": [Command.create({"partner_id": contact.id})]}
        )
        milestone = cls.env["project.milestone"].create(
            {"name": f"{word} milestone", "project_id": project.id}
        )
        task = cls.env["project.task"].create(
            {
                "name": f"{word} task",
                "project_id": project.id,
                "partner_id": client.id,
                "description": f"{word} description",
                "milestone_id": milestone.id,
            }
        )
        task.message_subscribe(contact.ids)
        line = cls.env["account.analytic.line"].create(
            {
                "name": f"{word} hours",
                "project_id": project.id,
                "task_id": task.id,
                "employee_id": cls.employee.id,
                "unit_amount": 3,
            }
        )
        for document in (project, task):
            document._portal_ensure_token()
        return {"project": project, "task": task, "hours": line}

    @classmethod
    def _create_work(cls, client, contact, word):
        job = cls._create_job(
            contact, title=f"{word} job", briefing=f"{word} briefing", pieces=[]
        )
        piece = cls.env["client.piece"].create(
            {
                "name": f"{word} piece",
                "job_id": job.id,
                "type_id": cls.type_banner.id,
            }
        )
        version = cls._send_version(piece, f"{word} text", f"{word}.png")
        contract = cls.env["client.contract"].create(
            {"name": f"{word} contract", "client_id": client.id}
        )
        cls.env["client.contract.line"].create(
            {
                "contract_id": contract.id,
                "name": f"{word} fee",
                "product_id": cls.product.id,
                "price_unit": 333,
            }
        )
        contract.action_mark_sent()
        contract._portal_ensure_token()
        return {"job": job, "piece": piece, "version": version, "contract": contract}

    @classmethod
    def _create_talk(cls, record, contact, word):
        """Let the contact write, and the agency answer with a file."""
        file = cls.env["ir.attachment"].create(
            {
                "name": f"{word} file.txt",
                "raw": f"{word} content".encode(),
                "res_model": record._name,
                "res_id": record.id,
            }
        )
        file.generate_access_token()
        for author, body in ((contact, "question"), (cls.env.user.partner_id, "reply")):
            record.message_post(
                body=f"{word} {body}",
                subject=f"{word} subject",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=author.id,
                attachment_ids=file.ids,
                partner_ids=contact.ids,
            )

    def _foreign_words(self, *own):
        """Return the words that people of other clients must not meet."""
        return {word for client, word in self.words.items() if client not in own}

    def _viewers(self):
        """Return ``[(user, clients that he sees)]``."""
        public = self.env.ref("base.public_user")
        return [
            (self.portal_a, self.client_a),
            (self.portal_own, self.client_a),
            (self.portal_b, self.client_b),
            (self.portal_h, self.holding),
            (self.portal_group, self.client_a | self.client_b | self.holding),
            (public, self.env["res.partner"]),
        ]
