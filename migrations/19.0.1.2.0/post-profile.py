"""Gives a database that had the free text only the questions to begin with."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Add the starter questions, and show brand material on the Profile tab."""
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["client.profile.questionnaire"]._add_starter_questions()
    brand = env.ref("client_hub.client_file_kind_brand", raise_if_not_found=False)
    if brand:
        brand.in_profile = True
