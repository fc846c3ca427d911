"""What a column and a sheet of the clients workbook are."""

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


NUMBER = Column(
    "number",
    "Client number",
    "Number of the client, the same on every sheet.",
    required=True,
    offers="clients",
    width=15,
)
