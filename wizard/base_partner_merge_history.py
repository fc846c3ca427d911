"""What the history says of merged contacts: Odoo moves what points at them by SQL."""

from collections import defaultdict

from odoo import api, models

from ..models.res_users_history import PORTAL_USER
from ..tools.history_text import readable

# Field of a merge's row that names the records that came along.
MOVED = "moved_along"
# Beside what is logged itself: what an earlier day is shown from.
MOVED_MODELS = (
    "res.partner",
    "client.contract",
    "client.contract.line",
    "client.contract.overlay",
    "client.budget",
    "client.wall.member",
)


class BasePartnerMergeAutomaticWizard(models.TransientModel):
    """Tells what pointed at a merged contact, and which records came along."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Merge, and log what PostgreSQL changed without Odoo's ``write``."""
        # sudo: the history names what the change touched, whoever made it
        src_sudo, dst_sudo = src_partners.sudo(), dst_partner.sudo()
        sources = src_sudo - dst_sudo
        pointers = self._history_pointers(sources)
        pointers += self._history_own_lists(sources | dst_sudo)
        clients = sources.filtered(lambda partner: partner.is_client)
        below = (sources - clients)._history_family().get("res.partner", sources)
        owners = (below - sources)._history_owners()
        signed_in = self._history_signed_in(sources | dst_sudo)
        moved = {client.id: self._history_moved(client) for client in clients}
        # the rows of clients that go are written by what follows
        wizard = self.with_context(client_history_moved=_Moved(moved))
        result = super(BasePartnerMergeAutomaticWizard, wizard)._update_foreign_keys(
            src_partners, dst_partner
        )
        self.env.invalidate_all()
        for records, names, owner_ids, texts in pointers:
            kept = records.exists()
            kept._history_queue_all(
                {id_: owner_ids[id_] for id_ in kept.ids if id_ in owner_ids},
                texts,
                names,
            )
        self.env["res.partner"]._history_pass(owners)
        self._history_tell_signed_in(sources | dst_sudo, signed_in)
        return result

    @api.model
    def _history_pointers(self, sources):
        """Return what points at partners that go, as it reads now.

        Whose a record is doesn't count: the row of the merge tells it.

        :param sources: ``res.partner`` as superuser
        :return: ``(records, field names, {id: client id}, {id: values})``
        :rtype: list
        """
        found = []
        mixin = self.pool["client.history.mixin"]
        for name, model in self.pool.items():
            if not issubclass(model, mixin) or not model._auto or model._abstract:
                continue
            # sudo: as above
            model_sudo = self.env[name].sudo().with_context(active_test=False)
            names = [
                field_name
                for field_name in model_sudo._history_fields(
                    dict.fromkeys(model._fields)
                )
                if (field := model._fields[field_name]).store
                and field.comodel_name == "res.partner"
                and field.type in ("many2one", "many2many")
                and not field.company_dependent
                and field_name not in ("client_id", "commercial_partner_id")
            ]
            domains = [[(field_name, "in", sources.ids)] for field_name in names]
            for field_name, domain in zip(names, domains, strict=True):
                records = model_sudo.search(domain)
                if name == sources._name:
                    records -= sources
                clients = records._history_clients()
                records = records.browse(id_ for id_ in records.ids if id_ in clients)
                if records:
                    texts = records._history_values_all([field_name])
                    found.append((records, [field_name], clients, texts))
        return found

    @api.model
    def _history_own_lists(self, partners):
        """Return the tags, roles and people of partners, which are put together.

        :return: as ``_history_pointers`` does
        :rtype: list
        """
        clients = partners._history_clients()
        logged = partners.browse(id_ for id_ in partners.ids if id_ in clients)
        names = [
            name
            for name in logged._history_fields(dict.fromkeys(logged._fields))
            if logged._fields[name].store and logged._fields[name].type == "many2many"
        ]
        return [(logged, names, clients, logged._history_values_all(names))]

    @api.model
    def _history_moved(self, client):
        """Return the ids of what a client takes along, by model.

        :rtype: dict
        """
        moved = {}
        for name in MOVED_MODELS:
            field = "commercial_partner_id" if name == "res.partner" else "client_id"
            # sudo: ids only
            model_sudo = self.env[name].sudo().with_context(active_test=False)
            moved[name] = sorted(model_sudo.search([(field, "=", client.id)]).ids)
        return {name: ids for name, ids in moved.items() if ids}

    @api.model
    def _history_moved_change(self, partner):
        """Return the change that names what came along with a client.

        :param partner: ``res.partner`` that goes
        :rtype: list
        """
        moved = self.env.context.get("client_history_moved")
        if not isinstance(moved, _Moved) or not moved.ids_of.get(partner.id):
            return []
        ids_of = moved.ids_of[partner.id]
        counts = defaultdict(int)
        for name, ids in ids_of.items():
            counts[self.env[name]._description] += len(ids)
        text = ", ".join(f"{label}: {count}" for label, count in counts.items())
        return [
            {
                "field": MOVED,
                "label": self.env._("Came along"),
                "old": "",
                "new": readable(text, ids_of),
            }
        ]

    @api.model
    def _history_signed_in(self, partners):
        """Return the ids of those that may sign in to the portal."""
        return partners.with_context(
            active_test=False
        ).user_ids._history_portal_partners()

    @api.model
    def _history_tell_signed_in(self, partners, before):
        """Tell that a contact took over the login of one that goes."""
        after = self._history_signed_in(partners)
        yes, no = self.env._("Yes"), self.env._("No")
        for partner in partners:
            client = partner._history_client()
            is_new = partner.id in after
            if not client or is_new == (partner.id in before):
                continue
            change = {
                "field": PORTAL_USER,
                "label": partner._history_label(PORTAL_USER),
                "old": readable(no if is_new else yes, not is_new),
                "new": readable(yes if is_new else no, is_new),
            }
            partner._history_queue_row(
                "write", client.id, "access", {PORTAL_USER: change}
            )


class _Moved:
    """What came along with merged clients; RPC can't make one."""

    def __init__(self, ids_of):
        self.ids_of = ids_of
