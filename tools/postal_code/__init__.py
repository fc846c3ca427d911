"""Looks up postal codes: one interface, a chain of services for each country.

Nothing here knows Odoo. A country is added by a :class:`Provider` and its entry in
:data:`CHAINS`; a service by one more provider in the country's chain.
"""

from .brazil import BrazilCep
from .provider import (
    PostalAddress,
    PostalCodeUnavailable,
    PostalCodeUnknown,
    Provider,
)
from .chain import CHAINS, ask, example_of, format_code, is_code

__all__ = [
    "CHAINS",
    "BrazilCep",
    "PostalAddress",
    "PostalCodeUnavailable",
    "PostalCodeUnknown",
    "Provider",
    "ask",
    "example_of",
    "format_code",
    "is_code",
]
