"""A budget as the client's people see it."""

from collections import Counter

from odoo import models


class ClientBudget(models.Model):
    """Rows of the portal page."""

    _inherit = "client.budget"

    def _get_portal_job_ids(self):
        """Return the ids of the requests that used, or use, some of the budget.

        Many that were cancelled must not take the place of those that cost something.

        :rtype: list
        """
        self.ensure_one()
        # sudo: ids only, the caller reads those of them that the visitor may
        groups = (
            self.env["client.budget.move"]
            .sudo()
            ._read_group(
                [
                    ("budget_id", "=", self.id),
                    ("kind", "in", list(self._get_used_kinds())),
                    ("job_id", "!=", False),
                ],
                ["job_id"],
                ["amount:sum"],
            )
        )
        return [
            job.id for job, amount in groups if not self.currency_id.is_zero(amount)
        ]

    def _get_portal_rows(self, jobs, invoices):
        """Return what used the budget, as far as the client may see it.

        Everything else is one row, so that the amounts add up to what is used.

        :param jobs: client.job that the visitor reads
        :param invoices: account.move that he reads
        :return: list of dicts ``label``, ``url``, ``detail``, ``amount``, ``is_used``
        """
        self.ensure_one()
        # sudo: sums; what they are of is named only where the visitor may read it
        moves_sudo = self.env["client.budget.move"].sudo()
        used_kinds = self._get_used_kinds()
        rows = moves_sudo._read_group(
            [("budget_id", "=", self.id), ("kind", "!=", "planned")],
            ["res_model", "res_id", "job_id", "kind"],
            ["amount:sum"],
        )
        of_job, of_invoice, others = {}, {}, 0.0
        for model, record_id, job, kind, amount in rows:
            is_used = kind in used_kinds
            if model == "account.move" and record_id in invoices.ids:
                of_invoice[record_id] = of_invoice.get(record_id, 0.0) + amount
            elif is_used and job.id in jobs.ids:
                of_job[job.id] = of_job.get(job.id, 0.0) + amount
            elif is_used:
                others += amount
        result = self._get_portal_job_rows(jobs, of_job)
        for invoice in invoices:
            result.append(
                {
                    "label": invoice.name,
                    "url": invoice.get_portal_url(),
                    "detail": self.env._("Invoice"),
                    "amount": of_invoice.get(invoice.id, 0.0),
                    "is_used": "invoiced" in used_kinds,
                }
            )
        if not self.currency_id.is_zero(others):
            result.append(
                {
                    "label": self.env._("Other costs and requests"),
                    "url": False,
                    "detail": False,
                    "amount": others,
                    "is_used": True,
                }
            )
        return result

    def _get_portal_job_rows(self, jobs, amounts):
        """Return the rows of the jobs that use something."""
        # sudo: only of jobs that the visitor reads; how many pieces wait for him
        pieces_sudo = (
            self.env["client.piece"]
            .sudo()
            .search([("job_id", "in", jobs.ids), ("state", "=", "awaiting_approval")])
        )
        contact = self.env.user.partner_id
        waiting = Counter(
            piece.job_id.id for piece in pieces_sudo if piece._is_waiting_for(contact)
        )
        return [
            {
                "label": job.name,
                "url": f"/my/jobs/{job.id}",
                "detail": job.number,
                # sudo: only of jobs that the visitor reads; the state's words are
                # those of the portal
                "status": job.sudo()._portal_status(waiting[job.id]),
                "amount": amounts[job.id],
                "is_used": True,
            }
            for job in jobs
            if not self.currency_id.is_zero(amounts.get(job.id, 0.0))
        ]
