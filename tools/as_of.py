"""What a record said at an earlier moment, from today and its history; without Odoo.

Each change in the history has what was before and what came after.  So what a field
said at a moment is what the first later change found there, or what it says today when
there is none.  Of a record that is gone, its last row says what it said at the end; one
that came later was not there.

What was erased to protect personal data breaks this chain: then only what was written
before the moment counts, and where that says nothing, nobody knows any more.
"""

from dataclasses import dataclass

# What happens to a record as a whole, see ``client_history.ACTIONS``.
CAME = frozenset({"create", "arrive"})
WENT = frozenset({"unlink", "leave"})
ERASED = "erased"


@dataclass(frozen=True)
class Value:
    """What a field says: a text, and the value behind it when it is known."""

    text: str = ""
    raw: object = None
    mark: str = ""

    @property
    def key(self):
        """Return what two values are compared by."""
        if self.raw is None:
            return ("text", self.text)
        raw = self.raw
        return ("raw", tuple(raw) if isinstance(raw, list) else raw)


EMPTY = Value()
UNKNOWN = Value(mark=ERASED)


@dataclass(frozen=True)
class Change:
    """A place in the history and what a field said there."""

    place: int
    value: Value


@dataclass(frozen=True)
class Past:
    """What the history says of one record, seen from a moment.

    ``first`` are what the first later change of each field found, ``last`` what the
    last earlier one left.  ``erased_after`` and ``erased_before`` are the places of the
    first later and the last earlier row that was erased, 0 for none.  ``is_told`` when
    its beginning stands in the history.
    """

    crossing: str = ""
    first: dict = None
    last: dict = None
    erased_after: int = 0
    erased_before: int = 0
    is_told: bool = False


NOTHING = Past()


def was_there(past, is_there):
    """Tell whether a record was there at the moment.

    :param Past past: of the record
    :param bool is_there: whether it is there today
    """
    if past.crossing in CAME:
        return False
    return past.crossing in WENT or is_there


def value_at(past, name, today, untold=frozenset()):
    """Return what a field said at the moment.

    :param Past past: of the record
    :param str name: of the field
    :param Value today: what it says today, None when the record is gone
    :param untold: names of fields that have a value from the beginning without a word
        of it in the history
    :rtype: Value
    """
    first = (past.first or {}).get(name)
    last = (past.last or {}).get(name)
    if first:
        later = first.value
    elif today is not None:
        later = today
    else:
        later = last.value if last else EMPTY
    if not past.erased_after or (first and first.place < past.erased_after):
        return later
    if last and last.place > past.erased_before:
        return last.value
    if name in untold and not last:
        return later
    if past.is_told and not past.erased_before:
        return EMPTY
    return UNKNOWN


def state_at(past, names, today, untold=frozenset()):
    """Return what a record said at the moment, None when it was not there.

    :param Past past: of the record
    :param names: of the fields
    :param dict today: values by name, None when the record is gone
    :param untold: see ``value_at``
    :rtype: dict
    """
    if not was_there(past, today is not None):
        return None
    # what left and came back says nothing of the time in between
    gone = past.crossing in WENT
    return {
        name: value_at(
            past, name, None if gone or today is None else today.get(name), untold
        )
        for name in names
    }


def compare(left, right, names):
    """Return how a record differs between two moments.

    :param dict left: values by name at the first one, None when it was not there
    :param dict right: the same at the second one
    :param names: of the fields, in order
    :return: ``added``, ``removed``, ``changed``, ``unknown`` or ``same``, and
        ``{name: the same word}``
    :rtype: tuple
    """
    words = {}
    for name in names:
        before = (left or {}).get(name, EMPTY)
        after = (right or {}).get(name, EMPTY)
        words[name] = _compare_values(before, after)
    if left is None or right is None:
        return ("added" if left is None else "removed"), words
    for word in ("changed", "added", "removed"):
        if word in words.values():
            return "changed", words
    return ("unknown" if "unknown" in words.values() else "same"), words


def _compare_values(before, after):
    if before.mark or after.mark:
        return "unknown"
    if before.key == after.key or (not before.text and not after.text):
        return "same"
    if before.raw is None or after.raw is None:
        # one of them is of a time when only the text was kept
        if before.text == after.text:
            return "same"
    if not before.text:
        return "added"
    return "changed" if after.text else "removed"


def owner_at(chain, merges):
    """Return the client that a chain belonged to at the moment.

    :param int chain: number of the client that it was begun for
    :param dict merges: ``{client: the one it went into}`` before the moment
    :rtype: int
    """
    seen = set()
    while chain in merges and chain not in seen:
        seen.add(chain)
        chain = merges[chain]
    return chain


def line_amount(quantity, price, discount, rounding):
    """Return what a line costs for a period, less its discount.

    :param float quantity: how many
    :param float price: of one
    :param float discount: in per cent
    :param rounding: function that rounds to the currency
    """
    return rounding(quantity * price * (1 - (discount or 0.0) / 100.0))
