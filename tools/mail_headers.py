"""What the header of an incoming e-mail tells, without Odoo."""

# Values of "Precedence" that only machines write.
MACHINE_PRECEDENCE = frozenset({"auto_reply", "auto-reply", "bulk", "junk", "list"})
MACHINE_HEADERS = ("X-Autoreply", "X-Autorespond", "X-Auto-Response-From")


def is_automatic(message):
    """Tell whether a machine answered, so that nobody must answer it.

    :param message: ``email.message.EmailMessage``, or anything with its ``get``
    :rtype: bool
    """
    submitted = str(message.get("Auto-Submitted") or "no").split(";")[0]
    if submitted.strip().lower() != "no":
        return True
    precedence = str(message.get("Precedence") or "").strip().lower()
    return precedence in MACHINE_PRECEDENCE or any(
        message.get(name) for name in MACHINE_HEADERS
    )
