"""What a postal code service is asked, and what it answers."""

from dataclasses import dataclass


class PostalCodeUnknown(Exception):
    """The service answers that there is no such postal code."""


class PostalCodeUnavailable(Exception):
    """The service doesn't answer, or not in a way that can be read."""


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """What a postal code stands for; a code of a whole town has no street."""

    city: str
    state_code: str = ""
    street: str = ""
    neighbourhood: str = ""
    provider: str = ""


class Provider:
    """A service; subclasses say how it is asked."""

    name = ""

    def fetch(self, code, timeout):
        """Ask the service; hook.

        :param str code: postal code as digits and letters
        :param float timeout: seconds to wait
        :rtype: PostalAddress
        :raise PostalCodeUnknown: there is no such code
        :raise PostalCodeUnavailable: no answer, in time or at all
        """
        raise NotImplementedError
