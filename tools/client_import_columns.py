"""The sheets and columns of the clients workbook.

Names stay English in every language: they are what the import looks for. Help texts
and lists stand in the template that is downloaded, see ``client_import_template``.
"""

from .client_import_column import NUMBER, Column, Sheet
from .client_import_contract_columns import CONTRACT_COLUMNS, ENTRY_COLUMNS

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
