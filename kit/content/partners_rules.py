"""The rules of a map of internal customers that no single value can break alone. Works on plain data.

A value of a wrong type is passed over here: the models report it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from kit.content.fault import Flaw, Location, nearest, quote
from kit.content.parts import called, parts, repeated_ids, texts
from kit.text import gettext as _

PROMPTS = ("item", "quality", "time")
"""What makes a need sharp. Source: Toister, "Why Should You Care About Internal Customer Service?", core needs."""

ROLE_LENGTH = 40
"""Characters of a role's name; a longer one would not be read on the map."""

MARK = "~"
"""Joins two roles in the name of their agreement, so no role may hold it."""


def partners_flaws(exercise: Mapping[str, Any]) -> Iterator[Flaw]:
    """What in the data of a map of internal customers breaks its rules."""
    cases = parts(exercise, "cases")
    yield from repeated_ids(("cases",), _("case"), cases)
    for place, case in cases:
        yield from _case_flaws(("cases", place), case)
    yield from _role_flaws(exercise)
    yield from _prompt_flaws(exercise)


def _case_flaws(location: Location, case: Mapping[str, Any]) -> Iterator[Flaw]:
    owner = called(_("case"), location, case)
    sides = parts(case, "sides")
    seen: set[str] = set()
    for place, side in sides:
        role = side.get("role")
        if isinstance(role, str) and role.strip().casefold() in seen:
            what = _("both sides of {owner} are {role}.").format(owner=owner, role=quote(role))
            yield Flaw((*location, "sides", place, "role"), what, _("Name two different roles."))
        if isinstance(role, str):
            yield from _long_role((*location, "sides", place, "role"), role)
            seen.add(role.strip().casefold())
        here = (*location, "sides", place)
        options = parts(side, "options")
        yield from repeated_ids((*here, "options"), _("option"), options)
        known = [option["id"] for _place, option in options if isinstance(option.get("id"), str)]
        answer = side.get("answer")
        if isinstance(answer, str) and known and answer not in known:
            what = _("side {number} of {owner} names option {named}.").format(
                number=place + 1, owner=owner, named=quote(answer)
            )
            fix = _("Use one of: {known}.").format(known=", ".join(quote(name)[1:-1] for name in known[:20]))
            yield Flaw((*here, "answer"), what, fix)


def _role_flaws(exercise: Mapping[str, Any]) -> Iterator[Flaw]:
    seen: dict[str, str] = {}
    for place, role in texts(exercise, "roles"):
        known = " ".join(role.split()).casefold()
        if known in seen:
            what = _("role {role} is in the list already, as {first}.").format(
                role=quote(role), first=quote(seen[known])
            )
            yield Flaw(("roles", place), what, _("Remove one of the two."))
        elif MARK in role:
            what = _("role {role} holds a “{mark}”.").format(role=quote(role), mark=MARK)
            yield Flaw(("roles", place), what, _("Write it without."))
        else:
            yield from _long_role(("roles", place), role)
        seen.setdefault(known, role)


def _long_role(location: Location, role: str) -> Iterator[Flaw]:
    if len(role.strip()) > ROLE_LENGTH:
        what = _("role {role} has {size} characters.").format(role=quote(role), size=len(role.strip()))
        yield Flaw(location, what, _("Shorten it to {most} or fewer.").format(most=ROLE_LENGTH))


def _prompt_flaws(exercise: Mapping[str, Any]) -> Iterator[Flaw]:
    seen: set[str] = set()
    prompts = parts(exercise, "prompts")
    for place, prompt in prompts:
        part, here = prompt.get("part"), ("prompts", place, "part")
        if not isinstance(part, str):
            continue
        if part not in PROMPTS:
            what = _("prompt {number} asks for {part}.").format(number=place + 1, part=quote(part))
            meant = nearest(part, PROMPTS)
            fix = _("Did you mean {meant}?").format(meant=quote(meant)) if meant else _use_one_of()
            yield Flaw(here, what, fix)
        elif part in seen:
            what = _("prompt {number} asks for {part} a second time.").format(
                number=place + 1, part=quote(part)
            )
            yield Flaw(here, what, _("Have one prompt each for item, quality and time."))
        seen.add(part)


def _use_one_of() -> str:
    return _("Use one of: {known}.").format(known=", ".join(PROMPTS))
