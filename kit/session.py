"""What a live session is: its code, its people, what the facilitator did, and one change to a response. No I/O."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from kit.activities.typed import is_readable, on_one_line
from kit.errors import ResponseError, SessionError
from kit.text import gettext as _

CODE_LETTERS = "CDFGHJKLMNPQRTVWXY34679"
"""Nothing that looks or sounds alike when read aloud (0/O, 1/I, 2/Z, 5/S, 8/B), and no vowels, so no words."""

CODE_LENGTH = 6
"""23 ** 6 is 148 million codes; with the limit on guesses one laptop can't be searched in a workshop's time."""

NAME_LENGTH = 40
MAX_SEQ = 2**53 - 1
"""The largest integer that a browser counts exactly."""

UNSEEN = timedelta(seconds=75)
"""Whoever the server hasn't seen for so long isn't here, though nobody has noticed them go."""


class Names(StrEnum):
    """Whether participants give a name when they join."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True)
class Session:
    """One live run with a join code. A practice session has no code: it belongs to one learner alone.

    Attributes:
        blank: Whether the big screen shows nothing for now: eyes up front.
        locked: Whether nobody new comes in for now.
    """

    id: int
    code: str | None
    title: str
    names: Names
    created_at: datetime
    closed_at: datetime | None = None
    blank: bool = False
    locked: bool = False


@dataclass(frozen=True)
class Participant:
    """One seat in a session; ``name`` may be empty.

    Attributes:
        number: How many had joined by then.
        rehearsed: Whether nobody sits there: the seat was taken by ``workshop rehearse``.
        seen_at: When the server last knew a page of theirs open; None before the first, and once they have closed it.
    """

    id: int
    session_id: int
    number: int
    name: str
    joined_at: datetime
    rehearsed: bool = False
    seen_at: datetime | None = None

    @property
    def pseudonym(self) -> str:
        """What stands for the person in every result, such as ``P7``."""
        return pseudonym_of(self.number)

    @property
    def known_as(self) -> str:
        """The name where there is one, else the pseudonym."""
        return self.name or self.pseudonym

    @property
    def is_here(self) -> bool:
        """Whether a page of theirs is open, as far as anybody knows."""
        return self.seen_at is not None and datetime.now(UTC) - self.seen_at < UNSEEN


@dataclass(frozen=True)
class StageChange:
    """The facilitator's step to a stage. The latest one of a session says where the room is.

    Attributes:
        params: What the kind fixed when the stage opened, such as the contested cards.
        opened_at: When it opened (UTC).
        minutes: Announced length, 0 for none; extending a stage changes it.
        beat: The id of the step of the result that is shown; empty while all are shown at once.
        ends_at: When the announced time is over (UTC), or None without a limit.
        nudged_at: When those who hadn't begun were last asked gently to do so.
    """

    id: int
    session_id: int
    exercise: str
    stage: str
    params: Mapping[str, Any]
    opened_at: datetime
    minutes: int = 0
    beat: str = ""
    ends_at: datetime | None = None
    nudged_at: datetime | None = None


@dataclass(frozen=True)
class Note:
    """What the facilitator wrote down during an exercise."""

    id: int
    session_id: int
    exercise: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Change:
    """One participant's new value for one item, as their page sent it.

    Attributes:
        seq: The page's own counter; a later change of the same item has a higher one, a replay the same.
        late: The round was no longer open when this arrived. It counts all the same and is marked in the results.
    """

    session_id: int
    participant_id: int
    exercise: str
    round: int
    item: str
    value: str
    seq: int
    late: bool = False
    at: datetime | None = field(default=None, compare=False)


def pseudonym_of(number: int) -> str:
    """What the participant of that number is called in results."""
    return f"P{number}"


def new_code() -> str:
    """A fresh join code, such as ``KX4R7W``."""
    return "".join(secrets.choice(CODE_LETTERS) for _letter in range(CODE_LENGTH))


def clean_code(typed: str) -> str:
    """The code that somebody meant: capitals, without spaces, hyphens and the like.

    Raises:
        SessionError: It can't be a code.
    """
    code = re.sub(r"[^A-Z0-9]", "", typed[:100].upper())
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_LETTERS):
        text = _("“{typed}” isn't a code of ours. It has {length} letters and digits, as on the big screen.")
        raise SessionError(text.format(typed=typed[:20], length=CODE_LENGTH))
    return code


def clean_name(typed: str, names: Names) -> str:
    """The name to keep, on one line and of bounded length; always empty where names are off.

    Raises:
        SessionError: The session requires a name and none was given.
    """
    if names is Names.OFF:
        return ""
    name = on_one_line(typed)[:NAME_LENGTH].strip()
    if not is_readable(name):
        name = ""
    if names is Names.REQUIRED and not name:
        text = _("Please type a name or a nickname; this session asks for one (you typed “{typed}”).")
        raise SessionError(text.format(typed=typed[:20]))
    return name


def clean_seq(seq: object) -> int:
    """The sequence number of a change.

    Raises:
        ResponseError: It isn't a whole number from 1 to 2**53 - 1.
    """
    if isinstance(seq, bool) or not isinstance(seq, int) or not 1 <= seq <= MAX_SEQ:
        text = _("“seq” is {seq}. Use a whole number from 1 to 2**53 - 1.")
        raise ResponseError(text.format(seq=repr(seq)[:40]))
    return seq
