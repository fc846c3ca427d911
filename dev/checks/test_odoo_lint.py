"""Odoo's own checks of loaded code, run on this addon with dev/test.

They look at every installed model, override and route, so they notice what the
addon adds to Odoo.
"""

from odoo.addons.test_lint.tests.test_index import TestIndex
from odoo.addons.test_lint.tests.test_naming import TestNaming
from odoo.addons.test_lint.tests.test_override_signatures import (
    TestLintOverrideSignatures,
)
from odoo.addons.test_lint.tests.test_routes import RoutesLinter

__all__ = ["RoutesLinter", "TestIndex", "TestLintOverrideSignatures", "TestNaming"]
