"""Paths to a client that the wall leaves open, each with its reason.

The rules of the wall are made from the registry: every stored path from a model to a
client, or to a document of a client, hides the record with the client. A path named
here does not. ``tests/test_module_conventions.py`` fails for an entry without reason,
and for one that names a field that is not there.
"""

# A person or company of the agency itself, never a client.
OWN = "names a person or company of the agency itself"
# models/client_wall_reference.py asks for the documents of the records found.
CHECKED = "checked in Python, by the documents of the records that were found"
MINE = "each user reads his own"
SETTING = "a setting of the company or of a product: the label is masked"

EXEMPT = {
    "client.history.contract_id": "client_id guards it: the contract may be gone",
    "client.history.res_id": "client_id guards it: the record may be gone",
    "client.wall.member.res_id": "client_id guards it: a source may be gone",
    "hr.employee.public.address_id": OWN,
    "hr.employee.public.work_contact_id": OWN,
    "hr.employee.work_contact_id": OWN,
    "hr.version.address_id": OWN,
    "hr.work.location.address_id": OWN,
    "ir.attachment.res_id": CHECKED,
    "mail.activity.res_id": CHECKED,
    "mail.message.res_id": CHECKED,
    "mail.activity.calendar_event_id": "the document it is about guards it",
    "mail.notification.letter_id": "its message guards it",
    "mail.push.device.partner_id": MINE,
    "mail.scheduled.message.author_id": OWN,
    "product.template.project_id": SETTING,
    "product.template.project_template_id": SETTING,
    "res.company.account_opening_move_id": SETTING,
    "res.company.internal_project_id": SETTING,
    "res.company.partner_id": OWN,
    "snailmail.letter.attachment_id": "its contact guards it",
    "res.users.settings.volumes.guest_id": MINE,
    "res.users.settings.volumes.partner_id": MINE,
}
