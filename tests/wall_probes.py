"""The table of attempts on a hidden client."""

from typing import NamedTuple


class Probe(NamedTuple):
    """One way that might lead to the client.

    ``control`` finds the client on this way, which proves that the attempt works:
    the accountant, unless the way is closed to her for another reason.
    """

    name: str
    call: object
    control: str
    people: tuple


ORM = []
COUNTERS = []
HTTP = []
EVERYBODY = ("outsider", "debug", "former", "portal")
EMPLOYEES = ("outsider", "debug", "former")


def probe(table, control="accountant", people=EVERYBODY):
    """Put a function into the table under its own name."""

    def register(function):
        name = function.__name__.replace("_", " ")
        assert name not in {known.name for known in table}, name
        table.append(Probe(name, function, control, people))
        return function

    return register
