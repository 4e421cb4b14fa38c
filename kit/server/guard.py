"""Limits on guessing, and on how fast one seat may send."""

import time
from collections import deque
from functools import lru_cache

ADDRESSES_REMEMBERED = 10_000


class Guesses:
    """Knows when each address last gave wrong codes and tokens."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._latest = lru_cache(ADDRESSES_REMEMBERED)(lambda _address: deque[float](maxlen=per_minute))

    def exhausted(self, address: str) -> bool:
        """Whether this address has to wait."""
        latest = self._latest(address)
        return len(latest) == self.per_minute and latest[0] > time.monotonic() - 60

    def wrong(self, address: str) -> None:
        """Count one wrong guess."""
        self._latest(address).append(time.monotonic())


class Pace:
    """How fast a seat is listened to: an outbox of many answers at once, then no faster than a person is.

    Without it one connection could fill the disk.
    """

    AT_ONCE, PER_SECOND = 300, 20

    def __init__(self) -> None:
        self._ahead = 0.0
        self._at = time.monotonic()

    def wait(self) -> float:
        """Count one message. Returns the seconds after which it may be taken."""
        now = time.monotonic()
        self._ahead = max(0.0, self._ahead - (now - self._at) * self.PER_SECOND) + 1
        self._at = now
        return max(0.0, self._ahead - self.AT_ONCE) / self.PER_SECOND
