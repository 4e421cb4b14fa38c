"""Limits on guessing, and on how fast one seat may send."""

import time
from collections import OrderedDict, deque

ADDRESSES_REMEMBERED = 10_000


class Guesses:
    """Counts wrong codes and tokens per address in the last minute."""

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def exhausted(self, address: str) -> bool:
        """Whether this address has to wait."""
        times = self._wrong.get(address, deque())
        while times and times[0] < time.monotonic() - 60:
            times.popleft()
        return len(times) >= self.per_minute

    def wrong(self, address: str) -> None:
        """Count one wrong guess."""
        self._wrong.setdefault(address, deque(maxlen=self.per_minute)).append(time.monotonic())
        self._wrong.move_to_end(address)
        while len(self._wrong) > ADDRESSES_REMEMBERED:
            self._wrong.popitem(last=False)


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
