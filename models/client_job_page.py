"""A job in the words of the client, for its pages."""

from odoo import api, fields, models

# state -> (colour of the badge, icon, who holds the job)
LOOKS = {
    "draft": ("light", "fa-pencil", "client"),
    "requested": ("info", "fa-paper-plane-o", "agency"),
    "authorized": ("info", "fa-thumbs-o-up", "agency"),
    "at_risk": ("info", "fa-thumbs-o-up", "agency"),
    "in_production": ("primary", "fa-cogs", "agency"),
    "awaiting_approval": ("warning", "fa-hand-o-right", "client"),
    "done": ("success", "fa-check", False),
    "on_hold": ("light", "fa-pause", "agency"),
    "refused": ("danger", "fa-times", False),
    "cancelled": ("light", "fa-ban", False),
}
# as the client's pages group them, by ``portal_state``
OPEN_STATES = (
    "requested",
    "authorized",
    "in_production",
    "awaiting_approval",
    "on_hold",
)
CLOSED_STATES = ("done", "refused", "cancelled")
# the way of a request that nothing stops
STEPS = ("requested", "authorized", "in_production", "awaiting_approval", "done")


class ClientJob(models.Model):
    """How the client's pages name the state of a job."""

    _inherit = "client.job"
    _board_states = frozenset({"requested", "in_production", "awaiting_approval"})

    portal_state = fields.Selection(
        string="Status for the client",
        selection=[
            ("draft", "Draft"),
            ("requested", "Sent"),
            ("authorized", "Accepted"),
            ("in_production", "In production"),
            ("awaiting_approval", "Waiting for you"),
            ("done", "Done"),
            ("on_hold", "On hold"),
            ("refused", "Not accepted"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_portal_state",
        store=True,
        precompute=True,
        index=True,
        help="What the client's people read, on pages and by any other way: that we "
        "work at our own risk is our own matter.",
    )

    # the newest of a client with very many
    _portal_open = models.Index(
        "(client_id, id DESC) WHERE portal_state IN ('requested', 'authorized',"
        " 'in_production', 'awaiting_approval', 'on_hold')"
    )
    _portal_closed = models.Index(
        "(client_id, id DESC) WHERE portal_state IN ('done', 'refused', 'cancelled')"
    )

    # === COMPUTE METHODS === #

    @api.depends("state")
    def _compute_portal_state(self):
        for job in self:
            at_risk = job.state == "at_risk"
            job.portal_state = "authorized" if at_risk else job.state

    # === BUSINESS METHODS === #

    def _portal_status(self, waiting=0):
        """Return how the client's pages show the state.

        :param int waiting: how many pieces of the job wait for the client
        :return: dict with ``label``, ``color``, ``icon``, ``holder`` (client, agency
            or False) and ``sentence``
        """
        self.ensure_one()
        state = self.state
        if waiting and state in ("authorized", "at_risk", "in_production"):
            # we work on the others; what the client sees is that it is his turn
            state = "awaiting_approval"
        color, icon, holder = LOOKS[state]
        if self._is_held_by_client():
            holder = "client"
        label = self._portal_status_labels()[state]
        if self.state == "awaiting_approval" and not waiting:
            # a colleague of the visitor decides
            label = self.env._("With the approvers")
            color, icon, holder = "light", "fa-clock-o", False
        return {
            "label": label,
            "color": color,
            "icon": icon,
            "holder": holder,
            "sentence": self._portal_status_sentence(waiting),
        }

    def _is_held_by_client(self):
        """Tell whether the job is on hold because we wait for the client."""
        self.ensure_one()
        return self.state == "on_hold" and self.hold_holder == "client"

    def _portal_status_labels(self):
        """Return ``{state: label}`` in the client's words.

        At risk is our own matter: for the client, the request is accepted.
        """
        return {
            "draft": self.env._("Draft"),
            "requested": self.env._("Sent"),
            "authorized": self.env._("Accepted"),
            "at_risk": self.env._("Accepted"),
            "in_production": self.env._("In production"),
            "awaiting_approval": self.env._("Waiting for you"),
            "done": self.env._("Done"),
            "on_hold": self.env._("On hold"),
            "refused": self.env._("Not accepted"),
            "cancelled": self.env._("Cancelled"),
        }

    def _portal_status_sentence(self, waiting):
        """Return one sentence that says what happens now, and by whom."""
        agency = self.company_id.sudo().name  # sudo: the name on every page
        if self.state == "draft":
            return self.env._("Only you see this draft. Send it when it is complete.")
        if waiting and self.state not in ("on_hold", "cancelled", "refused", "done"):
            if waiting == 1:
                return self.env._("One piece waits for your decision.")
            return self.env._("%(count)s pieces wait for your decision.", count=waiting)
        if self._is_held_by_client():
            return self.env._("The work is paused until you tell us how to go on.")
        sentences = {
            "requested": self.env._(
                "%(agency)s is looking at your request.", agency=agency
            ),
            "authorized": self.env._("%(agency)s is getting started.", agency=agency),
            "at_risk": self.env._("%(agency)s is getting started.", agency=agency),
            "in_production": self.env._("%(agency)s is working on it.", agency=agency),
            "awaiting_approval": self.env._("Others of your people decide on it."),
            "done": self.env._("Everything is delivered."),
            "on_hold": self.env._(
                "The work is paused. Ask below if you want to go on."
            ),
            "refused": self.env._("%(agency)s can't take this request.", agency=agency),
            "cancelled": self.env._("This request was cancelled."),
        }
        return sentences[self.state]

    def _portal_steps(self, waiting=0):
        """Return the way of the request, for the line of steps on its page.

        :param int waiting: how many pieces wait for the visitor
        :return: list of dicts ``label`` and ``state`` (done, current or todo); empty
            where the way was left
        """
        self.ensure_one()
        if self.portal_state not in STEPS:
            return []
        position = STEPS.index(self.portal_state)
        if waiting and self.portal_state in ("authorized", "in_production"):
            position = STEPS.index("awaiting_approval")
        labels = (
            self.env._("Sent"),
            self.env._("Accepted"),
            self.env._("In production"),
            self.env._("Your approval"),
            self.env._("Done"),
        )
        last = len(STEPS) - 1
        return [
            {
                "label": label,
                "state": "done"
                if number < position or position == last
                else "current"
                if number == position
                else "todo",
            }
            for number, label in enumerate(labels)
        ]

    def _portal_events(self, pieces):
        """Return what happened to the request, as far as the client was part of it.

        :param pieces: client.piece that the visitor reads, as superuser
        :return: list of dicts, newest first, with ``date``, ``icon``, ``label`` and,
            where there are any, ``person``, ``piece``, ``version`` and ``decision``
        """
        self.ensure_one()
        events = [
            {"date": date, "icon": icon, "label": label, "person": person}
            for date, icon, label, person in (
                (
                    self.requested_date,
                    "fa-paper-plane-o",
                    self.env._("Request sent"),
                    self.requester_id.name,
                ),
                (self.released_date, "fa-thumbs-o-up", self.env._("Accepted"), ""),
                (
                    self.state == "done" and self.done_date,
                    "fa-flag-checkered",
                    self.env._("Done"),
                    "",
                ),
            )
            if date
        ]
        for version in pieces.version_ids.filtered("sent_date"):
            events.append(
                {
                    "date": version.sent_date,
                    "icon": "fa-share",
                    "label": self.env._("Sent to you"),
                    "piece": version.piece_id,
                    "version": version,
                }
            )
        for decision in pieces.decision_ids:
            events.append(
                {
                    "date": decision.date,
                    "decision": decision,
                    "piece": decision.piece_id,
                    "version": decision.version_id,
                }
            )
        # of the same second, too, the later one first
        return sorted(events, key=lambda event: event["date"])[::-1]
