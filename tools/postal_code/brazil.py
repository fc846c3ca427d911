"""Brazil's CEP, by the library ``brazilcep`` and the free services it knows."""

import logging

from .provider import (
    PostalAddress,
    PostalCodeUnavailable,
    PostalCodeUnknown,
    Provider,
)

_logger = logging.getLogger(__name__)


class BrazilCep(Provider):
    """One of the services of ``brazilcep``."""

    def __init__(self, service):
        """Choose the service.

        :param str service: a name in ``brazilcep.WebService``
        """
        self.name = service.lower()
        self.service = service

    def fetch(self, code, timeout):
        """Ask the service; see :meth:`Provider.fetch`."""
        try:
            # here, because it is optional and takes a while to load
            import brazilcep  # noqa: PLC0415
        except ImportError as error:
            _logger.info("Postal codes of Brazil need the Python library brazilcep.")
            raise PostalCodeUnavailable("brazilcep is not installed") from error
        service = brazilcep.WebService[self.service]
        try:
            answer = brazilcep.get_address_from_cep(
                code, webservice=service, timeout=timeout
            )
        except (brazilcep.exceptions.CEPNotFound, brazilcep.exceptions.InvalidCEP):
            raise PostalCodeUnknown(code) from None
        except (brazilcep.exceptions.BrazilCEPException, ValueError) as error:
            raise PostalCodeUnavailable(str(error)) from error
        if not isinstance(answer, dict) or not answer.get("city"):
            raise PostalCodeUnavailable("no city in the answer")
        return PostalAddress(
            city=_text(answer, "city"),
            state_code=_text(answer, "uf"),
            street=_text(answer, "street"),
            neighbourhood=_text(answer, "district"),
            provider=self.name,
        )


def _text(answer, name):
    return " ".join(str(answer.get(name) or "").split())
