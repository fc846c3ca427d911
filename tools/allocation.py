"""Split an amount into parts that sum to it exactly.  No Odoo in here."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def to_units(amount, rounding=0.01):
    """Return ``amount`` as a whole number of currency units (cents).

    :param float amount: the amount, as Odoo stores it
    :param float rounding: the currency's rounding, e.g. 0.01 or 1
    :return: int
    """
    exact = Decimal(repr(float(amount))) / Decimal(repr(float(rounding)))
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def from_units(units, rounding=0.01):
    """Return a whole number of currency units as a float amount."""
    return float(Decimal(units) * Decimal(repr(float(rounding))))


def split(amount, weights, rounding=0.01):
    """Split ``amount`` by ``weights`` so that the parts sum to it to the cent.

    Largest remainder: each part gets its whole cents, and the cents left over go
    to the parts that lost the most; the earlier one wins a tie.

    :param float amount: what to split, may be negative
    :param weights: numbers (int, float, Fraction) of one sign, not all zero
    :param float rounding: the currency's rounding
    :return: list of floats, one for each weight
    :raise ValueError: when the weights are empty, negative or sum to zero
    """
    shares = [Fraction(weight) for weight in weights]
    total = sum(shares)
    if not shares or total <= 0 or any(share < 0 for share in shares):
        raise ValueError("weights must be positive")
    units = to_units(amount, rounding)
    sign = -1 if units < 0 else 1
    exact = [abs(units) * share / total for share in shares]
    parts = [int(value) for value in exact]
    left = abs(units) - sum(parts)
    by_loss = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for index in by_loss[:left]:
        parts[index] += 1
    return [from_units(sign * part, rounding) for part in parts]
