"""What an employee who sees the portal as a contact may not see there either."""

from odoo import api, models
from odoo.fields import Domain
from odoo.http import request
from odoo.tools import SQL

from .client_wall_portal import CHECKED


def _rehearsal_sql(model, alias, query):
    """Return the condition of :meth:`ClientWall._rehearsal_domain`.

    Called each time that a query is built: who looks is known by the request.
    """
    return model.env["client.wall"]._rehearsal_seen_sql(model, alias)


class ClientWall(models.Model):
    """A look at the portal shows what the contact and the employee both may read.

    The rules of the contact are those of the page; those of the employee come on top of
    them, whatever they are: restricted clients, companies, orders of his own only,
    projects to which he wasn't invited.
    """

    _inherit = "client.wall"

    @api.model
    @api.private
    def _rehearsal_viewer(self):
        """Return who really looks while this request is answered as a contact.

        :return: res.users; empty where it is no such request, or another user's part
            of it
        """
        look = getattr(request, "client_rehearsal", None) if request else None
        users = self.env["res.users"]
        return users.browse(look["viewer_id"] if self._is_look_of(look) else [])

    @api.model
    def _is_look_of(self, look):
        return bool(look) and look["uid"] == self.env.uid

    @api.model
    @api.private
    def _rehearsal_domain(self, model_name):
        """Return the domain of what whoever looks may read himself.

        :param str model_name: any model, also of a module installed later
        :rtype: Domain
        """
        if (
            model_name in CHECKED
            or not self._rehearsal_viewer()
            or not self._portal_is_guarded(model_name)
        ):
            return Domain.TRUE
        return Domain.custom(to_sql=_rehearsal_sql)

    @api.model
    def _rehearsal_seen_sql(self, model, alias):
        viewer = self._rehearsal_viewer()
        if not viewer:
            return SQL("TRUE")
        # as the viewer, who has all his companies before him
        records = self.env[model._name].with_user(viewer)
        records = records.with_context(
            active_test=False,
            # sudo: the companies of the person who looks
            allowed_company_ids=viewer.sudo().company_ids.ids,
        )
        if not records.has_access("read"):
            return SQL("FALSE")
        seen = records._search(Domain.TRUE)
        return SQL("%s IN %s", SQL.identifier(alias, "id"), seen.subselect())

    @api.model
    @api.private
    def _rehearsal_open(self, records):
        """Return those of ``records`` that whoever looks may read himself.

        For what the pages find as superuser; without a look, all of them.

        :param records: of any model, as superuser or not
        """
        domain = self._rehearsal_domain(records._name)
        if domain.is_true() or not records:
            return records
        # sudo: ids are compared in SQL; nothing is read
        seen = records.sudo().with_context(active_test=False).filtered_domain(domain)
        return records.filtered(lambda record: record.id in seen._ids)

    @api.model
    def _portal_domain(self, model_name):
        """Leave out what whoever looks may not read himself, too."""
        domain = super()._portal_domain(model_name)
        return domain & self._rehearsal_domain(model_name)

    @api.model
    def _portal_open(self, records, is_own=True):
        """Leave out what whoever looks may not read himself, too."""
        return self._rehearsal_open(super()._portal_open(records, is_own=is_own))
