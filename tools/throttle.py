"""How many requests a visitor may make; without Odoo."""

import math
import threading
import time
from collections import OrderedDict


class Throttle:
    """A bucket of tokens for each visitor, filled again at an even rate.

    :param int burst: how many tokens a full bucket has
    :param float rate: how many come back in a second
    :param int size: for how many visitors; those seen last are kept

    >>> throttle = Throttle(burst=2, rate=0.5)
    >>> throttle.take("ana", now=0), throttle.take("ana", now=0)
    (0, 0)
    >>> throttle.take("ana", now=0), throttle.take("rui", now=0)
    (2, 0)
    >>> throttle.take("ana", now=2)
    0
    """

    def __init__(self, burst, rate, size=10_000):
        self.burst, self.rate, self.size = burst, rate, size
        self._buckets = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key, cost=1, now=None):
        """Take tokens out of a visitor's bucket.

        :param key: who asks
        :param int cost: how many
        :param float now: seconds of a clock that never goes back; by default its own
        :return: 0, or after how many whole seconds there are enough
        :rtype: int
        """
        now = time.monotonic() if now is None else now
        with self._lock:
            tokens, since = self._buckets.pop(key, (self.burst, now))
            # a clock that is set back takes nothing away
            waited = max(0.0, now - since)
            tokens = min(self.burst, tokens + waited * self.rate)
            missing = cost - tokens
            if missing <= 0:
                tokens -= cost
            self._buckets[key] = (tokens, now)
            while len(self._buckets) > self.size:
                self._buckets.popitem(last=False)
        return 0 if missing <= 0 else math.ceil(missing / self.rate)

    def clear(self):
        """Forget everybody."""
        with self._lock:
            self._buckets.clear()
