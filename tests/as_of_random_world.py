"""Random operations on clients, and what they look like right now."""

from odoo.fields import Command
from odoo.tools import format_amount, format_date

CITIES = ("Lisbon", "Porto", "São Paulo", "Lyon", "Genève", "")
WORDS = ("Blue", "Green", "North", "South", "Fee", "Media", "Ünïcode", '"Quoted"')
TITLES = ("Head of marketing", "Buyer", "CEO", "")
STEPS = ("action_approve", "action_activate", "action_cancel", "action_draft")


class World:
    """What the operations draw from."""

    def __init__(self, env, users, products):
        self.env, self.users, self.products = env, users, products
        self.number = 0
        self.client_ids = []
        self.roles = env["client.contact.role"].search([], limit=4)
        self.tags = env["res.partner.category"].create(
            [{"name": "Loud"}, {"name": "Quiet"}]
        )
        self.countries = env["res.country"].search([], limit=5)
        self.job_template = env["client.job.template"].create({"name": "Plain job"})

    def name(self, rng):
        """Return a name that nobody has yet."""
        self.number += 1
        return f"{rng.choice(WORDS)} {self.number}"

    def clients(self, env):
        return env["res.partner"].browse(self.client_ids)


def _pick(rng, records):
    return records[rng.randrange(len(records))] if records else records


def _client(env, rng, world):
    return _pick(rng, world.clients(env))


def _people(env, client):
    partners = env["res.partner"].with_context(active_test=False)
    return partners.search([("parent_id", "child_of", client.id)]) - client


def _contact(env, rng, world):
    return _pick(rng, _people(env, _client(env, rng, world)))


def _contracts(env, client, *states):
    domain = [("client_id", "=", client.id)]
    domain += [("state", "in", states)] if states else []
    return env["client.contract"].search(domain, order="id")


def _budgets(env, client, *states):
    domain = [("client_id", "=", client.id)]
    domain += [("state", "in", states)] if states else []
    return env["client.budget"].search(domain, order="id")


# === CLIENT AND TEAM === #


def add_client(env, rng, world):
    name = world.name(rng)
    client = env["res.partner"].create(
        {
            "name": name,
            "legal_name": f"{name} Ltd",
            "is_company": True,
            "is_client": True,
            "city": rng.choice(CITIES),
            "account_manager_id": _pick(rng, world.users).id,
            "child_ids": [Command.create({"name": world.name(rng)})],
        }
    )
    world.client_ids.append(client.id)


def become_client(env, rng, world):
    """A company with a contact is found to be a client."""
    name = world.name(rng)
    company = env["res.partner"].create(
        {
            "name": name,
            "is_company": True,
            "child_ids": [Command.create({"name": world.name(rng)})],
        }
    )
    env.flush_all()
    company.write({"is_client": True, "legal_name": name})
    world.client_ids.append(company.id)


def edit_client(env, rng, world):
    client = _client(env, rng, world)
    values = {
        "name": world.name(rng),
        "legal_name": world.name(rng),
        "email": rng.choice(("", f"hello@{world.number}.example")),
        "phone": rng.choice(("", "+351 21 000 00 00")),
        "website": rng.choice(("", f"http://{world.number}.example")),
        "lang": rng.choice(("en_US", False)),
        "category_id": [Command.set(rng.sample(world.tags.ids, rng.randint(0, 2)))],
        "client_portal_access": rng.choice(("default", "yes", "no")),
    }
    names = rng.sample(sorted(values), rng.randint(1, 3))
    client.write({name: values[name] for name in names})


def move_house(env, rng, world):
    _client(env, rng, world).write(
        {
            "street": f"{rng.choice(WORDS)} street {rng.randint(1, 99)}",
            "zip": str(rng.randint(1000, 9999)),
            "city": rng.choice(CITIES),
            "country_id": _pick(rng, world.countries).id,
        }
    )


def change_team(env, rng, world):
    client = _client(env, rng, world)
    if rng.random() < 0.5:
        client.account_manager_id = _pick(rng, world.users)
    else:
        ids = rng.sample(world.users.ids, rng.randint(0, 3))
        client.assistant_ids = [Command.set(ids)]


def restrict(env, rng, world):
    client = _client(env, rng, world)
    client.client_restricted = not client.client_restricted


def let_in(env, rng, world):
    wall = _client(env, rng, world).client_wall_id
    rows = wall.member_ids.filtered(lambda row: row.reason == "manual")
    rows = rows.filtered("is_current")
    if rows and rng.random() < 0.5:
        rows.action_end()
    elif wall:
        env["client.wall.member"].create(
            {
                "wall_id": wall.id,
                "user_id": _pick(rng, world.users).id,
                "reason": "manual",
                "note": "Helps out",
            }
        )


# === CONTACTS === #


def add_contact(env, rng, world):
    client = _client(env, rng, world)
    parent = client
    if rng.random() < 0.2:
        parent = _pick(rng, _people(env, client)) or client
    kind = rng.choice(("contact", "contact", "invoice", "delivery", "other"))
    env["res.partner"].create(
        {
            "name": world.name(rng) if kind == "contact" else rng.choice(("", "Desk")),
            "type": kind,
            "parent_id": parent.id,
            "function": rng.choice(TITLES),
            "city": rng.choice(CITIES),
            "client_role_ids": [Command.set(_pick(rng, world.roles).ids)],
        }
    )


def edit_contact(env, rng, world):
    contact = _contact(env, rng, world)
    if not contact:
        return
    values = {
        "name": world.name(rng),
        "function": rng.choice(TITLES),
        "email": f"p{world.number}@mail.example",
        "phone": str(rng.randint(10**6, 10**7)),
        "portal_scope": rng.choice(("own", "client", "group")),
        "client_role_ids": [Command.set(_pick(rng, world.roles).ids)],
        "type": rng.choice(("contact", "other")),
    }
    names = rng.sample(sorted(values), rng.randint(1, 3))
    contact.write({name: values[name] for name in names})


def archive_contact(env, rng, world):
    contact = _contact(env, rng, world)
    contact.active = not contact.active


def delete_contact(env, rng, world):
    contact = _contact(env, rng, world)
    if not contact.user_ids:
        contact.unlink()


def move_contact(env, rng, world):
    """A contact goes to another client, or below somebody else."""
    contact, client = _contact(env, rng, world), _client(env, rng, world)
    below = env["res.partner"].search([("id", "child_of", contact.ids)])
    target = _pick(rng, (_people(env, client) | client) - below)
    if contact and target:
        contact.parent_id = target


def sign_in(env, rng, world):
    """A contact gets an access to the portal, or loses it."""
    contact = _contact(env, rng, world)
    if not contact or not contact.active:
        return
    user = contact.with_context(active_test=False).user_ids[:1]
    if user:
        user.active = not user.active
        return
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "login": f"portal{world.number}-{contact.id}",
            "partner_id": contact.id,
            "company_id": env.company.id,
            "company_ids": [Command.set(env.company.ids)],
            "group_ids": [Command.set(env.ref("base.group_portal").ids)],
        }
    )


def merge_contacts(env, rng, world):
    people = _people(env, _client(env, rng, world))
    if len(people) > 1:
        pair = people.browse(rng.sample(people.ids, 2))
        env["base.partner.merge.automatic.wizard"]._merge(
            pair.ids, pair[0], extra_checks=False
        )


def merge_clients(env, rng, world):
    if len(world.client_ids) < 4:
        return
    source, target = rng.sample(world.client_ids, 2)
    # what the outcome has of both stays: else Odoo compares their addresses
    env["base.partner.merge.automatic.wizard"]._merge(
        [source, target], env["res.partner"].browse(target), extra_checks=False
    )
    world.client_ids.remove(source)


# === CONTRACTS === #


def _line(rng, world):
    return {
        "product_id": _pick(rng, world.products).id,
        "name": world.name(rng),
        "quantity": rng.choice((1, 2, 2.5, 10)),
        "price_unit": rng.choice((1000, 99.99, 1234567.89, 0.125, 0)),
        "discount": rng.choice((0, 0, 12.5)),
    }


def add_contract(env, rng, world):
    client = _client(env, rng, world)
    env["client.contract"].create(
        {
            "name": world.name(rng),
            "client_id": client.id,
            "contact_id": _pick(rng, client.child_ids).id,
            "line_ids": [
                Command.create(_line(rng, world)) for _i in range(rng.randint(1, 3))
            ],
        }
    )


def edit_contract(env, rng, world):
    contract = _pick(rng, _contracts(env, _client(env, rng, world)))
    if not contract:
        return
    people = contract.client_id.child_ids
    values = {
        "name": world.name(rng),
        "contact_id": _pick(rng, people).id,
        "responsible_id": _pick(rng, world.users).id,
        "due_day": rng.randint(0, 28),
        "notice_days": rng.randint(0, 90),
        "renewal": rng.choice(("none", "tacit", "offer")),
        "kind": rng.choice(("fee", "media", "other")),
    }
    names = rng.sample(sorted(values), rng.randint(1, 3))
    contract.write({name: values[name] for name in names})


def edit_lines(env, rng, world):
    contract = _pick(rng, _contracts(env, _client(env, rng, world)))
    if not contract:
        return
    line = _pick(rng, contract.line_ids)
    what = rng.random()
    if what < 0.3 or not line:
        command = Command.create(_line(rng, world))
    elif what < 0.8:
        command = Command.update(line.id, _line(rng, world))
    else:
        command = Command.delete(line.id)
    contract.write({"line_ids": [command]})


def step_contract(env, rng, world):
    contract = _pick(rng, _contracts(env, _client(env, rng, world)))
    if contract:
        getattr(contract, rng.choice(STEPS))()


def delete_contract(env, rng, world):
    contracts = _contracts(env, _client(env, rng, world), "draft", "cancelled")
    _pick(rng, contracts).unlink()


def hand_over_contract(env, rng, world):
    """A draft turns out to be for another client."""
    contract = _pick(rng, _contracts(env, _client(env, rng, world), "draft"))
    client = _client(env, rng, world)
    contract.write(
        {
            "client_id": client.id,
            "contact_id": False,
            "partner_invoice_id": client.id,
        }
    )


def agree_for_a_time(env, rng, world):
    contract = _pick(rng, _contracts(env, _client(env, rng, world)))
    overlays = env["client.contract.overlay"].search(
        [("contract_id", "in", contract.ids)]
    )
    overlay = _pick(rng, overlays)
    if overlay and rng.random() < 0.5:
        overlay.write({"reason": world.name(rng), "discount": rng.randint(1, 50)})
    elif overlay and rng.random() < 0.3:
        overlay.unlink()
    elif contract:
        env["client.contract.overlay"].create(
            {
                "contract_id": contract.id,
                "kind": "discount",
                "discount": 10,
                "reason": world.name(rng),
            }
        )


# === BUDGETS === #


def add_budget(env, rng, world):
    env["client.budget"].create(
        {
            "name": world.name(rng),
            "client_id": _client(env, rng, world).id,
            "amount": rng.choice((1000, 2500.5, 100000)),
            "policy": "tell",
        }
    )


def change_budget(env, rng, world):
    budget = _pick(rng, _budgets(env, _client(env, rng, world)))
    if not budget:
        return
    what = rng.random()
    if what < 0.3:
        budget._revise(rng.randint(1, 9999), world.name(rng))
    elif what < 0.6:
        getattr(budget, rng.choice(("action_run", "action_close", "action_cancel")))()
    elif what < 0.8:
        budget.write(
            {"name": world.name(rng), "manager_id": _pick(rng, world.users).id}
        )
    elif what < 0.9:
        budget.active = not budget.active
    else:
        budget.unlink()


def use_budget(env, rng, world):
    client = _client(env, rng, world)
    budget = _pick(rng, _budgets(env, client, "running"))
    jobs = env["client.job"].search(
        [("client_id", "=", client.id), ("state", "=", "authorized")]
    )
    if jobs and rng.random() < 0.5:
        _pick(rng, jobs).action_cancel()
    elif budget:
        job = env["client.job"].create(
            {
                "name": world.name(rng),
                "client_id": client.id,
                "requester_id": _pick(rng, client.child_ids).id,
                "template_id": world.job_template.id,
                "budget_id": budget.id,
                "budget_amount": rng.randint(1, 900),
            }
        )
        job.action_authorize()


OPERATIONS = {
    add_client: 3,
    become_client: 2,
    edit_client: 8,
    move_house: 4,
    change_team: 8,
    restrict: 5,
    let_in: 5,
    add_contact: 8,
    edit_contact: 8,
    archive_contact: 4,
    delete_contact: 4,
    move_contact: 6,
    sign_in: 8,
    merge_contacts: 3,
    merge_clients: 2,
    add_contract: 8,
    edit_contract: 6,
    edit_lines: 10,
    step_contract: 8,
    delete_contract: 3,
    hand_over_contract: 2,
    agree_for_a_time: 4,
    add_budget: 6,
    change_budget: 8,
    use_budget: 6,
}


# === WHAT IT LOOKS LIKE NOW === #


class Snapshot:
    """Reads the live records of a client, without a word of the history."""

    def __init__(self, env):
        self.env = env(su=True, context={**env.context, "active_test": False})

    def of(self, client_id):
        """Return ``{section: {record id: {field: text}}}`` of a client."""
        client = self.env["res.partner"].browse(client_id)
        family = self.env["res.partner"].search(
            [("commercial_partner_id", "=", client_id), ("id", "!=", client_id)]
        )
        people = family.filtered(lambda partner: partner.type == "contact")
        found = {
            "identity": {client_id: self._identity(client)},
            "team": {client_id: self._team(client)},
            "contacts": {person.id: self._person(person) for person in people},
            "addresses": {place.id: self._place(place) for place in family - people},
            "contracts": {},
            "budgets": {},
            "access": {
                client_id: {
                    "client_restricted": "Yes" if client.client_restricted else "No",
                    "client_portal_access": self._word(client, "client_portal_access"),
                }
            },
            "members": self._members(client),
        }
        for contract in self.env["client.contract"].search(
            [("client_id", "=", client_id)]
        ):
            found["contracts"][contract.id] = self._contract(contract)
        for budget in self.env["client.budget"].search([("client_id", "=", client_id)]):
            found["budgets"][budget.id] = self._budget(budget)
        return {key: records for key, records in found.items() if records}

    def _word(self, record, name):
        field = record._fields[name]
        return dict(field._description_selection(self.env)).get(record[name], "")

    def _called(self, partner):
        if partner.name or not partner:
            return partner.name or ""
        kind = self._word(partner, "type")
        return " · ".join(filter(None, (kind, partner.city)))

    def _day(self, day):
        return format_date(self.env, day) if day else ""

    def _plain(self, number):
        return f"{number:,.6f}".rstrip("0").rstrip(".")

    def _money(self, amount, currency):
        return format_amount(self.env, amount, currency)

    def _price(self, amount, currency):
        if abs(amount - round(amount, 2)) < 1e-6:
            return self._money(amount, currency)
        return f"{amount:,.6f}".rstrip("0") + f" {currency.symbol}"

    def _postal(self, partner):
        return {
            "street": partner.street or "",
            "street2": partner.street2 or "",
            "zip": partner.zip or "",
            "city": partner.city or "",
            "state_id": partner.state_id.display_name or "",
            "country_id": partner.country_id.name or "",
        }

    def _identity(self, client):
        return {
            "name": client.name,
            "legal_name": client.legal_name or "",
            "client_number": client.client_number or "",
            "client_status": self._word(client, "client_status"),
            "category_id": ", ".join(sorted(client.category_id.mapped("name"))),
            "vat": client.vat or "",
            "lang": self._word(client, "lang") if client.lang else "",
            "email": client.email or "",
            "phone": client.phone or "",
            "website": client.website or "",
            **self._postal(client),
        }

    def _team(self, client):
        names = client.assistant_ids.mapped("name")
        return {
            "account_manager_id": client.account_manager_id.name or "",
            "assistant_ids": ", ".join(sorted(names)),
            "user_id": client.user_id.name or "",
        }

    def _person(self, person):
        users = person.user_ids.filtered(
            lambda user: user.active and user.has_group("base.group_portal")
        )
        return {
            "title": self._called(person),
            "function": person.function or "",
            "client_role_ids": ", ".join(sorted(person.client_role_ids.mapped("name"))),
            "email": person.email or "",
            "phone": person.phone or "",
            "portal_user": "Yes" if users else "No",
            "portal_scope": self._word(person, "portal_scope"),
            "active": "Yes" if person.active else "No",
        }

    def _place(self, place):
        return {
            "title": self._called(place),
            "type": self._word(place, "type"),
            "email": place.email or "",
            "phone": place.phone or "",
            "active": "Yes" if place.active else "No",
            **self._postal(place),
        }

    def _contract(self, contract):
        overlays = self.env["client.contract.overlay"].search(
            [("contract_id", "=", contract.id)]
        )
        return {
            "title": " · ".join(filter(None, (contract.number, contract.name))),
            "state": self._word(contract, "state"),
            "kind": self._word(contract, "kind"),
            "contact_id": self._called(contract.contact_id),
            "responsible_id": contract.responsible_id.name or "",
            "partner_invoice_id": self._called(contract.partner_invoice_id),
            "date_start": self._day(contract.date_start),
            "date_end": self._day(contract.date_end),
            "recurring_interval": str(contract.recurring_interval),
            "recurring_unit": self._word(contract, "recurring_unit"),
            "billing_timing": self._word(contract, "billing_timing"),
            "due_day": str(contract.due_day),
            "payment_term_id": contract.payment_term_id.name or "",
            "renewal": self._word(contract, "renewal"),
            "notice_days": str(contract.notice_days),
            "currency_id": contract.currency_id.name,
            "children": {line.id: self._line(line) for line in contract.line_ids},
            "overlays": {overlay.id: self._overlay(overlay) for overlay in overlays},
        }

    def _line(self, line):
        currency = line.contract_id.currency_id
        amount = line.quantity * line.price_unit * (1 - line.discount / 100)
        return {
            "title": line.name.split("\n")[0],
            "product_id": line.product_id.display_name or "",
            "quantity": self._plain(line.quantity),
            "price_unit": self._price(line.price_unit, currency),
            "discount": self._plain(line.discount),
            "amount": self._money(currency.round(amount), currency),
            "date_start": self._day(line.date_start),
            "date_end": self._day(line.date_end),
        }

    def _overlay(self, overlay):
        currency = overlay.contract_id.currency_id
        return {
            "title": f"{self._word(overlay, 'kind')} · {overlay.reason}",
            "state": self._word(overlay, "state"),
            "date_start": self._day(overlay.date_start),
            "date_end": self._day(overlay.date_end),
            "price_unit": self._price(overlay.price_unit, currency),
            "quantity": self._plain(overlay.quantity),
            "discount": self._plain(overlay.discount),
        }

    def _budget(self, budget):
        used = budget.amount_reserved + budget.amount_committed + budget.amount_spent
        return {
            "title": " · ".join(filter(None, (budget.number, budget.name))),
            "state": self._word(budget, "state"),
            "manager_id": budget.manager_id.name or "",
            "date_start": self._day(budget.date_start),
            "date_end": self._day(budget.date_end),
            "amount": self._money(budget.amount, budget.currency_id),
            "used": self._money(used, budget.currency_id),
            "left": self._money(budget.amount_left, budget.currency_id),
        }

    def _members(self, client):
        rows = client.client_wall_id.member_ids.filtered("is_current")
        return {
            user.id: {"title": user.name, "reason": self._reasons(rows, user)}
            for user in rows.user_id
        }

    def _reasons(self, rows, user):
        mine = rows.filtered(lambda row: row.user_id == user)
        labels = dict(rows._fields["reason"]._description_selection(self.env))
        return sorted({labels[row.reason] for row in mine})
