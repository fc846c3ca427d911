"""Asks the services of a country one after the other, within a time limit."""

import logging
import re
import time

from .brazil import BrazilCep
from .provider import PostalCodeUnavailable, PostalCodeUnknown

_logger = logging.getLogger(__name__)

# Seconds for one service, and for all of them: someone waits for the answer.
TIMEOUT = 2.5
BUDGET = 5.0
# ISO code of the country -> its services, best first.
CHAINS = {
    "BR": (BrazilCep("OPENCEP"), BrazilCep("VIACEP"), BrazilCep("APICEP")),
}
# ISO code of the country -> (what a code is, how it is written, an example).
FORMS = {
    "BR": (
        re.compile(r"[0-9]{8}"),
        lambda code: f"{code[:5]}-{code[5:]}",
        "01310-100",
    ),
}


def plain_code(code):
    """Return a postal code as digits and capital letters."""
    return re.sub(r"[\W_]+", "", code or "").upper()


def is_code(country_code, code):
    """Tell whether this can be a postal code of the country."""
    form = FORMS.get(country_code)
    return bool(form and form[0].fullmatch(plain_code(code)))


def format_code(country_code, code):
    """Return a postal code as the country writes it."""
    form = FORMS.get(country_code)
    return form[1](plain_code(code)) if form and is_code(country_code, code) else code


def example_of(country_code):
    """Return a postal code of the country, to show how it is written; or ''."""
    return FORMS[country_code][2] if country_code in FORMS else ""


def ask(country_code, code, chain=None, timeout=TIMEOUT, budget=BUDGET):
    """Ask a country's services for a postal code.

    One that doesn't know the code may be out of date, so the next is asked as well.

    :param str country_code: ISO code
    :param str code: postal code, however it is written
    :param chain: services instead of :data:`CHAINS`' own
    :param float timeout: seconds for one service
    :param float budget: seconds for all of them
    :rtype: PostalAddress
    :raise PostalCodeUnknown: a service answered, and none knows the code
    :raise PostalCodeUnavailable: no service answered
    """
    providers = CHAINS.get(country_code, ()) if chain is None else chain
    end = time.monotonic() + budget
    is_unknown = False
    for provider in providers:
        left = end - time.monotonic()
        if left <= 0:
            break
        try:
            return provider.fetch(plain_code(code), min(timeout, left))
        except PostalCodeUnknown:
            is_unknown = True
        except PostalCodeUnavailable as error:
            _logger.info("Postal code service %s: %s", provider.name, error)
    if is_unknown:
        raise PostalCodeUnknown(code)
    raise PostalCodeUnavailable(code)
