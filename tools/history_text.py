"""Texts of the history that remember the value they were made of; without Odoo.

A person reads the text, in whatever language it was written.  Going back to an earlier
day needs the value: the key of a choice, the number of an amount, the ids of records.
"""


class Readable(str):
    """A text with the value it stands for."""

    raw = None


def readable(text, raw):
    """Return a text that remembers its value.

    :param str text: as a person reads it
    :param raw: what JSON can hold
    :rtype: Readable
    """
    result = Readable(text)
    # a negative zero is no other number
    result.raw = raw + 0.0 if isinstance(raw, float) else raw
    return result


def raw_of(text):
    """Return the value that a text was made of; None if only the text is known."""
    return getattr(text, "raw", None)


def is_filled(text):
    """Tell whether a text stands for something: neither empty, zero nor ``No``."""
    raw = raw_of(text)
    return bool(text) if raw is None else bool(raw)


def differs(old, new):
    """Tell whether a field says something else than before.

    Two people of one name are two, and so are two contacts that whoever changed them
    may not see: the texts are the same then.

    :param str old: as a person reads it
    :param str new: the same afterwards
    """
    if (old or None) != (new or None):
        return True
    before, after = raw_of(old), raw_of(new)
    # of numbers the text says all there is
    return before != after and not isinstance(before, float)


def with_raw(change):
    """Return a change as it is stored: beside the texts, the values, if known.

    :param dict change: field, label, old, new
    :rtype: dict
    """
    old, new = raw_of(change.get("old")), raw_of(change.get("new"))
    if old is None and new is None:
        return change
    return {**change, "raw": [old, new]}


def number_text(number, digits=8):
    """Return a number without the zeros that end it, never as ``1e+06``.

    :param float number: any
    :param int digits: decimals at most
    :rtype: str
    """
    text = f"{number:.{digits}f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
