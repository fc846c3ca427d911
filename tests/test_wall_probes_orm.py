"""Every attempt by the ORM, as each of the five people, and the nets below them."""

from odoo.tests import tagged

from . import (
    wall_probes_counters,
    wall_probes_oracle,
    wall_probes_read,
    wall_probes_talk,
    wall_probes_write,
)
from .common_wall import WallProbeCommon
from .wall_nets import CallingNet, ComparingNet, PointingNet, ReadingNet
from .wall_probes import COUNTERS, ORM

AREAS = (
    wall_probes_counters,
    wall_probes_oracle,
    wall_probes_read,
    wall_probes_talk,
    wall_probes_write,
)


@tagged("post_install", "-at_install", "client_hub_long")
class TestWallProbesOrm(
    ReadingNet, PointingNet, CallingNet, ComparingNet, WallProbeCommon
):
    @classmethod
    def before_secret(cls):
        cls.counted = {
            (probe.name, person): cls._count(probe, person)
            for probe in COUNTERS
            for person in (*probe.people, probe.control)
        }
        cls.pictures = cls.take_pictures()

    @classmethod
    def _count(cls, probe, person):
        return str(cls._try(probe, person))

    @classmethod
    def _try(cls, probe, person):
        return cls.attempt(lambda env: probe.call(env, cls), person)

    def test_nobody_outside_finds_anything(self):
        for probe in ORM:
            for person in probe.people:
                with self.subTest(probe=probe.name, person=person):
                    result = self._try(probe, person)
                    self.assertIsNone(self.secrets.find(result))

    def test_the_control_finds_it_every_time(self):
        for probe in ORM:
            with self.subTest(probe=probe.name, person=probe.control):
                result = self._try(probe, probe.control)
                self.assertTrue(self.secrets.find(result), str(result)[:300])

    def test_no_number_changes_with_the_hidden_client(self):
        for probe in COUNTERS:
            for person in probe.people:
                with self.subTest(probe=probe.name, person=person):
                    before = self.counted[probe.name, person]
                    self.assertEqual(self._count(probe, person), before)

    def test_the_controls_numbers_change(self):
        for probe in COUNTERS:
            with self.subTest(probe=probe.name, person=probe.control):
                before = self.counted[probe.name, probe.control]
                self.assertNotEqual(self._count(probe, probe.control), before)
