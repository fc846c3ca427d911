"""The sheets and columns of the clients workbook.

Names stay English in every language: they are what the import looks for. Help texts
and lists stand in the template that is downloaded, see ``client_import_template``.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet.

    ``kind`` is ``line`` (one line of text), ``text``, ``choice``, ``list`` (separated
    by semicolons), ``emails``, ``date``, ``number``, ``whole`` or ``flag`` (yes, no).
    ``field`` is the field of the sheet's model that takes the value as it is read;
    ``model`` a model whose record is looked up by its name for it. ``offers`` names
    the list that the template offers, by default that of ``model``.
    """

    name: str
    header: str
    help: str = ""
    required: bool = False
    kind: str = "line"
    choices: tuple = ()
    field: str = ""
    model: str = ""
    offers: str = ""
    width: int = 20


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook; ``key`` names the columns that tell rows apart.

    Names in a tuple inside ``key`` stand in for each other: the first filled counts.
    """

    help: str
    columns: tuple
    key: tuple
    required: bool = False


STATUS = Column(
    "status",
    "Status",
    "active or inactive; active when empty.",
    kind="choice",
    choices=("active", "inactive"),
    width=11,
)
STREET = (
    Column(
        "street",
        "Street",
        "Street and number, or the street alone when the number has its column.",
        width=42,
    ),
    Column("street_number", "Number", "Number of the house.", width=10),
    Column("street_number2", "Complement", "Floor, door, suite.", width=16),
    Column("street2", "Street 2", "Second line.", field="street2", width=32),
    Column("street3", "Street 3", "Third line.", field="street3"),
    Column(
        "neighbourhood", "Neighbourhood", "District or quarter.", field="neighbourhood"
    ),
    Column("city", "City", "City.", field="city", width=22),
    Column(
        "state",
        "State",
        "State or province: its code (SP, CA, M) or its name (Lisboa) as in Odoo. "
        "Empty where Odoo knows none, as in France.",
        width=12,
    ),
    Column("zip", "Postal code", "Postal code, kept as text.", field="zip", width=13),
)
COUNTRY_HELP = "Country code of two letters (ISO 3166): BR, PT, ES, FR, US…"
REACH = (
    Column(
        "email",
        "E-mail",
        "E-mail address; several separated by a semicolon.",
        kind="emails",
        field="email",
        width=34,
    ),
    Column(
        "phone",
        "Phone",
        "Phone with the country code, for example +55 11 5550-0101.",
        field="phone",
    ),
)
FAX = Column("fax", "Fax", "Fax with the country code.", field="fax")
NUMBER = Column(
    "number",
    "Client number",
    "Number of the client, the same on every sheet.",
    required=True,
    offers="clients",
    width=15,
)

CLIENT_COLUMNS = (
    Column(
        "number",
        "Client number",
        "Your number for the client, unique in this sheet. A number already known "
        "updates that client.",
        required=True,
        width=15,
    ),
    Column(
        "name",
        "Trade name",
        "Name people use, shown on screens.",
        required=True,
        field="name",
        width=24,
    ),
    Column(
        "legal_name",
        "Legal name",
        "Registered name, printed on invoices.",
        required=True,
        field="legal_name",
        width=44,
    ),
    Column(
        "kind",
        "Company or person",
        "company for an organization, person for an individual.",
        required=True,
        kind="choice",
        choices=("company", "person"),
    ),
    Column(
        "vat",
        "Tax id",
        "BR: CNPJ or CPF. PT, ES, FR: VAT number with the country prefix. US: EIN. "
        "Checked against the country's rules; a warning tells of the same one twice.",
        width=21,
    ),
    *STREET,
    Column(
        "country",
        "Country",
        COUNTRY_HELP,
        required=True,
        offers="countries",
        width=11,
    ),
    *REACH,
    FAX,
    Column("website", "Website", "Address of the website.", width=34),
    Column(
        "lang",
        "Language",
        "Language of mails and documents; left empty when it is not active in Odoo.",
        offers="languages",
        width=12,
    ),
    Column("sector", "Sector", "Line of business; a new one is added.", width=20),
    Column("tags", "Tags", "Tags separated by a semicolon.", kind="list", width=28),
    STATUS,
    Column(
        "substatus",
        "Stage",
        "Your own stage, as in Configuration.",
        field="client_substatus_id",
        model="client.substatus",
    ),
    Column(
        "profile_type",
        "Profile type",
        "Kind of profile, as in Configuration.",
        field="client_profile_type_id",
        model="client.profile.type",
    ),
    Column(
        "portal_access",
        "Portal access",
        "Whether its contacts may sign in: default (as in the settings), yes or no.",
        kind="choice",
        choices=("default", "yes", "no"),
        field="client_portal_access",
    ),
    Column(
        "payment_term",
        "Payment terms",
        "Payment terms of its invoices, by their name in Odoo.",
        field="property_payment_term_id",
        model="account.payment.term",
    ),
    Column(
        "payment_day",
        "Payment day",
        "Day of the month on which the client pays, or several: 5, 20.",
        field="client_payment_day",
        width=13,
    ),
    Column(
        "payment_method",
        "Payment method",
        "How the client pays: name of an incoming payment method of a journal.",
        field="property_inbound_payment_method_line_id",
        model="account.payment.method.line",
    ),
    Column(
        "discount",
        "Exclusive discount",
        "In %, for every product that the client buys.",
        kind="number",
        field="client_discount",
    ),
    Column(
        "billing_type",
        "Agreed billing",
        "Agreed billing, as in Configuration.",
        field="client_billing_type_id",
        model="client.billing.type",
    ),
    Column(
        "credit_limit",
        "Credit limit",
        "In the company's currency. Only finance may set it.",
        kind="number",
        field="credit_limit",
    ),
    Column(
        "credit_policy",
        "Beyond the limit",
        "tell, ask or block; empty: as in the settings. Only finance may set it.",
        kind="choice",
        choices=("tell", "ask", "block"),
        field="client_credit_policy",
    ),
    Column("notes", "Notes", "Internal notes.", kind="text", width=48),
)

ADDRESS_COLUMNS = (
    NUMBER,
    Column(
        "kind",
        "Kind",
        "invoice, delivery or other.",
        required=True,
        kind="choice",
        choices=("invoice", "delivery", "other"),
        width=11,
    ),
    Column(
        "name",
        "Name",
        "Name of the place or of the department.",
        field="name",
        width=28,
    ),
    *STREET,
    Column("country", "Country", COUNTRY_HELP, offers="countries", width=11),
    *REACH,
    FAX,
    STATUS,
)

CONTACT_COLUMNS = (
    NUMBER,
    Column("name", "Name", "Full name.", required=True, field="name", width=26),
    Column(
        "function",
        "Job position",
        "Position in the company.",
        field="function",
        width=26,
    ),
    *REACH,
    Column(
        "roles",
        "Roles",
        "What the person does at the client: roles, separated by a semicolon.",
        kind="list",
        offers="client.contact.role",
        width=34,
    ),
    Column("tags", "Tags", "Tags separated by a semicolon.", kind="list", width=28),
    Column(
        "portal_scope",
        "Sees on the portal",
        "own (own requests), client (the whole client) or group. Access itself is "
        "given in Odoo.",
        kind="choice",
        choices=("own", "client", "group"),
        field="portal_scope",
    ),
    STATUS,
)

TEAM_COLUMNS = (
    NUMBER,
    Column(
        "manager",
        "Account manager",
        "Login of an existing user.",
        offers="logins",
        width=24,
    ),
    Column(
        "assistants",
        "Assistants",
        "Logins of users, separated by a semicolon.",
        kind="list",
        width=36,
    ),
    Column("salesperson", "Salesperson", "Login of an existing user.", offers="logins"),
)

CONTRACT_NUMBER = Column(
    "contract",
    "Contract number",
    "Your number for the contract, the same on each of its lines.",
    required=True,
    width=17,
)
CONTRACT_COLUMNS = (
    NUMBER,
    CONTRACT_NUMBER,
    Column("name", "Title", "What the client calls it.", field="name", width=28),
    Column(
        "template",
        "Template",
        "Contract template: its text and its usual recurrence.",
        model="client.contract.template",
    ),
    Column(
        "kind",
        "Kind",
        "fee, project, media, maintenance or other; fee when empty.",
        kind="choice",
        choices=("fee", "project", "media", "maintenance", "other"),
        field="kind",
        width=13,
    ),
    Column(
        "state",
        "Status",
        "draft, approved (by the client) or running; draft when empty.",
        kind="choice",
        choices=("draft", "approved", "running"),
        width=11,
    ),
    Column("approved_on", "Approved on", "Day of the client's approval.", kind="date"),
    Column(
        "approved_by",
        "Approved by",
        "E-mail or name of the contact who approved; the client when empty.",
        width=28,
    ),
    Column(
        "date_start",
        "Start",
        "First day of the contract; periods count from it.",
        kind="date",
        width=12,
    ),
    Column("date_end", "End", "Last day that is billed.", kind="date", width=12),
    Column(
        "bill_from",
        "Bill from",
        "First day that Odoo bills, when earlier periods were billed elsewhere.",
        kind="date",
        width=12,
    ),
    Column(
        "interval",
        "Every",
        "How many of the units a period has: 3 with month is a quarter. 1 when empty.",
        kind="whole",
        field="recurring_interval",
        width=8,
    ),
    Column(
        "unit",
        "Recurrence unit",
        "day, week, month or year; month when empty.",
        kind="choice",
        choices=("day", "week", "month", "year"),
        field="recurring_unit",
    ),
    Column(
        "timing",
        "Billed",
        "advance or arrears; in advance when empty.",
        kind="choice",
        choices=("advance", "arrears"),
        field="billing_timing",
        width=11,
    ),
    Column(
        "due_day",
        "Due day",
        "Day of the month, 1 to 31; empty: the client's payment day.",
        kind="whole",
        field="due_day",
        width=10,
    ),
    Column(
        "renewal",
        "Renewal",
        "What happens at the end: none, tacit (renews by itself) or offer.",
        kind="choice",
        choices=("none", "tacit", "offer"),
        field="renewal",
        width=11,
    ),
    Column(
        "notice_days",
        "Notice period",
        "Days before the end.",
        kind="whole",
        field="notice_days",
        width=13,
    ),
    Column(
        "currency",
        "Currency",
        "Code of the currency; the company's when empty.",
        offers="currencies",
        width=11,
    ),
    Column(
        "product",
        "Product",
        "Internal reference or name of the service. A contract has one line of this "
        "sheet for each of its services.",
        required=True,
        offers="products",
        width=28,
    ),
    Column(
        "description",
        "Description",
        "Text of the line; the product's when empty.",
        kind="text",
        width=36,
    ),
    Column("quantity", "Quantity", "1 when empty.", kind="number", width=10),
    Column(
        "price",
        "Unit price",
        "Per period, in the contract's currency; the product's when empty.",
        kind="number",
        width=12,
    ),
    Column("discount", "Disc. %", "The client's when empty.", kind="number", width=10),
)

ENTRY_COLUMNS = (
    NUMBER,
    CONTRACT_NUMBER,
    Column(
        "date_due",
        "Due date",
        "Day on which the amount is due.",
        required=True,
        kind="date",
        width=12,
    ),
    Column(
        "period_start",
        "Period from",
        "First day of the period. A period of the contract's schedule has its amount "
        "and due date changed; another one becomes an extra entry.",
        kind="date",
        width=12,
    ),
    Column("period_end", "Period to", "Last day of the period.", kind="date", width=12),
    Column(
        "product",
        "Product",
        "Internal reference or name; empty when the contract has one service.",
        offers="products",
        width=28,
    ),
    Column(
        "description",
        "Description",
        "Text of the invoice line; the product's when empty.",
        width=36,
    ),
    Column(
        "amount",
        "Amount",
        "Untaxed, in the contract's currency.",
        required=True,
        kind="number",
        width=12,
    ),
)

SHEETS = {
    "Clients": Sheet(
        "One line per client. Key: client number.",
        CLIENT_COLUMNS,
        key=("number",),
        required=True,
    ),
    "Addresses": Sheet(
        "Other addresses of a client. Key: client number + kind + name.",
        ADDRESS_COLUMNS,
        key=("number", "kind", "name"),
    ),
    "Contacts": Sheet(
        "People at a client. Key: client number + e-mail, or name without e-mail.",
        CONTACT_COLUMNS,
        key=("number", ("email", "name")),
    ),
    "Team": Sheet(
        "Who works for a client. Key: client number.", TEAM_COLUMNS, key=("number",)
    ),
    "Contracts": Sheet(
        "Fee contracts, one line per service. Key: contract number + product + "
        "description. What stands on a contract's first line holds for all of it.",
        CONTRACT_COLUMNS,
        key=("contract", "product", "description"),
    ),
    "Open entries": Sheet(
        "Amounts of these contracts that are still to be billed and that their "
        "schedule does not give. Key: contract number + due date + period + product + "
        "description.",
        ENTRY_COLUMNS,
        key=("contract", "date_due", "period_start", "product", "description"),
    ),
}
