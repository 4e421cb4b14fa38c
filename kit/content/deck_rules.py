"""The rules of a deck that no single value can break alone. Works on plain data, which may be incomplete.

A value of a wrong type is passed over here: the models report it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kit.content.fault import Flaw, Location, nearest, quote
from kit.content.parts import Part, called, parts, repeated_ids, texts
from kit.text import gettext as _


@dataclass(frozen=True)
class _Index:
    """What the rules look up: the parts of the deck, the ids of its categories, and the word for one."""

    categories: list[Part]
    cards: list[Part]
    misconceptions: list[Part]
    rings: list[str]
    ring: str
    nested: bool


def deck_flaws(deck: Mapping[str, Any]) -> Iterator[Flaw]:
    """What in the data of a deck breaks its rules."""
    nested = deck.get("nested") is True
    categories = parts(deck, "categories")
    index = _Index(
        categories=categories,
        cards=parts(deck, "cards"),
        misconceptions=parts(deck, "misconceptions"),
        rings=[part["id"] for _place, part in categories if isinstance(part.get("id"), str)],
        ring=_("ring") if nested else _("category"),
        nested=nested,
    )
    yield from repeated_ids(("categories",), index.ring, index.categories)
    yield from repeated_ids(("cards",), _("card"), index.cards)
    yield from repeated_ids(("misconceptions",), _("misconception"), index.misconceptions)
    for place, card in index.cards:
        yield from _card_flaws(index, ("cards", place), card)
    # Reversed, so that of two cards with one id the first counts: the second is reported as the intruder.
    cards = {card["id"]: card for _place, card in reversed(index.cards) if isinstance(card.get("id"), str)}
    for place, misconception in index.misconceptions:
        yield from _misconception_flaws(index, cards, ("misconceptions", place), misconception)


def _unknown_ring(index: _Index, owner: str, location: Location, named: str) -> Iterator[Flaw]:
    """A flaw if no category has the id. None when the deck has no categories: that is its own fault."""
    rings = index.rings
    if rings and named not in rings:
        what = _("{owner} names {ring} {named}.").format(owner=owner, ring=index.ring, named=quote(named))
        yield Flaw(location, what, _use_one_of(rings))


def _use_one_of(rings: list[str]) -> str:
    return _("Use one of: {rings}.").format(rings=", ".join(quote(ring)[1:-1] for ring in rings[:20]))


def _card_flaws(index: _Index, location: Location, card: Mapping[str, Any]) -> Iterator[Flaw]:
    owner = called(_("card"), location, card)
    answer = card.get("answer")
    if answer is None:
        what = _("{owner} is in no {ring}: it has no answer.").format(owner=owner, ring=index.ring)
        fix = _("Add 'answer:'.") + " " + _use_one_of(index.rings) if index.rings else _("Add 'answer:'.")
        yield Flaw((*location, "answer"), what, fix)
    elif isinstance(answer, str):
        yield from _unknown_ring(index, owner, (*location, "answer"), answer)
    seen: set[str] = set()
    for place, named in texts(card, "also_accepted"):
        here = (*location, "also_accepted", place)
        yield from _unknown_ring(index, owner, here, named)
        yield from _needless_ring(index, owner, here, named, answer, seen)
        seen.add(named)


def _needless_ring(
    index: _Index, owner: str, location: Location, named: str, answer: Any, seen: set[str]
) -> Iterator[Flaw]:
    """A flaw if the accepted category says what the deck says anyway."""
    what = None
    if named == answer:
        what = _("{owner} also accepts {named}, which is its answer already.")
    elif named in seen:
        what = _("{owner} also accepts {named} twice.")
    elif index.nested and answer in index.rings and named in index.rings[: index.rings.index(answer)]:
        what = _("{owner} also accepts {named}, a wider ring, which always counts as true but wider.")
    if what:
        fix = _("Remove {named} from 'also_accepted'.").format(named=quote(named))
        yield Flaw(location, what.format(owner=owner, named=quote(named)), fix)


def _misconception_flaws(
    index: _Index,
    cards: Mapping[str, Mapping[str, Any]],
    location: Location,
    misconception: Mapping[str, Any],
) -> Iterator[Flaw]:
    owner = called(_("misconception"), location, misconception)
    placed = misconception.get("placed")
    if isinstance(placed, str):
        yield from _unknown_ring(index, owner, (*location, "placed"), placed)
    seen: set[str] = set()
    for place, named in texts(misconception, "cards"):
        what = fix = None
        if named in seen:
            what = _("{owner} names card {card} twice.")
            fix = _("Remove one of the two.")
        elif named not in cards:
            what = _("{owner} names card {card}, which this deck doesn't have.")
            meant = nearest(named, cards)
            fix = _("Did you mean {card}?").format(card=quote(meant)) if meant else _("Use the id of a card.")
        elif isinstance(placed, str) and placed in _right_for(cards[named]):
            what = _("{owner} puts card {card} in {placed}, which is right for that card.")
            fix = _("Remove the card from the misconception, or change 'placed'.")
        if what and fix and (cards or named in seen):
            what = what.format(owner=owner, card=quote(named), placed=quote(str(placed)))
            yield Flaw((*location, "cards", place), what, fix)
        seen.add(named)


def _right_for(card: Mapping[str, Any]) -> list[Any]:
    """The card's answer and what it accepts besides."""
    return [card.get("answer"), *(named for _place, named in texts(card, "also_accepted"))]
