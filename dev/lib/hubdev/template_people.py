# Run in an Odoo shell on a template database of tests: the company and the staff that
# nearly every class needs, created once instead of by each.

from odoo.addons.client_hub.tests.common import ClientHubCommon

ClientHubCommon.prepare(env)  # noqa: F821 (the shell provides it)
env.cr.commit()  # noqa: F821
