"""A contract with included hours, and work to count."""

from datetime import date

from .common_contract import ContractCommon
from .common_job import ClientJobCommon


class IncludedCommon(ContractCommon, ClientJobCommon):
    """A contract that includes 10 hours a month, and a project to work on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.employee = cls.env["hr.employee"].create(
            {"name": "Bia", "company_id": cls.company.id}
        )
        cls.project = cls._create_project("Retainer", cls.client_a)

    @classmethod
    def _create_project(cls, name, client):
        return cls.env["project.project"].create(
            {
                "name": name,
                "partner_id": client.id,
                "company_id": cls.company.id,
                "allow_timesheets": True,
            }
        )

    @classmethod
    def _log(cls, day, hours, project=None, **values):
        return cls.env["account.analytic.line"].create(
            {
                "name": "Work",
                "project_id": (project or cls.project).id,
                "employee_id": cls.employee.id,
                "company_id": cls.company.id,
                "date": day,
                "unit_amount": hours,
                **values,
            }
        )

    @classmethod
    def _include(cls, contract=None, **values):
        """Return what a contract includes: 10 hours from January 2026, 90 an hour."""
        contract = contract or cls._create_contract()
        return (
            cls.env["client.contract.included"]
            .with_user(cls.user_manager)
            .create(
                {
                    "line_id": contract.line_ids[:1].id,
                    "quantity": 10.0,
                    "price_unit": 90.0,
                    "date_start": date(2026, 1, 1),
                    **values,
                }
            )
        )

    def _rows(self, included, *names):
        """Return the numbers of each period, the first one first."""
        self.env.invalidate_all()
        rows = included.consumption_ids.sorted("period_start")
        return [tuple(row[name] for name in names) for row in rows]

    def _overage(self, included):
        """Return the entries of the extra, as they were made."""
        self.env.invalidate_all()
        return included.sudo().consumption_ids.entry_ids.sorted("id")

    def _enter(self, included):
        contract = included.contract_id.with_user(self.user_manager)
        return contract.action_enter_overage()
