"""The addon's own records of a client in the tests of the wall."""

from datetime import date

from odoo.fields import Command

# Columns that are no text for people, or that mean something when they are filled.
NO_TEXT = frozenset(
    {
        "access_token",
        "lang",
        "tz",
        "partner_share",
        "model",
        "res_model",
        "signature",
        "inalterable_hash",
        "sequence_prefix",
        "secure_sequence_number",
        "qr_code_method",
        "invoice_edi_format",
        "peppol_eas",
        "peppol_endpoint",
        "message_id",
        "email_from",
        "reply_to",
        "url",
        "checksum",
        "mimetype",
        "index_content",
        "store_fname",
        "type",
        "parent_path",
        "uuid",
        "key",
        "signed_by",
        "warehouse_id",
        "channel_type",
        "from_message_id",
        "virtual_id",
        "linked_virtual_id",
        "landing_route",
        "operation",
        "failure_type",
        "scheduled_datetime",
        "credential",
        "endpoint",
        "country_code",
        "state_message",
        "fingerprint",
        "digest",
        "hash",
        "previous_hash",
    }
)


class WorldHub:
    """Contracts, budgets, jobs, pieces, history, import."""

    def _build_hub(self):
        self._build_contract()
        self._build_budget_and_job()
        self._build_piece()
        self._build_import()
        self.env["client.history"]._log(
            self.client, "other", f"{self.word} event", note=f"{self.word} happened"
        )

    def _build_contract(self):
        self.contract = self.env["client.contract"].create(
            {
                "name": f"{self.word} fee",
                "client_id": self.client.id,
                "contact_id": self.contact.id,
                "date_start": date(2026, 1, 1),
                "adjustment_rule": "fixed",
                "adjustment_percent": 10,
                "company_id": self.case.company.id,
                "currency_id": self.case.company.currency_id.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": self.case.product.id,
                            "name": f"{self.word} fee line",
                            "price_unit": self.amount,
                        }
                    )
                ],
            }
        )
        self.contract.action_approve()
        self.contract.action_activate()
        self.contract_entry = self.contract.entry_ids[:1]
        self.adjustment = self.contract._propose_adjustments()
        self.adjustment.line_ids.write(
            {"price_new": self.amount + 1, "reason": f"{self.word} price"}
        )

    def _build_budget_and_job(self):
        self.budget = self.env["client.budget"].create(
            {
                "name": f"{self.word} budget",
                "client_id": self.client.id,
                "campaign": f"{self.word} campaign",
                "note": f"<p>{self.word} note</p>",
                "amount": self.amount * 3,
            }
        )
        self.budget.action_run()
        self.env["client.budget.revise"].create(
            {
                "budget_id": self.budget.id,
                "amount": self.amount * 4,
                "reason": f"{self.word} reason",
            }
        ).action_apply()
        self.job = (
            self.env["client.job"]
            .with_user(self.manager)
            .create(
                {
                    "name": f"{self.word} job",
                    "client_id": self.client.id,
                    "requester_id": self.contact.id,
                    "template_id": self.case.template.id,
                    "budget_id": self.budget.id,
                    "budget_amount": self.amount,
                    "campaign": f"{self.word} campaign",
                    "briefing": f"<p>{self.word} briefing</p>",
                    "assistant_ids": [Command.set(self.team.ids)],
                }
            )
        )
        self.job.answer_ids.value = f"{self.word} answer"
        self.job.action_authorize()
        self.job = self.env["client.job"].browse(self.job.id)
        self.job_task = self.job.task_ids[:1]
        self.job.task_ids.name = f"{self.word} job task"

    def _build_piece(self):
        self.piece = self.job.piece_ids[:1]
        self.piece.write(
            {
                "name": f"{self.word} piece",
                "description": f"<p>{self.word} piece</p>",
                "assigned_user_id": self.case.user_creation.id,
            }
        )
        self.env["client.piece.remark"].create(
            {
                "version_id": self._create_version().id,
                "body": f"{self.word} inner remark",
                "target": "whole",
                "is_internal": True,
            }
        )
        self.piece.action_send_to_client()
        self.piece._portal_decide(
            self.piece.current_version_id,
            self.contact,
            "changes",
            f"{self.word} comment",
            [{"target": "whole", "body": f"{self.word} remark"}],
        )
        self.version = self.piece.version_ids[:1]

    def _create_version(self):
        file = self.env["ir.attachment"].create(
            {"name": f"{self.slug}_banner.png", "raw": self.picture()}
        )
        return self.env["client.piece.version"].create(
            {
                "piece_id": self.piece.id,
                "body_text": f"{self.word} body",
                "note_to_client": f"{self.word} note",
                "attachment_ids": [Command.set(file.ids)],
            }
        )

    def _build_import(self):
        run = self.env["client.import"].create(
            {"filename": "clients.xlsx", "user_id": self.manager.id}
        )
        self.import_line = self.env["client.import.line"].create(
            {
                "import_id": run.id,
                "level": "new",
                "name": f"{self.word} line",
                "message": f"{self.word} was imported",
                "partner_id": self.client.id,
            }
        )

    def _fill_texts(self):
        """Write the word into every empty text of the client's own records."""
        self.env.flush_all()
        for records in (
            self.partners,
            self.orders,
            self.order_line,
            self.invoices,
            self.items,
            self.payment,
            self.project,
            self.tasks,
            self.contract,
            self.budget,
            self.job,
            self.piece,
            self.bank,
        ):
            for field in records._fields.values():
                if (
                    field.store
                    and field.type in ("char", "text", "html")
                    and field.column_type[0] in ("varchar", "text")
                    and not (field.compute or field.related)
                    and field.name not in NO_TEXT
                ):
                    # SQL: any column, whatever the model would make of it
                    self.env.cr.execute(
                        f"UPDATE {records._table} SET {field.name} = %s || id "
                        f"WHERE id = ANY(%s) AND {field.name} IS NULL",
                        (f"{self.word} {field.name} ", records.ids),
                    )
        self.env.invalidate_all()
