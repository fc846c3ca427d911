"""Percentages as people type them into one field."""


def read_percentages(text):
    """Return the numbers of a list such as ``50, 80, 100``, in order and once each.

    :param str text: separated by commas or semicolons
    :raise ValueError: something is no number, or not between 0 and 1000

    >>> read_percentages("100; 50,80 %, 50")
    [50.0, 80.0, 100.0]
    >>> read_percentages("")
    []
    """
    rates = set()
    for part in (text or "").replace(";", ",").split(","):
        part = part.strip().rstrip("%").strip()
        if not part:
            continue
        rate = float(part)
        if not 0 < rate <= 1000:
            raise ValueError(part)
        rates.add(round(rate, 1))
    return sorted(rates)
