"""Helpers for budgets, jobs and pieces."""

import base64

from .common import ClientHubCommon

# The smallest PNG: one transparent pixel.
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAA"
    "AABJRU5ErkJggg=="
)


class ClientJobCommon(ClientHubCommon):
    """A template with a question, a piece and a task; a running budget."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.client_a | cls.client_b).client_portal_access = "yes"
        cls.type_banner = cls.env.ref("client_hub.client_piece_type_banner")
        cls.type_text = cls.env.ref("client_hub.client_piece_type_text")
        cls.template = cls.env["client.job.template"].create(
            {
                "name": "Banner job",
                "traffic_user_id": cls.user_traffic.id,
                "question_ids": [
                    (0, 0, {"name": "Whom should it reach?", "required": True}),
                    (0, 0, {"name": "When?", "kind": "date"}),
                    (
                        0,
                        0,
                        {
                            "name": "Where?",
                            "kind": "selection",
                            "options": "Print\nWeb",
                        },
                    ),
                ],
                "piece_ids": [
                    (0, 0, {"name": "Banner", "type_id": cls.type_banner.id}),
                ],
                "task_ids": [
                    (
                        0,
                        0,
                        {
                            "name": "Headline",
                            "days_offset": 2,
                            "user_id": cls.user_creation.id,
                            "allocated_hours": 3,
                        },
                    ),
                ],
            }
        )
        cls.question = cls.template.question_ids[0]
        cls.budget = cls._create_budget(name="Spring")

    @classmethod
    def _create_budget(cls, run=True, **values):
        """Return a budget of client A, running unless told otherwise."""
        budget = (
            cls.env["client.budget"]
            .with_user(cls.user_manager)
            .create(
                {
                    "name": "Budget",
                    "client_id": cls.client_a.id,
                    "amount": 1000,
                    "policy": "block",
                    **values,
                }
            )
        )
        if run:
            budget.action_run()
        return budget

    @classmethod
    def _create_job(cls, **values):
        """Return a draft of client A, opened by its account manager."""
        return (
            cls.env["client.job"]
            .with_user(cls.user_manager)
            .create(
                {
                    "name": "Spring banner",
                    "client_id": cls.client_a.id,
                    "requester_id": cls.contact_a.id,
                    "template_id": cls.template.id,
                    **values,
                }
            )
        )

    @classmethod
    def _create_request(cls, contact=None, **values):
        """Return a request that a contact handed in on the portal."""
        return cls.env["client.job"]._portal_save(
            contact or cls.contact_a,
            {
                "title": "A request",
                "template_id": cls.template.id,
                "answers": {str(cls.question.id): "Everybody"},
                **values,
            },
            submit=True,
        )

    @classmethod
    def _create_file(cls, user=None, raw=PIXEL, **values):
        """Return an upload that has no document yet."""
        return (
            cls.env["ir.attachment"]
            .with_user(user or cls.user_creation)
            .create({"name": "banner.png", "raw": raw, **values})
        )

    @classmethod
    def _create_version(cls, piece, **values):
        """Return a version made by creation."""
        return (
            cls.env["client.piece.version"]
            .with_user(cls.user_creation)
            .create({"piece_id": piece.id, "body_text": "Hello spring", **values})
        )

    @classmethod
    def _create_sent_piece(cls, **values):
        """Return a piece whose first version is with the client."""
        job = cls._create_job(**values)
        job.action_authorize()
        piece = job.piece_ids
        cls._create_version(piece, attachment_ids=[(6, 0, cls._create_file().ids)])
        piece.with_user(cls.user_traffic).action_send_to_client()
        return cls.env["client.piece"].browse(piece.id)
