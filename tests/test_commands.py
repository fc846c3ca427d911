"""What x2many commands link and hold."""

from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from ..tools.commands import split_commands


@tagged("post_install", "-at_install")
class TestCommands(BaseCase):
    def test_each_command_says_what_it_links_and_holds(self):
        line = {"name": "Line"}
        cases = [
            ([Command.create(line)], [], [line]),
            ([Command.update(3, line)], [3], [line]),
            ([Command.link(4)], [4], []),
            ([Command.set([5, 6])], [5, 6], []),
            ([Command.delete(7), Command.unlink(7), Command.clear()], [], []),
            ([8, 9], [8, 9], []),
            # as web clients send them
            ([[0, "virtual_1", line], [1, 2, line], [4, 3]], [2, 3], [line, line]),
            ([[6, False, [1]], (6, 0, (2,)), [6, 0, False]], [1, 2], []),
        ]
        for commands, ids, nested in cases:
            with self.subTest(commands=commands):
                self.assertEqual(split_commands(commands), (ids, nested))

    def test_what_is_no_command_is_skipped(self):
        broken = [None, False, 0, -1, 5, "text", {"id": 1}]
        for commands in broken:
            with self.subTest(commands=commands):
                self.assertEqual(split_commands(commands), ([], []))
        noise = [[], [4], [4, "virtual_1"], [6, 0, 7], [6, 0, ["a"]], [0, 0, 8], "4"]
        self.assertEqual(split_commands([*noise, [4, 1]]), ([1], []))
