"""What a participant may answer in the exercise of internal customers: the names of items and their values.

Items of round 1: ``role``, ``role/other``, ``partner/<n>``, ``case/<case>/<side>``, ``need-from-me/<role>/<n>``,
``meets/<role>``, ``rating/<role>``, ``need/<role>/<n>``, ``served/<role>``, and alone ``draft/<role>/<part>``.
Of round 2: ``agreement/<role>~<role>/<part>`` and ``confirm/<role>~<role>``. Of round 0: ``commitment``.
"""

import re
from dataclasses import dataclass
from datetime import date

from kit.content.partners import MARK, PartnersExercise
from kit.errors import ResponseError
from kit.kinds.placing import COMMITMENT, COMMITMENT_LENGTH
from kit.kinds.roles import RoleBook
from kit.kinds.typed import clean_line, is_readable, on_one_line
from kit.text import gettext as _

EXPLORE, AGREE, CLOSE = 1, 2, 0
"""The rounds: finding out, agreeing, and the commitment."""

PICKED, PARTNERS = 5, 8
"""Internal customers picked from the list, and all together with those that are typed."""

NEEDS = 3
NEED_LENGTH = 160
MEETS = ("daily", "weekly", "monthly", "rarely")
RATINGS = ("1", "2", "3", "4", "5")
YEARS = range(2000, 2200)
"""Of a review: what calendars can hold, and nobody reaches by accident."""

GIVES, BY, REVIEW = ("gives-1", "gives-2"), ("by-1", "by-2"), "review"
DRAFT = ("i-give", "give-by", "i-get", "get-by", REVIEW)

_SHAPES = {
    EXPLORE: re.compile(
        r"(?P<what>role/other|role)|(?P<what1>partner)/(?P<n>[1-8])"
        r"|(?P<what2>case)/(?P<case>[a-z0-9-]+)/(?P<side>[12])"
        r"|(?P<what3>need-from-me|need)/(?P<role3>.+)/(?P<n3>[1-3])"
        r"|(?P<what4>meets|rating|served)/(?P<role4>.+)"
        r"|(?P<what5>draft)/(?P<role5>.+)/(?P<part5>i-give|give-by|i-get|get-by|review)"
    ),
    AGREE: re.compile(
        r"(?P<what>agreement)/(?P<one>[^~]+)~(?P<other>[^~]+)/(?P<part>gives-[12]|by-[12]|review)"
        r"|(?P<what1>confirm)/(?P<one1>[^~]+)~(?P<other1>[^~]+)"
    ),
    CLOSE: re.compile(rf"(?P<what>{COMMITMENT})"),
}

_DIGEST = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Item:
    """The name of an item, taken apart.

    Attributes:
        what: Its first word, such as ``need``.
        roles: The role or the two roles in it.
        part: What else is in it: a number, a side, a part of an agreement.
    """

    what: str
    roles: tuple[str, ...] = ()
    part: str = ""


def parse(round: int, item: str) -> Item | None:
    """The item taken apart, or None if the round has none of that shape."""
    shape = _SHAPES.get(round)
    match = shape.fullmatch(item) if shape else None
    if match is None:
        return None
    found = {name.rstrip("0123456789"): text for name, text in match.groupdict().items() if text is not None}
    roles = tuple(found[name] for name in ("role", "one", "other") if name in found)
    part = "/".join(found[name] for name in ("case", "n", "side", "part") if name in found)
    return Item(found["what"], roles, part)


def check(exercise: PartnersExercise, book: RoleBook, round: int, item: str, value: str) -> str:
    """The value as it will be stored; a text that may be taken back is then empty.

    Raises:
        ResponseError: The round has no such item, or the value can't be taken.
    """
    parsed = parse(round, item)
    if parsed is None or any(not _is_kept(book, role) for role in parsed.roles):
        text = _("Round {round} of “{exercise}” takes no “{item}”.")
        raise ResponseError(text.format(round=round, exercise=exercise.id, item=item[:60]))
    what = parsed.what
    if what == "case":
        return _one_of(value, _options(exercise, parsed.part, item))
    if what in ("meets", "rating", "served"):
        return _one_of(value, MEETS if what == "meets" else RATINGS)
    if what == "confirm":
        return _confirmation(value)
    if what == COMMITMENT:
        return clean_line(value, COMMITMENT_LENGTH)
    if not is_readable(on_one_line(value)):
        return ""
    if what in ("role", "role/other", "partner"):
        return book.clean(value)
    return _date(value) if parsed.part == REVIEW else clean_line(value, NEED_LENGTH)


def _is_kept(book: RoleBook, role: str) -> bool:
    """Whether a role in an item's name is written as it would be kept."""
    try:
        return book.clean(role) == role
    except ResponseError:
        return False


def _options(exercise: PartnersExercise, part: str, item: str) -> tuple[str, ...]:
    case_id, _slash, side = part.partition("/")
    case = exercise.case(case_id)
    if case is None:
        known = ", ".join(case.id for case in exercise.cases)
        raise ResponseError(
            _("“{item}” is no case of “{exercise}”. Use one of: {known}.").format(
                item=item[:60], exercise=exercise.id, known=known
            )
        )
    return tuple(option.id for option in case.sides[int(side) - 1].options)


def _one_of(value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise ResponseError(
            _("“{value}” can't be chosen here. Use one of: {known}.").format(
                value=value[:60], known=", ".join(known)
            )
        )
    return value


def _confirmation(value: str) -> str:
    if value != "no" and not _DIGEST.fullmatch(value):
        raise ResponseError(_("“{value}” confirms no agreement. Please tap again.").format(value=value[:60]))
    return value


def _date(value: str) -> str:
    try:
        day = date.fromisoformat(on_one_line(value))
        if day.year not in YEARS:
            raise ValueError
        return day.isoformat()
    except ValueError:
        raise ResponseError(
            _("“{value}” is no date. Write it as year-month-day, such as 2031-05-20.").format(
                value=value[:20]
            )
        ) from None


def agreement_item(pair: tuple[str, str], part: str) -> str:
    """The name of a part of an agreement."""
    return f"agreement/{pair[0]}{MARK}{pair[1]}/{part}"


def confirm_item(pair: tuple[str, str]) -> str:
    """The name of the confirmation of an agreement."""
    return f"confirm/{pair[0]}{MARK}{pair[1]}"
