"""Credit of a client: Odoo's limit, with a policy, by client or for its group."""

from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import formatLang

FINANCE = (
    "account.group_account_invoice,account.group_account_readonly,"
    "client_hub.group_manager"
)
CREDIT_POLICIES = [
    ("tell", "Tell"),
    ("ask", "Ask an approver"),
    ("block", "Block"),
]


@dataclass
class CreditStatus:
    """What is known of a credit limit when documents are about to use it."""

    # res.partner whose limit it is: the client, or the top of its group
    holder: models.BaseModel
    company: models.BaseModel
    limit: float
    # receivable and orders to invoice, in the company's currency
    used: float
    policy: str
    is_group: bool


class ResPartner(models.Model):
    """Odoo keeps limit and receivable; what happens beyond the limit is agreed here."""

    _inherit = "res.partner"

    client_credit_policy = fields.Selection(
        selection=CREDIT_POLICIES,
        string="Beyond the limit",
        company_dependent=True,
        groups=FINANCE,
        help="When an order is confirmed, a contract billed or an invoice posted.\n"
        "Tell: it goes on, with a note. Ask: it waits for the approver.\n"
        "Block: it is refused. Empty: as in the settings.",
    )
    client_credit_by_group = fields.Boolean(
        string="Limit for the whole group",
        company_dependent=True,
        groups=FINANCE,
        help="What the companies below this one owe counts as well, and its limit and "
        "policy hold for them.",
    )

    # ------------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------------

    def _get_credit_holder(self):
        """Return the company whose limit holds: this one, or the top of its group."""
        self.ensure_one()
        top = self
        while top.parent_id:
            top = top.parent_id.commercial_partner_id
        return top if top.client_credit_by_group else self

    @api.private
    def _get_credit_statuses(self, company):
        """Return the credit status of each client that has a limit.

        One batch of queries, however many clients and documents there are.

        :param company: res.company of the documents
        :return: dict of commercial entity (as superuser) to CreditStatus; clients of
            the same group share one
        """
        # sudo: fields of finance; whoever confirms is told no more than the sentence
        clients = self.sudo().with_company(company).commercial_partner_id
        clients = clients.filtered("is_client")
        # sudo: a setting of the company
        if not company.sudo().account_use_credit_limit or not clients:
            return {}
        holders = {client: client._get_credit_holder() for client in clients}
        limited = (
            self.sudo()
            .browse()
            .concat(*{holder for holder in holders.values() if holder.credit_limit > 0})
        )
        if not limited:
            return {}
        statuses = limited.with_company(company)._read_credit(company)
        return {
            client: statuses[holder]
            for client, holder in holders.items()
            if holder in statuses
        }

    def _read_credit(self, company):
        """Return the CreditStatus of these holders of a limit, as a dict."""
        groups = self.filtered("client_credit_by_group")
        everybody = self.with_context(active_test=False)
        below = everybody.search([("id", "child_of", groups.ids)]) if groups else self
        members = self | below.commercial_partner_id
        # computed once per transaction otherwise: it must know what was just posted
        members.invalidate_recordset(["credit", "credit_to_invoice"])
        used = dict.fromkeys(self, 0.0)
        for member in members:
            holder = member if member in self else member._get_credit_holder()
            if member != holder and holder not in groups:
                continue
            used[holder] += member.credit + member.credit_to_invoice
        default = company.sudo().client_credit_policy  # sudo: a setting
        return {
            holder: CreditStatus(
                holder=holder,
                company=company,
                limit=holder.credit_limit,
                used=used[holder],
                policy=holder.client_credit_policy or default,
                is_group=holder in groups,
            )
            for holder in self
        }

    @api.model
    def _get_credit_sentence(self, status, amount):
        """Return what is to be said of a document beyond the limit.

        :param CreditStatus status: of its client
        :param float amount: what the document adds, in the company's currency
        """
        currency = status.company.currency_id

        def text(value):
            return formatLang(self.env, value, currency_obj=currency)

        return self.env._(
            "%(client)s has a credit limit of %(limit)s and would owe %(total)s with "
            "this document (%(used)s before, with orders to be invoiced).",
            client=status.holder.name,
            limit=text(status.limit),
            total=text(status.used + amount),
            used=text(status.used),
        )

    def _get_credit_approvers(self, company):
        """Return who may let this client's documents pass, as the settings say.

        :param company: res.company of the document
        :return: res.users; the finance group when the account manager has no manager
        """
        self.ensure_one()
        # sudo: settings and the staff's hierarchy, looked at for whoever asks
        company, client = company.sudo(), self.sudo().commercial_partner_id
        approvers = self.env["res.users"].sudo()
        if company.client_credit_approver == "manager":
            employees = client.account_manager_id.with_company(company).employee_ids
            approvers = employees.parent_id.user_id.filtered("active")
        if not approvers:
            group = company.client_credit_group_id
            group = group or self.env.ref("account.group_account_manager")
            # sudo: only who is in the group
            approvers = group.sudo().all_user_ids
        return approvers.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
