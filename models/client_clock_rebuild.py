"""The clock of jobs and pieces from before it was kept; nothing is made up."""

from odoo import fields, models

from ..tools.clock import build_segments
from .client_job_clock import HOLDERS_BY_STATE as JOB_HOLDERS


class ClientClockEntry(models.Model):
    """Finds in the history, and in the dates of documents, who had what when."""

    _inherit = "client.clock.entry"

    def _rebuild(self, jobs, now=None):
        """Clock jobs, and their pieces, that have no clock yet.

        :param jobs: client.job
        :param now: naive UTC datetime
        """
        now = now or fields.Datetime.now()
        known = self.search([("job_id", "in", jobs.ids)]).job_id
        for job in jobs - known:
            states = self._read_states(job) or self._read_dates(job)
            self._create_rebuilt(
                job, self._hold_states(job, states), {"job_id": job.id}, now
            )
            for piece in job.piece_ids:
                self._create_rebuilt(
                    piece,
                    self._read_piece(piece, now),
                    {"job_id": job.id, "piece_id": piece.id},
                    now,
                )
        entries = self.search([("job_id", "in", (jobs - known).ids)])
        if entries:
            entries._store_count()

    def _create_rebuilt(self, record, changes, values, now):
        """Create the stretches; the last one is the record's own as of now."""
        holder = record._get_state_holder()
        record.clock_holder = holder
        segments = build_segments(changes, now)
        if segments and segments[-1][1] == now and segments[-1][2] == holder:
            # it still lasts
            segments[-1] = (segments[-1][0], False, holder)
        elif holder:
            segments.append((now, False, holder))
        self.create(
            [
                dict(
                    values,
                    holder=by,
                    date_start=start,
                    date_end=end,
                    is_rebuilt=True,
                )
                for start, end, by in segments
            ]
        )

    def _read_states(self, job):
        """Return ``[(moment, state)]`` from the history, or nothing if it has gaps.

        The history keeps the words of the language of whoever changed the state.
        """
        labels = {}
        for lang, _name in self.env["res.lang"].get_installed():
            field = job._fields["state"]
            env = job.with_context(lang=lang).env
            for state, label in field._description_selection(env):
                labels[label] = state
        rows = self.env["client.history"].search(
            [("model", "=", job._name), ("res_id", "=", job.id)], order="date, id"
        )
        states, before = [(job.create_date, "draft")], "draft"
        for row in rows:
            for change in row.changes or []:
                if change.get("field") != "state" or row.action != "write":
                    continue
                if labels.get(change.get("old")) != before:
                    return []
                before = labels.get(change.get("new"))
                states.append((row.date, before))
        return states if before == job.state else []

    def _read_dates(self, job):
        """Return ``[(moment, state)]`` from the dates that the job itself keeps."""
        states = [(job.create_date, "draft")]
        if job.requested_date:
            states.append((job.requested_date, "requested"))
        if job.released_date:
            states.append((job.released_date, "authorized"))
        if job.done_date:
            states.append((job.done_date, "done"))
        elif job.state in ("refused", "cancelled"):
            # when it ended isn't known: nobody's time after what is known
            states.append((states[-1][0], job.state))
        return sorted(states, key=lambda row: row[0])

    def _hold_states(self, job, states):
        """Return ``[(moment, holder)]`` of a job's states."""
        first = "client" if job.origin == "portal" else "agency"
        holders = {**JOB_HOLDERS, "draft": first, "on_hold": "agency"}
        return [(moment, holders.get(state, False)) for moment, state in states]

    def _read_piece(self, piece, now):
        """Return ``[(moment, holder)]`` from what was sent and decided."""
        job = piece.job_id
        if not job.released_date:
            return []
        begin = max(job.released_date, piece.create_date)
        changes = [(begin, "agency")]
        for version in piece.version_ids.filtered("sent_date"):
            changes.append((version.sent_date, "client"))
        for decision in piece.decision_ids.filtered("outcome"):
            by = "agency" if decision.outcome == "changes" else False
            changes.append((decision.date, by))
        if job.done_date:
            changes.append((job.done_date, False))
        elif not piece._get_state_holder() and changes[-1][1]:
            # when it ended isn't known
            changes = changes[:-1] + [(changes[-1][0], False)]
        return sorted(
            (row for row in changes if row[0] <= now), key=lambda row: row[0]
        )
