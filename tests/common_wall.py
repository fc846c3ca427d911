"""A restricted client, an open one, and people who try to get at the restricted one."""

import base64
from contextlib import contextmanager

from odoo.fields import Command
from odoo.http import _request_stack
from odoo.tools import DotDict, mute_logger

from .common import ClientHubCommon
from .wall_scan import AMOUNT, Secrets
from .wall_world import ClientWorld

SECRET = "Qyzzyx"
OPEN = "Openfield"
# What people type: the beginning of a secret text, itself no secret.
HINT = "Qyzz"
SECRET_VAT = "BE0499182784"
SECRET_PHONE = "3299918273"
# Every right of an ordinary employee, none of finance or administration.
APPLICATION_GROUPS = (
    "client_hub.group_account_manager",
    "sales_team.group_sale_salesman_all_leads",
    "project.group_project_manager",
    "hr_timesheet.group_timesheet_manager",
    "base.group_partner_manager",
    "base.group_allow_export",
    "base.group_no_one",
    "analytic.group_analytic_accounting",
    "project.group_project_milestone",
    "project.group_project_task_dependencies",
)
LIMITED = ("outsider", "debug", "former", "portal")
# Created while the client's records are, yet not the client's.
NOT_THE_CLIENTS = frozenset(
    {
        "ir.sequence",
        "ir.sequence.date_range",
        "ir.asset",
        "ir.config_parameter",
        "ir.model.data",
        "ir.cron.trigger",
        "bus.bus",
        "client.import",
        "mail.presence",
        "mail.alias.domain",
        "res.users.settings",
        "account.analytic.applicability",
        "project.tags",
        "project.task.type",
        "utm.source",
        "resource.resource",
    }
)


class WallProbeCommon(ClientHubCommon):
    """The two clients, built once for the class, and the five people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_people()
        cls._create_shared()
        cls.open = ClientWorld(
            cls, OPEN, 45.0, vat="BE0202239951", phone="3222223344"
        ).build()
        cls.user_portal = cls.open.portal_user
        cls.before_secret()
        cls.build_secret()

    @classmethod
    def before_secret(cls):
        """Hook: look at the database before the hidden client is in it."""

    @classmethod
    def build_secret(cls):
        """Build the hidden client and take the former member out of its team."""
        cls.env.flush_all()
        last = cls._last_ids()
        cls.secret = ClientWorld(
            cls, SECRET, AMOUNT, vat=SECRET_VAT, phone=SECRET_PHONE
        ).build()
        cls.secret.client.with_user(cls.user_manager).client_restricted = True
        cls.env.flush_all()
        cls.keepsakes = cls._collect_keepsakes()
        cls._leave_team()
        cls.env.flush_all()
        ids = cls._ids_since(last)
        cls.secrets = Secrets(
            [SECRET, SECRET_VAT, SECRET_VAT[2:], SECRET_PHONE, "99918273"],
            # those that both have are Odoo's own
            cls._collect_blobs(cls.secret) - cls._collect_blobs(cls.open),
            ids,
        )
        cls.env.invalidate_all()

    # === PEOPLE === #

    @classmethod
    def _create_people(cls):
        groups = ",".join(APPLICATION_GROUPS)
        cls.user_outsider = cls._create_user("wall_outsider", groups)
        cls.user_debug = cls._create_user("wall_debug", groups)
        cls.user_former = cls._create_user("wall_former", groups)
        # the same rights and those of finance: only the wall makes the difference
        cls.user_accountant = cls._create_user(
            "wall_accountant", f"{groups},account.group_account_invoice"
        )
        cls.user_admin = cls._create_user(
            "wall_admin",
            f"{groups},client_hub.group_manager,base.group_system,"
            "account.group_account_manager,product.group_product_manager",
        )
        (cls.user_former | cls.user_accountant).notification_type = "inbox"

    @classmethod
    def get_user(cls, name):
        """Return the user of a person; ``client`` is the hidden client's contact."""
        if name == "client":
            return cls.secret.portal_user
        return getattr(cls, f"user_{name}")

    @classmethod
    def _create_shared(cls):
        """Create what both clients are part of."""
        cls.tag = cls.env["res.partner.category"].create({"name": "Good payers"})
        cls.product = cls.env["product.product"].create(
            {"name": "Hour of work", "type": "service", "list_price": 10.0}
        )
        cls.plan = cls.env.ref("analytic.analytic_plan_projects")
        cls.analytic = cls.env["account.analytic.account"].create(
            {
                "name": "Everybody's work",
                "plan_id": cls.plan.id,
                "company_id": cls.company.id,
            }
        )
        cls.project = cls.env["project.project"].create(
            {
                "name": "Errands",
                "company_id": cls.company.id,
                "allow_task_dependencies": True,
                "allow_timesheets": True,
                "account_id": cls.analytic.id,
            }
        )
        cls.task = cls.env["project.task"].create(
            {"name": "Buy paper", "project_id": cls.project.id}
        )
        cls.message = cls.task.message_post(body="Blue paper")
        cls.employee = cls.env["hr.employee"].create(
            {
                "name": "Hub Manager",
                "user_id": cls.user_manager.id,
                "company_id": cls.company.id,
                "hourly_cost": 7.0,
            }
        )
        cls.sales_team = cls.env["crm.team"].create(
            {
                "name": "Everybody",
                "company_id": False,
                "member_ids": [Command.set(cls.user_manager.ids)],
            }
        )
        cls.campaign = cls.env["utm.campaign"].create({"name": "Spring letter"})
        cls.template = cls.env["client.job.template"].create(
            {
                "name": "Any job",
                "question_ids": [Command.create({"name": "What?"})],
                "piece_ids": [
                    Command.create(
                        {
                            "name": "Banner",
                            "type_id": cls.env.ref(
                                "client_hub.client_piece_type_banner"
                            ).id,
                        }
                    )
                ],
                "task_ids": [Command.create({"name": "Headline", "days_offset": 2})],
            }
        )
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Cards", "company_id": cls.company.id}
        )
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Numbers",
                "company_id": cls.company.id,
                **{
                    name: True
                    for name in cls.env["digest.digest"]._fields
                    if name.startswith("kpi_") and not name.endswith("_value")
                },
            }
        )
        cls.own_task = cls.env["project.task"].create(
            {
                "name": "Own task",
                "project_id": cls.project.id,
                "user_ids": [
                    Command.set(
                        (cls.user_outsider | cls.user_debug | cls.user_former).ids
                    )
                ],
            }
        )

    # === THE SECRET === #

    @classmethod
    def _collect_keepsakes(cls):
        """Return the tokens that a member of the team may have noted."""
        world = cls.secret
        world.files.generate_access_token()
        return {
            "files": {file.id: file.access_token for file in world.files},
            "raw": {file.id: file._get_raw_access_token() for file in world.files},
            "documents": {
                record: record._portal_ensure_token()
                for record in (
                    world.order,
                    world.invoice,
                    world.project,
                    world.task,
                    world.contract,
                )
                if hasattr(record, "_portal_ensure_token")
            },
            "rating": world.rating.access_token,
        }

    @classmethod
    def _leave_team(cls):
        """Take the last reasons from the former member, as the account manager does."""
        world, user = cls.secret, cls.user_former
        link = [Command.unlink(user.id)]
        for record in (world.client, world.job):
            record.with_user(cls.user_manager).assistant_ids = link
        (world.tasks | world.job.task_ids).write({"user_ids": link})
        # Odoo lets people follow what they got an activity on
        partners = user.partner_id | cls.user_accountant.partner_id
        for record in (world.client, world.job, world.order, *world.tasks):
            record.message_unsubscribe(partners.ids)

    @classmethod
    def _stored_models(cls):
        return {
            name: model
            for name, model in cls.env.items()
            if model._auto and not model._abstract and not model._transient
        }

    @classmethod
    def _last_ids(cls):
        last = {}
        for name, model in cls._stored_models().items():
            cls.env.cr.execute(f'SELECT coalesce(max(id), 0) FROM "{model._table}"')
            last[name] = cls.env.cr.fetchone()[0]
        return last

    @classmethod
    def _ids_since(cls, last):
        """Return the ids of the records made since, without what is not a client's."""
        ids = {}
        for name, model in cls._stored_models().items():
            if name in NOT_THE_CLIENTS:
                continue
            cls.env.cr.execute(
                f'SELECT id FROM "{model._table}" WHERE id > %s', (last[name],)
            )
            if new := {row[0] for row in cls.env.cr.fetchall()}:
                ids[name] = new
        visible = cls.task.message_ids | cls.own_task.message_ids
        cls.visible_messages = set(visible.ids) & ids["mail.message"]
        ids["mail.message"] -= cls.visible_messages
        return ids

    @classmethod
    def _collect_blobs(cls, world):
        """Return the bytes of the client's pictures, drawn avatars and files."""
        blobs = set()
        for partner in world.partners:
            for field in partner._fields.values():
                if field.type == "binary" and field.name.startswith(
                    ("image_", "avatar_")
                ):
                    blobs.add(base64.b64decode(partner[field.name] or b""))
        return blobs

    # === TRYING === #

    @classmethod
    @contextmanager
    def nothing_kept(cls):
        """Take back whatever an attempt changes."""
        cls.env.flush_all()
        savepoint = cls.cr.savepoint(flush=False)
        try:
            yield
        finally:
            cls.env.clear()
            savepoint.close(rollback=True)
            cls.env.invalidate_all()
            cls.env.transaction.clear()

    @classmethod
    def env_of(cls, name):
        """Return the environment of a person, fresh."""
        return cls.env(
            user=cls.get_user(name).id,
            su=False,
            context={
                "allowed_company_ids": cls.company.ids,
                "lang": "en_US",
                "tz": "UTC",
            },
        )

    @classmethod
    @contextmanager
    def debug_mode(cls, env):
        """Let the server believe that the call came from a page in debug mode."""
        request = DotDict(
            session=DotDict(debug="1", context={}),
            env=env,
            db=env.cr.dbname,
            httprequest=DotDict(remote_addr="127.0.0.1", environ={}, cookies={}),
            cookies={},
            best_lang="en_US",
        )
        _request_stack.push(request)
        try:
            yield
        finally:
            _request_stack.pop()

    @classmethod
    def attempt(cls, call, name):
        """Run ``call(env)`` as a person.

        :return: what it brought back, or the error that it ended with
        """
        with (
            cls.nothing_kept(),
            mute_logger("odoo.sql_db", "odoo.http", "odoo.addons.base.models.ir_rule"),
        ):
            env = cls.env_of(name)
            try:
                if name == "debug":
                    with cls.debug_mode(env):
                        return call(env)
                return call(env)
            except Exception as error:  # any error is a text that people read
                return error
