"""What there may be for people: found for many at once, whatever they may read."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from .client_contract import SCHEDULED_STATES

# Amounts are put to the client this long before they are due.
ENTRY_AHEAD = timedelta(days=14)
ACTIVITY_MODELS = (
    "client.budget",
    "client.contract",
    "client.job",
    "client.piece",
    "res.partner",
)


class ClientRoundUp(models.Model):
    """Looks for what waits for people and what is new, as superuser.

    Each source costs the same number of queries for one person as for a batch of them,
    and yields ``(partner id, kind, record id, is due)``. Due is what a mail is sent
    for; the rest comes along. What a person may read is asked for those only who get a
    mail, see ``_compose``.
    """

    _inherit = "client.round.up"

    @api.model
    def _gather(self, people, now, is_forced=False):
        """Return what there may be for people.

        :param people: res.partner
        :param datetime now: naive UTC
        :param bool is_forced: also of those for whom nothing is due today
        :return: ``{partner id: {kind: [record id]}}``
        :rtype: dict
        """
        last = dict(
            self._read_group(
                [("partner_id", "in", people.ids)], ["partner_id"], ["date:max"]
            )
        )
        users = self.env["res.users"].search([("partner_id", "in", people.ids)])
        staff = users.filtered(lambda user: not user.share)
        world = {
            "people": people,
            "reminded": people.filtered(
                lambda person: person.client_reminder_mail != "none"
            ),
            "days": {person.id: self._get_day(person, now) for person in people},
            "last": {person.id: day for person, day in last.items()},
            "staff": {user.id: user.partner_id.id for user in staff},
            "clients": defaultdict(list),
        }
        for user in users - staff:
            client = user.partner_id.commercial_partner_id
            world["clients"][client.id].append(user.partner_id.id)
        found, due = defaultdict(lambda: defaultdict(list)), set()
        for source in self._get_sources():
            for partner_id, kind, record_id, is_due in source(world):
                if record_id not in found[partner_id][kind]:
                    found[partner_id][kind].append(record_id)
                if is_due:
                    due.add(partner_id)
        return {
            partner_id: dict(wanted)
            for partner_id, wanted in found.items()
            if is_forced or partner_id in due
        }

    @api.model
    def _get_sources(self):
        """Return where to look; hook."""
        return (
            self._gather_items,
            self._gather_pieces,
            self._gather_questions,
            self._gather_contracts,
            self._gather_jobs,
            self._gather_requests,
            self._gather_changes,
            self._gather_activities,
        )

    @api.model
    def _waits(self, world, partner_id, since):
        """Tell whether a person is reminded today of what waits since a day."""
        today = world["days"][partner_id][0]
        return self._is_due(since, world["last"].get(partner_id), today)

    @api.model
    def _gather_items(self, world):
        """Yield what was collected until the person's morning."""
        items = self.env["client.round.up.item"].search(
            [("partner_id", "in", world["people"].ids)]
        )
        for item in items:
            partner_id = item.partner_id.id
            if item.date <= world["days"][partner_id][1]:
                yield partner_id, "item", item.id, True

    @api.model
    def _gather_pieces(self, world):
        """Yield the pieces that wait for somebody's decision."""
        people = world["reminded"]
        approvers = self.env["client.piece.approver"].search(
            Domain("is_asked", "=", True)
            & Domain("piece_id.state", "=", "awaiting_approval")
            & (
                Domain("partner_id", "in", people.ids)
                | Domain("deputy_id", "in", people.ids)
            )
        )
        pieces = self.env["client.piece"].search(
            [
                ("state", "=", "awaiting_approval"),
                ("approver_ids", "=", False),
                ("requester_id", "in", people.ids),
            ]
        )
        asked = [(row.piece_id, row._get_people() & people) for row in approvers]
        asked += [(piece, piece.requester_id) for piece in pieces]
        for piece, contacts in asked:
            since = (piece.awaiting_date or piece.write_date).date()
            for contact in contacts:
                today, last = (
                    world["days"][contact.id][0],
                    world["last"].get(contact.id),
                )
                if piece.approval_deadline and piece.awaiting_date:
                    is_due = piece._is_reminder_due(today, last)
                else:
                    is_due = self._is_due(since, last, today)
                yield contact.id, "piece", piece.id, is_due

    @api.model
    def _gather_questions(self, world):
        """Yield the budgets about which the client is asked."""
        for model in ("client.budget.revision", "client.budget.approval"):
            questions = self.env[model].search(
                [
                    ("state", "=", "waiting"),
                    ("client_id", "in", list(world["clients"])),
                ]
            )
            for question in questions:
                budget = question.budget_id
                decider = budget.approver_contact_id.id
                for partner_id in world["clients"][budget.client_id.id]:
                    if partner_id in world["reminded"].ids and decider in (
                        False,
                        partner_id,
                    ):
                        is_due = self._waits(
                            world, partner_id, question.create_date.date()
                        )
                        yield partner_id, "question", budget.id, is_due

    @api.model
    def _gather_contracts(self, world):
        """Yield signatures, amounts and contracts that wait for the client."""
        reminded = set(world["reminded"].ids)
        signatures = self.env["client.contract.signature"].search(
            [("state", "=", "requested"), ("signer_id", "in", list(reminded))]
        )
        for signature in signatures:
            partner_id = signature.signer_id.id
            # the days were chosen with the request
            day = signature.reminder_date
            is_due = bool(day) and day <= world["days"][partner_id][0]
            yield partner_id, "signature", signature.id, is_due
        clients = list(world["clients"])
        amounts = self.env["client.contract.entry"]._read_group(
            [
                ("client_id", "in", clients),
                ("state", "=", "open"),
                ("approved", "=", False),
                ("contract_id.entry_approval_required", "=", True),
                ("contract_id.state", "in", (*SCHEDULED_STATES, "ended")),
            ],
            ["contract_id"],
            ["date_due:min"],
        )
        sent = self.env["client.contract"].search(
            Domain("client_id", "in", clients)
            & Domain("state", "=", "sent")
            & ~Domain("signature_ids", "any", [("state", "=", "requested")])
        )
        waiting = [("entry", contract, day - ENTRY_AHEAD) for contract, day in amounts]
        waiting += [
            ("contract", contract, contract.date_sent or contract.write_date.date())
            for contract in sent
        ]
        for kind, contract, since in waiting:
            contact = contract.contact_id
            for partner_id in world["clients"][contract.client_id.id]:
                if partner_id not in reminded or contact.id not in (False, partner_id):
                    continue
                if kind == "contract" or since <= world["days"][partner_id][0]:
                    is_due = self._waits(world, partner_id, since)
                    yield partner_id, kind, contract.id, is_due

    @api.model
    def _gather_jobs(self, world):
        """Yield requests that stop until the client's person does something."""
        jobs = self.env["client.job"].search(
            Domain("requester_id", "in", world["reminded"].ids)
            & (
                (Domain("state", "=", "draft") & Domain("origin", "=", "portal"))
                | (
                    Domain("state", "=", "on_hold")
                    & Domain("hold_holder", "=", "client")
                )
            )
        )
        for job in jobs:
            partner_id = job.requester_id.id
            is_due = self._waits(world, partner_id, job.write_date.date())
            yield partner_id, "job", job.id, is_due

    @api.model
    def _get_reminded_staff(self, world):
        """Return the colleagues who want to be reminded: ``{user id: partner id}``."""
        reminded = set(world["reminded"].ids)
        return {
            user_id: partner_id
            for user_id, partner_id in world["staff"].items()
            if partner_id in reminded
        }

    @api.model
    def _gather_requests(self, world):
        """Yield requests of clients that wait for their account manager."""
        staff = self._get_reminded_staff(world)
        jobs = self.env["client.job"].search(
            [("state", "=", "requested"), ("account_manager_id", "in", list(staff))]
        )
        for job in jobs:
            partner_id = staff[job.account_manager_id.id]
            since = (job.requested_date or job.create_date).date()
            yield (
                partner_id,
                "request",
                job.id,
                self._waits(world, partner_id, since),
            )

    @api.model
    def _gather_changes(self, world):
        """Yield pieces that came back from the client, for those who go on."""
        staff = self._get_reminded_staff(world)
        users = list(staff)
        pieces = self.env["client.piece"].search(
            Domain("state", "=", "changes_requested")
            & (
                Domain("assigned_user_id", "in", users)
                | Domain("job_id.traffic_user_id", "in", users)
                | Domain("job_id.account_manager_id", "in", users)
            )
        )
        for piece in pieces:
            job = piece.job_id
            people = piece.assigned_user_id | job.traffic_user_id
            for user in people or job.account_manager_id:
                if user.id in staff:
                    since = (piece.last_decision_date or piece.write_date).date()
                    is_due = self._waits(world, staff[user.id], since)
                    yield staff[user.id], "change", piece.id, is_due

    @api.model
    def _gather_activities(self, world):
        """Yield to-dos about clients' documents whose day has come."""
        staff = self._get_reminded_staff(world)
        last_day = max(day for day, __ in world["days"].values())
        activities = self.env["mail.activity"].search(
            [
                ("user_id", "in", list(staff)),
                ("res_model", "in", ACTIVITY_MODELS),
                ("date_deadline", "<=", last_day),
            ]
        )
        for activity in activities:
            partner_id = staff[activity.user_id.id]
            day = activity.date_deadline
            if day <= world["days"][partner_id][0]:
                # the day itself counts as the first after
                is_due = self._waits(world, partner_id, day - timedelta(days=1))
                yield partner_id, "activity", activity.id, is_due
