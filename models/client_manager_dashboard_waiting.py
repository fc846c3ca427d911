"""What waits for the client: pieces, budgets, signatures, contracts; and reminding."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .client_manager_dashboard import ROWS


class ClientManagerDashboard(models.AbstractModel):
    """Reads what waits for an answer of the client, and asks for it once more."""

    _inherit = "client.manager.dashboard"

    # === PUBLIC METHODS === #

    @api.model
    def remind(self, kind, id_):
        """Ask the client once more for an answer.

        :param str kind: of the row
        :param int id_: of its record
        :return: dict with a ``message`` for the user, or an ``action`` to do
        :rtype: dict
        :raise UserError: it doesn't wait any more, or nobody can be reminded
        """
        self._check_reader()
        sources = self._get_waiting_sources(Domain.TRUE, Domain.TRUE)
        if kind not in sources:
            raise UserError(self.env._("There is nothing to remind of here."))
        source = sources[kind]
        record = self.env[source["model"]].search(
            source["domain"] & Domain("id", "=", int(id_))
        )
        if not record:
            raise UserError(
                self.env._("This doesn't wait for the client any more: look again.")
            )
        return getattr(self, f"_remind_of_{kind}")(record)

    # === BUSINESS METHODS === #

    @api.model
    def _get_waiting_sources(self, jobs, records):
        """Return where to look for what waits for the client.

        :param Domain jobs: condition on jobs
        :param Domain records: condition on records with ``client_id``
        :return: by kind: ``model``, ``domain``, ``since`` (a field), ``title``
        :rtype: dict
        """
        waiting = records & Domain("state", "=", "waiting")
        unsigned = ~Domain("signature_ids", "any", [("state", "=", "requested")])
        return {
            "piece": {
                "model": "client.piece",
                "domain": Domain("job_id", "any", jobs)
                & Domain("state", "=", "awaiting_approval"),
                "since": "awaiting_date",
                "title": self.env._("Pieces"),
            },
            "revision": {
                "model": "client.budget.revision",
                "domain": waiting,
                "since": "date",
                "title": self.env._("Budget changes"),
            },
            "approval": {
                "model": "client.budget.approval",
                "domain": waiting,
                "since": "create_date",
                "title": self.env._("Budgets exceeded"),
            },
            "signature": {
                "model": "client.contract.signature",
                "domain": records & Domain("state", "=", "requested"),
                "since": "requested_time",
                "title": self.env._("Signatures"),
            },
            "contract": {
                "model": "client.contract",
                "domain": records & Domain("state", "=", "sent") & unsigned,
                "since": "date_sent",
                "title": self.env._("Contracts"),
            },
        }

    @api.model
    def _load_waiting(self, jobs, records, today):
        """Return what waits for the client, what waits longest first.

        :rtype: dict
        """
        rows, links = [], []
        for kind, source in self._get_waiting_sources(jobs, records).items():
            Model, since = self.env[source["model"]], source["since"]
            found = Model.search(source["domain"], order=f"{since}, id", limit=ROWS)
            count = Model.search_count(source["domain"]) if found else 0
            if count:
                links.append({"block": kind, "label": source["title"], "count": count})
            for record in found:
                job = record.job_id if "job_id" in record._fields else None
                row = self._prepare_row(record, kind, job, record[since], today)
                rows.append(row | self._describe_waiting(kind, record))
        rows.sort(key=lambda row: -row["days"])
        return {
            "count": sum(link["count"] for link in links),
            "rows": rows[:ROWS],
            "links": links,
        }

    @api.model
    def _describe_waiting(self, kind, record):
        """Return title, document and person of what waits.

        :rtype: dict
        """
        if kind == "piece":
            return {
                "title": record.name,
                "state": self.env._("Piece"),
                "who": record.requester_id.name or "",
            }
        if kind == "revision":
            return {
                "title": record.budget_id.name,
                "state": self.env._("Budget change"),
                "who": "",
                "open": {"model": "client.budget", "id": record.budget_id.id},
            }
        if kind == "approval":
            return {
                "title": record.job_id.name,
                "state": self.env._("Budget exceeded"),
                "who": "",
                "open": {"model": "client.budget", "id": record.budget_id.id},
            }
        if kind == "signature":
            return {
                "title": record.contract_id.name,
                "state": self.env._("Signature"),
                "who": record.signer_id.name or "",
                "open": {"model": "client.contract", "id": record.contract_id.id},
            }
        return {"title": record.name, "state": self.env._("Contract"), "who": ""}

    @api.model
    def _get_reminded_message(self, names):
        return {"message": self.env._("Reminded: %s.", ", ".join(names))}

    @api.model
    def _remind_of_piece(self, piece):
        """Write to those whom a piece waits for: one mail a day for all their pieces.

        :raise UserError: nobody can be written to, or everybody was today
        """
        asked = piece._get_asked_people()
        contacts = asked.filtered("email")
        if not contacts:
            raise UserError(
                self.env._("Nobody with an e-mail address is asked about this piece.")
            )
        waiting = piece.search(
            [("state", "=", "awaiting_approval"), ("job_id", "=", piece.job_id.id)]
        )
        names = []
        for contact in contacts:
            pieces = waiting.filtered(
                lambda row, contact=contact: contact in row._get_asked_people()
            )
            pieces.filtered(lambda row: not row.approval_deadline)._plan_answer()
            # sudo: the note of what was sent is the system's; the user may read the
            # pieces, and the mail goes to the people who were asked about them
            if self.env["client.round.up"].sudo()._remind(contact, pieces):
                names.append(contact.name)
        if not names:
            raise UserError(
                self.env._(
                    "%s was reminded today already: one mail a day is enough.",
                    ", ".join(contacts.mapped("name")),
                )
            )
        return self._get_reminded_message(names)

    @api.model
    def _remind_of_revision(self, revision):
        """Put the question about a budget to the client once more."""
        revision.budget_id.check_access("write")
        revision._ask_contacts()
        # sudo: who may answer, whom the user has just written to
        contacts = revision.budget_id.sudo()._get_deciders()
        return self._get_reminded_message(contacts.mapped("name"))

    @api.model
    def _remind_of_approval(self, approval):
        """Put the question about a budget to the client once more."""
        return self._remind_of_revision(approval)

    @api.model
    def _remind_of_signature(self, signature):
        """Send the link to sign once more."""
        signature.action_remind()
        return self._get_reminded_message(signature.signer_id.mapped("name"))

    @api.model
    def _remind_of_contract(self, contract):
        """Open the mail with the contract once more."""
        return {"action": contract.action_send()}
