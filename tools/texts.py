"""Texts as people type them: spaces around them, several e-mails in one field."""

import re

ADDRESS = re.compile(r"[^@\s,;<>\"]+@[^@\s,;<>\".]+(?:\.[^@\s,;<>\".]+)+")
NAMED = re.compile(r"[^<>]*<\s*([^<>]*?)\s*>")
# Separators count outside of quotes and angle brackets only.
PART = re.compile(r"(?:\"[^\"]*\"|<[^<>]*>|[^;,])+")
SEPARATOR = "; "


def strip_texts(values, names):
    """Return values with the texts of ``names`` without spaces around them.

    :param dict values: field name -> value; it is not changed
    :param names: fields that hold text
    :rtype: dict
    """
    stripped = {
        name: value.strip() or False
        for name, value in values.items()
        if name in names and isinstance(value, str) and value != value.strip()
    }
    return values | stripped if stripped else values


def split_emails(text):
    """Return the e-mails of a field, each as typed; none twice."""
    parts = (" ".join(part.split()) for part in PART.findall(text or ""))
    return list(dict.fromkeys(part for part in parts if part))


def is_email(text):
    """Tell whether this is one address, or ``Name <address>``."""
    named = NAMED.fullmatch(text)
    return bool(ADDRESS.fullmatch(named[1] if named else text))


def find_addresses(text):
    """Return the bare addresses in a text, whatever is around them."""
    return ADDRESS.findall(text or "")


def wrong_emails(text):
    """Return the parts of a field that are no e-mail."""
    return [part for part in split_emails(text) if not is_email(part)]


def join_emails(text):
    """Return the e-mails of a field with one kind of separator."""
    return SEPARATOR.join(split_emails(text))
