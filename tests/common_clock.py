"""A company whose working hours are those of Lisbon."""

from .common_job import ClientJobCommon


class ClientClockCommon(ClientJobCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {"name": "Lisbon", "tz": "Europe/Lisbon", "company_id": cls.company.id}
        )
        cls.company.resource_calendar_id = cls.calendar
