"""Client, lead, contact or inactive: from stored facts, by company."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

RELATIONSHIP = [
    ("client", "Client"),
    ("lead", "Lead"),
    ("contact", "Contact"),
    ("inactive", "Inactive"),
]
# Where it shows who has bought: {model: fields}.
BOUGHT_FIELDS = {
    "account.move": ("commercial_partner_id", "company_id", "move_type", "state"),
    "sale.order": ("company_id", "partner_id", "state"),
    "client.contract": ("client_id", "company_id", "state"),
    "res.partner": ("commercial_partner_id", "is_client"),
}
ENTITY_FIELDS = frozenset({"is_client", "is_company", "parent_id"})
COUNT_LIMIT = 10_000  # beyond it, the counters say "10,000+"
FILL_BATCH = 5_000


class ResPartner(models.Model):
    """Who has bought, and the counters above the list of clients.

    A client of one company is still a lead for another. So the fact is kept per
    company, as rows of a plain relation table: a company-dependent field knows one
    current company only, but people work with several at once; and rows are merged by
    Odoo's own wizard, and indexed in both directions.
    """

    _inherit = "res.partner"

    client_bought_company_ids = fields.Many2many(
        comodel_name="res.company",
        relation="res_partner_client_bought_rel",
        column1="partner_id",
        column2="company_id",
        string="Bought from",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Companies that have a posted invoice, a confirmed order or a running "
        "contract of the client.",
    )
    relationship_kind = fields.Selection(
        selection=RELATIONSHIP,
        compute="_compute_relationship_kind",
        search="_search_relationship_kind",
        string="Relationship",
        groups="base.group_user",
        help="A client has bought from one of your companies, a lead has not yet.",
    )

    # === COMPUTE METHODS === #

    @api.depends("is_client", "client_status", "client_bought_company_ids")
    @api.depends_context("allowed_company_ids")
    def _compute_relationship_kind(self):
        companies = self.env.companies
        for partner in self:
            if not partner.is_client:
                partner.relationship_kind = "contact"
            elif partner.client_status == "inactive":
                partner.relationship_kind = "inactive"
            elif partner.client_bought_company_ids & companies:
                partner.relationship_kind = "client"
            else:
                partner.relationship_kind = "lead"

    def _search_relationship_kind(self, operator, value):
        if operator != "in":
            return NotImplemented
        client = Domain("is_client", "=", True)
        active = client & Domain("client_status", "=", "active")
        bought = Domain("client_bought_company_ids", "in", self.env.companies.ids)
        domains = {
            "client": active & bought,
            "lead": active & ~bought,
            "contact": ~client,
            "inactive": client & Domain("client_status", "=", "inactive"),
        }
        return Domain.OR(domains[kind] for kind in value if kind in domains)

    def _field_to_sql(self, alias, field_expr, query=None):
        """Let the relationship be grouped and sorted by, though it is not stored."""
        if field_expr != "relationship_kind":
            return super()._field_to_sql(alias, field_expr, query)
        self._check_field_access(self._fields[field_expr], "read")
        return SQL(
            """
            CASE WHEN %(is_client)s IS NOT TRUE THEN 'contact'
                 WHEN %(status)s = 'inactive' THEN 'inactive'
                 WHEN %(id)s IN (SELECT partner_id FROM res_partner_client_bought_rel
                                  WHERE company_id = ANY(%(companies)s)) THEN 'client'
                 ELSE 'lead' END
            """,
            is_client=super()._field_to_sql(alias, "is_client", query),
            status=super()._field_to_sql(alias, "client_status", query),
            id=SQL.identifier(alias, "id"),
            companies=self.env.companies.ids,
        )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Create; who has bought is not for people to say."""
        self._check_client_bought_right(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        """Write; what was bought counts for the entity that a contact belongs to."""
        self._check_client_bought_right([vals])
        if not ENTITY_FIELDS & vals.keys():
            return super().write(vals)
        # sudo: a fact about all documents, whoever may read them
        before = self.sudo().commercial_partner_id
        result = super().write(vals)
        (before | self.sudo())._sync_client_bought()
        return result

    @api.model
    def _check_client_bought_right(self, vals_list):
        if self.env.su:
            return
        if any("client_bought_company_ids" in vals for vals in vals_list):
            raise AccessError(
                self.env._("Who has bought follows from invoices, orders, contracts.")
            )

    # === BUSINESS METHODS === #

    @api.private
    def _sync_client_bought(self):
        """Ask anew which companies the clients of these partners bought from.

        Whatever changed, the documents are asked: a cancelled invoice may or may not
        have been the only one.
        """
        # sudo: see write()
        clients = self.sudo().commercial_partner_id
        clients = clients.filtered(
            lambda client: client.is_client or client.client_bought_company_ids
        )
        if not clients.ids:
            return
        for model, names in BOUGHT_FIELDS.items():
            self.env[model].flush_model(names)
        self._write_client_bought(clients.ids)
        names = ["client_bought_company_ids", "relationship_kind"]
        self.env["res.partner"].invalidate_model(names, flush=False)

    @api.model
    @api.private
    def _write_client_bought(self, ids):
        """Write the facts of these clients with two statements."""
        bought = self._bought_sql()
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM res_partner_client_bought_rel AS fact
                      USING res_partner AS client, res_company AS company
                      WHERE client.id = fact.partner_id
                        AND company.id = fact.company_id
                        AND client.id = ANY(%s) AND NOT %s
                """,
                list(ids),
                bought,
            )
        )
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO res_partner_client_bought_rel (partner_id, company_id)
                     SELECT client.id, company.id
                       FROM res_partner AS client, res_company AS company
                      WHERE client.id = ANY(%s) AND %s
                ON CONFLICT DO NOTHING
                """,
                list(ids),
                bought,
            )
        )

    @api.model
    def _bought_sql(self):
        """Return the condition under which ``client`` has bought from ``company``."""
        return SQL(
            """
            (client.is_client IS TRUE AND (
             EXISTS (SELECT 1 FROM account_move AS move
                      WHERE move.commercial_partner_id = client.id
                        AND move.company_id = company.id
                        AND move.move_type = 'out_invoice'
                        AND move.state = 'posted')
             OR EXISTS (SELECT 1 FROM res_partner AS person
                          JOIN sale_order AS sale ON sale.partner_id = person.id
                         WHERE person.commercial_partner_id = client.id
                           AND sale.company_id = company.id
                           AND sale.state = 'sale')
             OR EXISTS (SELECT 1 FROM client_contract AS contract
                         WHERE contract.client_id = client.id
                           AND contract.company_id = company.id
                           AND contract.state = 'running')))
            """
        )

    @api.model
    @api.private
    def _fill_client_bought(self):
        """Write the facts of all clients, a batch at a time."""
        last = 0
        while True:
            self.env.cr.execute(
                "SELECT id FROM res_partner WHERE is_client AND id > %s"
                " ORDER BY id LIMIT %s",
                [last, FILL_BATCH],
            )
            ids = [id_ for (id_,) in self.env.cr.fetchall()]
            if not ids:
                return
            self._write_client_bought(ids)
            last = ids[-1]

    @api.model
    def get_client_counters(self):
        """Return the counters above the list of clients.

        Each is what the filter of its name finds, up to a limit: beyond it nobody
        needs the number, and it costs.

        :return: dicts with the name of the filter, the count, and whether there are
            more
        :rtype: list
        :raise AccessError: when the user is no employee
        """
        if not self.env.user._is_internal():
            raise AccessError(self.env._("The counters are for employees."))
        counters = []
        for name, domain in self._client_counter_domains().items():
            count = self.search_count(domain, limit=COUNT_LIMIT + 1)
            counters.append(
                {
                    "name": name,
                    "count": min(count, COUNT_LIMIT),
                    "more": count > COUNT_LIMIT,
                }
            )
        return counters

    @api.model
    def _client_counter_domains(self):
        """Return the domains of the filters behind the counters, by their names."""
        return {
            "kind_client": [("relationship_kind", "=", "client")],
            "kind_lead": [("relationship_kind", "=", "lead")],
            "kind_contact": [("is_client", "=", False), ("type", "=", "contact")],
            "kind_inactive": [("relationship_kind", "=", "inactive")],
        }
