"""Numbers on visible records that would betray the client by being too high.

Each is taken before and after the hidden client is there: it must not change.
"""

from .wall_probes import COUNTERS, EMPLOYEES, probe


def read(env, record, *names):
    """Return the values of a visible record's fields."""
    values = record.with_env(env).read(names)[0]
    return [values[name] for name in names]


@probe(COUNTERS, people=EMPLOYEES)
def tasks_that_a_visible_task_waits_for(env, case):
    return read(env, case.task, "depend_on_count")


@probe(COUNTERS, people=EMPLOYEES)
def messages_and_followers_of_a_visible_task(env, case):
    return len(read(env, case.task, "message_partner_ids")[0])


@probe(COUNTERS, people=EMPLOYEES)
def tasks_of_a_shared_project(env, case):
    return read(env, case.project, "task_count", "open_task_count")


@probe(COUNTERS, people=EMPLOYEES)
def hours_of_a_shared_project(env, case):
    return read(env, case.project, "total_timesheet_time")


@probe(COUNTERS, people=EMPLOYEES)
def figures_of_a_shared_project(env, case):
    panel = case.project.with_env(env).get_panel_data()
    return [str(panel.get(key)) for key in ("profitability_items", "buttons")]


@probe(COUNTERS, people=EMPLOYEES)
def balance_of_a_shared_analytic_account(env, case):
    return read(env, case.analytic, "balance", "debit", "credit")


@probe(COUNTERS, people=EMPLOYEES)
def accounts_of_an_analytic_plan(env, case):
    return read(env, case.plan, "account_count", "all_account_count")


@probe(COUNTERS, people=EMPLOYEES)
def sales_of_a_product(env, case):
    return read(env, case.product, "sales_count")


@probe(COUNTERS, people=EMPLOYEES)
def sales_of_a_product_template(env, case):
    return read(env, case.product.product_tmpl_id, "sales_count")


@probe(COUNTERS, people=EMPLOYEES)
def quotations_of_a_sales_team(env, case):
    return read(
        env,
        case.sales_team,
        "sale_order_count",
        "invoiced",
    )


@probe(COUNTERS, people=EMPLOYEES)
def money_of_a_campaign(env, case):
    return read(env, case.campaign, "quotation_count", "invoiced_amount")


@probe(COUNTERS, people=EMPLOYEES)
def clients_with_a_tag(env, case):
    return len(read(env, case.tag, "partner_ids")[0])


@probe(COUNTERS, people=EMPLOYEES)
def partners_counted_by_country(env, case):
    groups = env["res.partner"].formatted_read_group([], ["country_id"], ["__count"])
    return [(group["country_id"], group["__count"]) for group in groups]


@probe(COUNTERS)
def partners_counted(env, case):
    return env["res.partner"].with_context(active_test=False).search_count([])


@probe(COUNTERS, people=EMPLOYEES)
def messages_counted(env, case):
    return env["mail.message"].search_count([("model", "!=", "project.task")])


@probe(COUNTERS, people=EMPLOYEES)
def numbers_of_the_digest(env, case):
    # as the cron does, for the person it writes to
    return str(case.digest.with_env(env).sudo()._compute_kpis(case.company, env.user))


@probe(COUNTERS, people=EMPLOYEES)
def journals_on_the_dashboard(env, case):
    journals = env["account.journal"].search([("company_id", "=", case.company.id)])
    return [
        (
            journal.code,
            journal.kanban_dashboard,
            journal.kanban_dashboard_graph,
            journal.json_activity_data,
        )
        for journal in journals
    ]


@probe(COUNTERS, people=EMPLOYEES)
def tasks_of_the_account_manager(env, case):
    groups = env["project.task"].formatted_read_group(
        [], ["user_ids", "state"], ["__count", "allocated_hours:sum"]
    )
    return str(groups)


@probe(COUNTERS, people=EMPLOYEES)
def stages_with_their_tasks(env, case):
    return str(
        env["project.task"].web_read_group(
            [("project_id", "=", case.project.id)], ["stage_id"], ["__count"]
        )
    )


@probe(COUNTERS, people=EMPLOYEES)
def orders_of_a_salesperson(env, case):
    return env["sale.report"].formatted_read_group(
        [], ["user_id", "product_id"], ["price_subtotal:sum", "nbr:sum", "__count"]
    )


@probe(COUNTERS, people=EMPLOYEES)
def invoices_of_a_month(env, case):
    return env["account.invoice.report"].formatted_read_group(
        [], ["invoice_date:month"], ["price_subtotal:sum", "__count"]
    )


@probe(COUNTERS, people=EMPLOYEES)
def tasks_in_the_report(env, case):
    return env["report.project.task.user"].formatted_read_group(
        [], ["project_id", "state"], ["nbr:sum", "__count"]
    )


@probe(COUNTERS, people=EMPLOYEES)
def tasks_in_the_burndown_chart(env, case):
    return str(
        env["project.task.burndown.chart.report"].formatted_read_group(
            [("project_id", "!=", False)], ["date:month", "stage_id"], ["__count"]
        )
    )


@probe(COUNTERS, people=EMPLOYEES)
def hours_in_the_report(env, case):
    return env["timesheets.analysis.report"].formatted_read_group(
        [], ["employee_id", "project_id"], ["unit_amount:sum", "amount:sum"]
    )


@probe(COUNTERS, people=EMPLOYEES)
def hours_of_an_employee(env, case):
    return env["account.analytic.line"].formatted_read_group(
        [], ["employee_id"], ["unit_amount:sum", "amount:sum", "__count"]
    )


@probe(COUNTERS, people=EMPLOYEES)
def activities_in_the_corner(env, case):
    return [
        (group["model"], group["total_count"])
        for group in env["res.users"]._get_activity_groups()
        if group["model"] not in ("project.task",)
    ]


@probe(COUNTERS, people=EMPLOYEES)
def activities_counted(env, case):
    return env["mail.activity"].search_count([])


@probe(COUNTERS, people=EMPLOYEES)
def prices_of_suppliers(env, case):
    product = case.product.with_env(env)
    return [
        len(product.seller_ids),
        env["product.supplierinfo"].search_count([]),
    ]


@probe(COUNTERS, people=EMPLOYEES)
def files_counted(env, case):
    return env["ir.attachment"].search_count([("res_model", "!=", False)])


@probe(COUNTERS, people=EMPLOYEES)
def contracts_jobs_and_budgets_counted(env, case):
    return [
        env[model].search_count([])
        for model in (
            "client.contract",
            "client.contract.entry",
            "client.budget",
            "client.job",
            "client.piece",
            "client.history",
            "client.wall",
            "client.wall.member",
        )
    ]
