"""A database of n partners with restricted clients, filled by SQL.

One record of each kind is made by the ORM, with all that Odoo and the addon give it;
its row is then copied with other values. What the ORM would have stored with those
values (walls, members, names) is stored with them.
"""

from collections import namedtuple

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools import SQL

USERS = 300
EMPLOYEE = 7  # the one who looks
RESTRICTED_EVERY = 10  # one entity in ten
COUNTRIES = 30
PROJECTS = 300
MONTHS = 24
EMPLOYEE_GROUPS = (
    "base.group_user,base.group_partner_manager,project.group_project_user,"
    "sales_team.group_sale_salesman_all_leads,client_hub.group_account_manager"
)
FIRST_NAMES = (
    "Azul Brisa Corda Duna Estrela Farol Gaivota Horta Ilha Jardim Lagoa Maresia "
    "Norte Oliva Ponte Quinta Ribeira Serra Tejo Uva Vinha Xisto Zimbro Alecrim "
    "Bosque Cedro Dourado Eira Fonte Granito"
).split()
LAST_NAMES = (
    "Lda Studio Foods Media Travel Motors Wines Energy Design Events Health Logistics"
).split()

Filled = namedtuple("Filled", "user term linked spare")


def fill(env, n, linked_sizes, clients_per_size):
    """Fill the database and commit.

    :param int n: number of partners, of orders, of invoices and of tasks
    :param linked_sizes: for each number some clients with about that many records
    :return: the employee who looks, and what there is
    :rtype: Filled
    """
    _check_chart(env)
    users = _create_users(env)
    entity, entities = _fill_partners(env, n, users)
    sales = _Documents(env, users)
    partner = SQL("%s + (g.i * 7919::bigint) %% %s", entity, entities)
    wall = SQL("(SELECT client_wall_id FROM res_partner WHERE id = (%s))", partner)
    sales.fill(n, n, n, partner, wall)
    spare, *clients = [
        sales.fill_client(size)
        for size in (100, *sorted(linked_sizes * clients_per_size))
    ]
    linked = {}
    for size, client in zip(
        sorted(linked_sizes * clients_per_size), clients, strict=True
    ):
        linked.setdefault(size, []).append(client)
    env.flush_all()
    env.cr.commit()
    _vacuum(env)
    env.invalidate_all()
    return Filled(users[EMPLOYEE], FIRST_NAMES[0], linked, spare)


def _vacuum(env):
    """Leave the tables as PostgreSQL's own autovacuum does a while after a fill."""
    env.cr.commit()
    connection = env.cr._cnx
    connection.autocommit = True
    try:
        env.cr.execute("VACUUM ANALYZE")
    finally:
        connection.autocommit = False


def copies(env, record, count, **columns):
    """Copy a record's row, with other values, and return the first new id.

    :param columns: SQL expressions, with ``g.i`` from 0 and the copied row ``t``
    """
    env.flush_all()
    cr, table = env.cr, record._table
    cr.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
        " AND table_schema = current_schema AND column_name <> 'id'"
        " AND is_generated = 'NEVER'",
        [table],
    )
    names = [name for (name,) in cr.fetchall()]
    assert columns.keys() <= set(names), columns.keys() - set(names)
    cr.execute(SQL("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", table))
    first = cr.fetchone()[0]
    cr.execute(
        SQL(
            "INSERT INTO %s (id, %s) SELECT %s + g.i, %s FROM %s AS t,"
            " generate_series(0, %s) AS g(i) WHERE t.id = %s",
            SQL.identifier(table),
            SQL(", ").join(map(SQL.identifier, names)),
            first,
            SQL(", ").join(
                columns.get(name, SQL.identifier("t", name)) for name in names
            ),
            SQL.identifier(table),
            count - 1,
            record.id,
        )
    )
    cr.execute(
        SQL("SELECT setval(pg_get_serial_sequence(%s,'id'), %s)", table, first + count)
    )
    return first


def _choice(words, number):
    return SQL("(%s::text[])[1 + (%s) %% %s]", list(words), number, len(words))


def _check_chart(env):
    """Give the company a chart of accounts when the database has none."""
    if not env.company.chart_template:
        env["account.chart.template"].try_loading(
            "generic_coa", company=env.company, install_demo=False
        )


def _create_users(env):
    groups = [env.ref(name).id for name in EMPLOYEE_GROUPS.split(",")]
    new_test_user(env, "bench_employee", groups=EMPLOYEE_GROUPS)
    env["res.users"].with_context(no_reset_password=True).create(
        [
            {
                "name": f"Employee {number}",
                "login": f"bench_employee_{number}",
                "group_ids": [Command.set(groups)],
            }
            for number in range(1, USERS)
        ]
    )
    return env["res.users"].search([("login", "like", "bench_employee")], order="id")


def _fill_partners(env, n, users):
    """Make companies, some with contacts, and the walls of the restricted ones.

    :return: the first company's id and how many follow it
    """
    entities = n * 7 // 10
    template = env["res.partner"].create(
        {
            "name": "Template",
            "legal_name": "Template Lda",
            "is_company": True,
            "is_client": True,
            "email": "office@example.com",
            "city": "Lisboa",
        }
    )
    name = SQL(
        "%s || ' ' || %s || ' ' || g.i",
        _choice(FIRST_NAMES, SQL("g.i * 31 / 7")),
        _choice(LAST_NAMES, SQL("g.i * 17 / 5")),
    )
    restricted = SQL("g.i %% %s = 0", RESTRICTED_EVERY)
    country = SQL("(SELECT array_agg(id ORDER BY id) FROM res_country)")
    place = SQL(
        "(%s)[1 + CASE WHEN g.i %% 5 < 3 THEN 0 ELSE g.i %% %s END]", country, COUNTRIES
    )
    mail = SQL("'office' || g.i || '@example.com'")
    manager = SQL("(%s::int[])[1 + g.i / 10 %% %s]", users.ids, USERS)
    first = copies(
        env,
        template,
        entities,
        name=name,
        complete_name=name,
        legal_name=name,
        commercial_company_name=name,
        client_number=SQL("'B' || g.i"),
        country_id=place,
        email=mail,
        email_normalized=mail,
        account_manager_id=manager,
        client_restricted=restricted,
        commercial_partner_id=SQL("currval('res_partner_id_seq') + g.i"),
    )
    env.cr.execute(
        "UPDATE res_partner SET commercial_partner_id = id WHERE id >= %s", [first]
    )
    _fill_walls(env, first, users)
    contact = env["res.partner"].create({"name": "Contact", "parent_id": template.id})
    parent = SQL("%s + (g.i * 3) %% %s", first, entities)
    _fill_contacts(env, contact, n - entities, parent)
    return first, entities


def _fill_contacts(env, contact, count, parent):
    name = SQL("%s || ' ' || g.i", _choice(FIRST_NAMES[::-1], SQL("g.i * 13 / 3")))
    mail = SQL("'person' || g.i || '@example.com'")

    def of_parent(column):
        name = SQL.identifier(column)
        return SQL("(SELECT %s FROM res_partner WHERE id = (%s))", name, parent)

    return copies(
        env,
        contact,
        count,
        name=name,
        complete_name=SQL("%s || ', ' || %s", of_parent("name"), name),
        commercial_company_name=of_parent("name"),
        parent_id=parent,
        commercial_partner_id=parent,
        country_id=of_parent("country_id"),
        client_wall_id=of_parent("client_wall_id"),
        email=mail,
        email_normalized=mail,
    )


def _fill_walls(env, first, users):
    """Make the walls; each is open to the manager and half of them to an assistant."""
    cr = env.cr
    cr.execute(
        "INSERT INTO client_wall (client_id, active, create_uid, create_date)"
        " SELECT id, TRUE, 1, now() FROM res_partner"
        " WHERE id >= %s AND client_restricted ORDER BY id",
        [first],
    )
    cr.execute(
        "UPDATE res_partner SET client_wall_id = wall.id FROM client_wall AS wall"
        " WHERE wall.client_id = res_partner.id"
    )
    cr.execute(
        "INSERT INTO res_partner_client_assistant_rel (res_partner_id, res_users_id)"
        " SELECT client_id, (%s)[1 + (id * 7) %% %s] FROM client_wall"
        " WHERE id %% 2 = 0",
        [users.ids, USERS],
    )
    cr.execute(
        """
        INSERT INTO client_wall_member
                    (wall_id, client_id, user_id, reason, res_model, res_id, since)
             SELECT wall.id, client.id, client.account_manager_id, 'manager',
                    'res.partner', client.id, now() AT TIME ZONE 'UTC'
               FROM client_wall AS wall
               JOIN res_partner AS client ON client.id = wall.client_id
          UNION ALL
             SELECT wall.id, wall.client_id, assistant.res_users_id, 'assistant',
                    'res.partner', wall.client_id, now() AT TIME ZONE 'UTC'
               FROM client_wall AS wall
               JOIN res_partner_client_assistant_rel AS assistant
                 ON assistant.res_partner_id = wall.client_id
        """
    )
    cr.execute(
        "INSERT INTO client_wall_res_users_rel (client_wall_id, res_users_id)"
        " SELECT DISTINCT wall_id, user_id FROM client_wall_member"
    )
    env.invalidate_all()


class _Documents:
    """Makes orders, invoices and tasks with their lines, and what hangs on them."""

    def __init__(self, env, users):
        self.env = env
        self.users = users
        self.client = env["res.partner"].create(
            {
                "name": "Documents",
                "legal_name": "Documents Lda",
                "is_company": True,
                "is_client": True,
            }
        )
        product = env["product.product"].create(
            {"name": "Fee", "type": "service", "list_price": 100.0}
        )
        self.order = env["sale.order"].create(
            {
                "partner_id": self.client.id,
                "order_line": [Command.create({"product_id": product.id})],
            }
        )
        self.order.action_confirm()
        self.move = env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.client.id,
                "invoice_date": "2026-01-31",
                "invoice_line_ids": [Command.create({"product_id": product.id})],
            }
        )
        self.move.action_post()
        self.project = env["project.project"].create(
            {"name": "Project", "privacy_visibility": "employees"}
        )
        stages = env["project.task.type"].create(
            [
                {"name": name, "project_ids": [Command.link(self.project.id)]}
                for name in ("New", "In progress", "Done")
            ]
        )
        self.task = env["project.task"].create(
            {
                "name": "Task",
                "project_id": self.project.id,
                "partner_id": self.client.id,
                "stage_id": stages[0].id,
            }
        )
        self.first_project = copies(
            env,
            self.project,
            PROJECTS,
            name=SQL("jsonb_build_object('en_US', 'Project ' || g.i)"),
        )
        self.stages = stages.ids
        self.number = 0

    def fill(self, orders, moves, tasks, partner, wall):
        """Make documents of the client that an SQL expression names.

        :return: the first ids by model
        """
        env, first = self.env, {}
        user = SQL("(%s::int[])[1 + g.i %% %s]", self.users.ids, USERS)
        name = SQL("%s || lpad((g.i)::text, 7, '0')", f"{self._number()}/")
        first["sale.order"] = copies(
            env,
            self.order,
            orders,
            name=SQL("'S' || %s", name),
            partner_id=partner,
            partner_invoice_id=partner,
            partner_shipping_id=partner,
            user_id=user,
            date_order=SQL("t.date_order - make_interval(hours => g.i %% 9000)"),
            client_wall_id=wall,
        )
        first["sale.order.line"] = copies(
            env,
            self.order.order_line,
            orders,
            order_id=SQL("%s + g.i", first["sale.order"]),
            order_partner_id=partner,
            client_wall_id=wall,
        )
        day = SQL("t.date - (g.i * 11 %% %s)", MONTHS * 30)
        first["account.move"] = copies(
            env,
            self.move,
            moves,
            name=SQL("'INV/' || %s", name),
            sequence_number=SQL("g.i + 1"),
            sequence_prefix=SQL("'INV/' || %s", f"{self.number}/"),
            state=SQL("CASE WHEN g.i %% 20 = 0 THEN 'cancel' ELSE t.state END"),
            partner_id=partner,
            commercial_partner_id=partner,
            partner_shipping_id=partner,
            invoice_user_id=user,
            invoice_date=day,
            date=day,
            payment_reference=SQL("'INV/' || %s", name),
            client_wall_id=wall,
        )
        for line in self.move.line_ids:
            copies(
                env,
                line,
                moves,
                move_id=SQL("%s + g.i", first["account.move"]),
                move_name=SQL("'INV/' || %s", name),
                partner_id=partner,
                date=day,
                client_wall_id=wall,
            )
        first["project.task"] = copies(
            env,
            self.task,
            tasks,
            name=SQL("%s || ' task ' || g.i", _choice(FIRST_NAMES, SQL("g.i / 3"))),
            project_id=SQL("%s + g.i %% %s", self.first_project, PROJECTS),
            stage_id=SQL("(%s::int[])[1 + g.i %% 3]", self.stages),
            partner_id=partner,
            client_wall_id=wall,
        )
        return first

    def _number(self):
        self.number += 1
        return self.number

    def fill_client(self, size):
        """Make an open client with that many records, followed by many colleagues.

        In 100: 4 contacts, 10 orders, 10 lines, 10 invoices, 20 items, 16 tasks, 15
        messages, 10 followers, 5 activities.
        """
        env = self.env
        client = self.client.copy(
            {
                "name": f"Client of {size}",
                "legal_name": f"Client of {size} Lda",
                "account_manager_id": self.users[EMPLOYEE].id,
            }
        )
        contact = env["res.partner"].create({"name": "C", "parent_id": client.id})
        parent = SQL("%s::int", client.id)
        _fill_contacts(env, contact, size * 4 // 100, parent)
        share = size // 10
        first = self.fill(share, share, size * 16 // 100, parent, SQL("NULL::int"))
        message = self.order.message_post(body="Hello", message_type="comment")
        copies(
            env,
            message,
            size * 15 // 100,
            model=SQL("'sale.order'"),
            res_id=SQL("%s + g.i %% %s", first["sale.order"], share),
            message_id=SQL("'bench-' || %s || g.i", f"{client.id}-"),
        )
        self.order.message_subscribe(self.users[0].partner_id.ids)
        follower = self.order.message_follower_ids.filtered(
            lambda row: row.partner_id == self.users[0].partner_id
        )
        copies(
            env,
            follower,
            share,
            res_id=SQL("%s + g.i", first["sale.order"]),
            partner_id=SQL(
                "(%s::int[])[1 + g.i %% %s]", self.users.partner_id.ids, USERS
            ),
        )
        activity = self.task.activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.users[0].id
        )
        copies(
            env,
            activity,
            size * 5 // 100,
            res_id=SQL("%s + g.i", first["project.task"]),
            user_id=SQL("(%s::int[])[1 + g.i %% %s]", self.users.ids, USERS),
        )
        return client
