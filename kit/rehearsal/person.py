"""Somebody who takes part: answers what the phone asks, plausibly and at a human pace."""

import asyncio
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from kit.rehearsal.controls import FOLDED, Control, Controls
from kit.rehearsal.phone import Phone, Place

ANSWERS, OPENS, REVISES = 0.9, 0.15, 0.4
"""How likely a field is filled in: an open one, one in a closed part of the page, one that has a text already."""

KEEPS_OPINION = 0.6
"""How likely somebody says the second time what they said before."""


class Person(Phone):
    """A phone with somebody who answers.

    Attributes:
        dice: What makes this person another one than the next.
        said: What they have answered.
    """

    def __init__(self, address: str, cookie: str) -> None:
        super().__init__(address, cookie)
        self.dice = random.Random(cookie)
        self.said: dict[Place, str] = {}
        self.page = Controls()
        self._considered: set[tuple[Any, ...]] = set()
        self._news = asyncio.Event()

    def viewed(self, html: str) -> None:
        """Look at the new view."""
        self.page.show(html)
        self._news.set()

    def filled(self, islands: dict[str, str]) -> None:
        """Look at what has changed."""
        for name, html in islands.items():
            self.page.fill(name, html)
        if any("data-item" in html for html in islands.values()):
            self._news.set()

    async def take_part(self, pace: float) -> None:
        """Answer everything that is asked, until cancelled, with so many seconds before each answer on average."""
        while True:
            await self.read()
            await asyncio.sleep(self.dice.uniform(0.5, 1.5) * pace)
            self.say()

    async def read(self) -> None:
        """Wait until something is asked of which this person has not thought yet."""
        while self.asked is None:
            self._news.clear()
            await self._news.wait()

    def say(self) -> bool:
        """Think of the next thing that is asked, and answer it, or leave it. Returns whether anything was answered."""
        controls = self.asked
        if controls is None:
            return False
        self._considered.add(_key(controls))
        value = self._opinion(controls)
        if value is None:
            return False
        self.said[controls[0].place] = value
        self.answer(*controls[0].place, value)
        return True

    @property
    def asked(self) -> Sequence[Control] | None:
        """The controls of the next thing of which this person has not thought yet; None if there is none."""
        return next((group for group in self._groups() if _key(group) not in self._considered), None)

    def _groups(self) -> Iterator[list[Control]]:
        """The controls of each item, in the order of the page; what a button offers isn't typed as well."""
        groups: dict[Place, list[Control]] = {}
        for control in self.page:
            groups.setdefault(control.place, []).append(control)
        for controls in groups.values():
            yield [control for control in controls if control.is_button] or controls

    def _opinion(self, controls: Sequence[Control]) -> str | None:
        """What this person answers; None for nothing."""
        first = controls[0]
        if first.type == "checkbox":
            return first.value if self._ticks(first) else None
        if first.type == "radio":
            return self._choice(first, [control.value for control in controls])
        chance = REVISES if first.value else OPENS if FOLDED in first.around else ANSWERS
        if self.dice.random() > chance:
            return None
        if first.type == "date":
            return str(date.today() + timedelta(days=self.dice.randint(14, 60)))
        return self._text(first)

    def _choice(self, control: Control, offered: Sequence[str]) -> str | None:
        """One of what is offered: what was said before, or near to what most think of it."""
        before = [self.said[place] for place in self.said if place[::2] == control.place[::2]]
        if before and before[-1] in offered and self.dice.random() < KEEPS_OPINION:
            return before[-1]
        return self.dice.choices(offered, _liked(control.round, control.item, len(offered)))[0]

    def _ticks(self, control: Control) -> bool:
        """Whether to tick a box: no more than may be; of what others choose for themselves, what most of them do."""
        boxes = [box for box in self.page if box.type == "checkbox" and box.round == control.round]
        most = int(control.around.get("data-most", len(boxes)))
        ticked = sum(box.place in self.said for box in boxes)
        taken = control.around.get("data-except", "")
        other = self.said.get((control.exercise, control.round, taken))
        chosen = [
            one.value for one in self.page if one.type == "radio" and one.place[1:] == (control.round, taken)
        ]
        if control.value in chosen:
            liked = _liked(control.round, taken, len(chosen))
            liking = liked[chosen.index(control.value)] / sum(liked) * most
        else:
            liking = random.Random(control.item).uniform(0.5, 2) * most / len(boxes)
        return ticked < most and control.value != other and self.dice.random() < liking

    def _text(self, control: Control) -> str:
        bank = words()["sentences" if control.type == "textarea" else "lines"]
        named = f"{control.round} {control.item}"
        fitting = [start for start in bank if named.startswith(start) or control.item.startswith(start)]
        pieces = bank[max(fitting, key=len, default="otherwise")]
        return "".join(map(self.dice.choice, pieces))[: control.longest]


def _liked(round: int, item: str, offered: int) -> list[float]:
    """How much all of them like each of what is offered: one the most, others less the farther from it."""
    common = random.Random(f"{round}/{item}")
    favourite, clear = common.randrange(offered), common.uniform(1.2, 1 + 12 / offered)
    return [clear ** -abs(place - favourite) for place in range(offered)]


@cache
def words() -> Mapping[str, Any]:
    """What rehearsed people are called and write."""
    text = Path(__file__).with_name("words.yaml").read_text("utf-8")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


def _key(controls: Sequence[Control]) -> tuple[Any, ...]:
    """The same while the same is offered; a confirmation of changed words is another question."""
    return *controls[0].place, *(control.value for control in controls if control.is_button)
