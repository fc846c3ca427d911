"""Links with a token, and what a contact who leaves a client takes along: nothing."""

from odoo import models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """Renews the links of a client, and cuts those of a contact who leaves it.

    Odoo's links to orders, invoices, projects and tasks carry a token that opens the
    document without a login, as long as the document lives. They are renewed when a
    person of the client loses the portal, and by a button; not at each change of the
    team, since the links in the mails that the client has got die as well.
    """

    _inherit = "res.partner"

    def write(self, vals):
        """Write; a contact who moves to another client takes nothing along."""
        if "parent_id" not in vals and "is_company" not in vals:
            return super().write(vals)
        # sudo: whose contact it was is compared with whose it is
        contacts = self.sudo().filtered(
            lambda partner: (
                partner.commercial_partner_id.is_client
                and partner.commercial_partner_id != partner
                and partner.with_context(active_test=False).user_ids.filtered("share")
            )
        )
        before = [(contact, contact.commercial_partner_id) for contact in contacts]
        result = super().write(vals)
        for contact, client in before:
            if contact.commercial_partner_id != client:
                contact._leave_client(client)
        return result

    def action_renew_client_links(self):
        """Make every link with a token to the client's documents invalid.

        :raise AccessError: for everybody but account managers
        """
        self.check_access("write")
        if not self.env.user.has_group("client_hub.group_account_manager"):
            raise AccessError(self.env._("Only account managers renew links."))
        self._renew_client_links()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "Links sent before no longer open anything without a login."
                ),
            },
        }

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _renew_client_links(self):
        """Take the tokens from the documents of these clients, and from their files.

        Two statements for each kind of document, however many there are.
        """
        # sudo: called after the right to do so was checked, or as a consequence
        clients = self.sudo().commercial_partner_id.filtered("is_client")
        if not clients:
            return
        self.env.flush_all()
        wall = self.env["client.wall"]
        for name, model in self.env.registry.items():
            if not issubclass(model, self.env.registry["portal.mixin"]):
                continue
            if model._abstract or not model._auto:
                continue
            names = wall._portal_customer_fields(name)
            if not names:
                continue
            owners = SQL(
                "(SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))",
                clients.ids,
            )
            owned = [
                SQL("%s IN %s", SQL.identifier("document", field), owners)
                for field in names
            ]
            where = SQL("(%s)", SQL(" OR ").join(owned))
            wall._void_tokens(self.env[name], where)
        self.env.invalidate_all(flush=False)
        for client in clients:
            self.env["client.history"]._log(
                client,
                "access",
                client.name,
                record=client,
                note=self.env._("Links with a token renewed"),
            )

    def _leave_client(self, client):
        """Stop following the documents of a client that is no longer one's own.

        :param client: ``res.partner`` that the contact belonged to
        """
        self.ensure_one()
        # sudo: whoever moves the contact need not read all that he followed
        followers = self.env["mail.followers"].sudo()
        found = followers.search([("partner_id", "=", self.id)])
        gone = followers
        for name, rows in found.grouped("res_model").items():
            fields = self.env["client.wall"]._portal_customer_fields(name)
            if name == self._name or name not in self.env or not fields:
                continue
            owned = Domain.OR(
                Domain(f"{field}.commercial_partner_id", "=", client.id)
                for field in fields
            )
            # sudo: as above; only ids are used
            documents = self.env[name].sudo().with_context(active_test=False)
            ids = set(
                documents.search(owned & Domain("id", "in", rows.mapped("res_id"))).ids
            )
            gone |= rows.filtered(lambda row, ids=ids: row.res_id in ids)
        gone |= found.filtered(
            lambda row: row.res_model == self._name and row.res_id == client.id
        )
        gone.unlink()
        # sudo: as above
        self.env["project.collaborator"].sudo().search(
            [
                ("partner_id", "=", self.id),
                ("project_id.partner_id.commercial_partner_id", "=", client.id),
            ]
        ).unlink()
        client._renew_client_links()
