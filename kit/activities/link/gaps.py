"""The gaps: what each side of a link needs, beside what the other side thought; and how well roles serve."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Summary, Table, numbered, paged
from kit.activities.link import Link
from kit.activities.link.compare import KNOWN, PAIR, SIDES, WORDS, Comparison, Need, Outcome, Verdict, compare
from kit.activities.link.group import Pair, key_of
from kit.activities.link.likeness import bare
from kit.activities.link.person import PREDICTED, STATED
from kit.activities.link.queue import Queue, queue_of
from kit.activities.link.ratings import RATINGS, ratings, shown
from kit.errors import ResponseError
from kit.text import gettext as _
from kit.text import ngettext

SHOWN = (Outcome.MISSED, Outcome.MATCHED, Outcome.TAKEN, Outcome.EXTRA, Outcome.UNHEARD)
"""The outcomes of which the room reads, in this order."""

ROLES = 8
"""So many roles fit on a page."""

NEEDS = Table(
    "needs",
    _("what was predicted, what was said, and whether it is the same"),
    "needs_role gives_role side text key people outcome",
    _("Nobody has written a need yet."),
    answers="needs_role gives_role side text people outcome",
    note=_(
        "`predicted` is what a role thought that the other needs, `stated` what the other said; `people` wrote it. "
        "`matched` needs are the same on both sides, by their words or by yours; `taken` ones are so near that the "
        "kit took them for the same. `missed` needs were said and not thought of, `extra` ones thought of and not "
        "said: only where you compared them. `not_compared` says nothing yet; `unheard` means that the other side "
        "wrote nothing."
    ),
)
"""One row a need of one side of a link, what most wrote first.

``side`` is ``predicted`` by who gives, or ``stated`` by who needs; ``key`` is ``key_of`` its bare text; ``people``
wrote it; ``outcome`` is one of ``Outcome``.
"""

GAPS = Table(
    "gaps",
    _("how many needs of each link were known, missed or thought of in vain"),
    "needs_role gives_role runs matched taken missed extra unheard not_compared",
    _("Nobody has named an internal customer yet, so there are no gaps to see."),
    note=_(
        "Numbers of needs by their outcome, and how the link `runs`, as in the table of links. The link with the most "
        "`missed` needs is the best one to talk about next."
    ),
)
"""One row a link; numbers of needs by outcome, one of both sides once; ``runs`` see ``Group.runs``."""


class Gap(NamedTuple):
    """A link, how it runs, and its needs by their outcome; what both sides wrote as who needs it says it.

    Attributes:
        taken: Of stated needs that the kit took for the same: their text -> that of the predicted one.
    """

    link: Pair
    runs: str
    needs: Mapping[Outcome, list[Need]]
    taken: dict[str, str]

    @property
    def tells(self) -> bool:
        """Whether there is anything to say of it to the room."""
        return any(self.needs[outcome] for outcome in SHOWN)

    @property
    def only_side(self) -> str:
        """Which side has written, if it was only one."""
        return next((need.side for need in self.needs[Outcome.UNHEARD]), "")

    @property
    def finding(self) -> str:
        """What became of its needs, in a sentence; nothing is said of those that aren't compared yet."""
        missed, extra = len(self.needs[Outcome.MISSED]), len(self.needs[Outcome.EXTRA])
        known = sum(len(self.needs[outcome]) for outcome in KNOWN)
        if missed:
            text = ngettext(
                "{n} need of {needs} that nobody of {gives} thought of.",
                "{n} needs of {needs} that nobody of {gives} thought of.",
                missed,
            )
        elif known:
            text = ngettext(
                "{n} need of {needs}, known to {gives}.", "{n} needs of {needs}, known to {gives}.", known
            )
        else:
            text = ngettext(
                "{n} thing that {gives} thought of, and nobody of {needs} asked for.",
                "{n} things that {gives} thought of, and nobody of {needs} asked for.",
                extra,
            )
        needs, gives = self.link
        return text.format(n=missed or known or extra, needs=needs, gives=gives)

    @property
    def pages(self) -> "list[GapPage]":
        """What there is to say of it to the room, on as many pages as it takes."""
        entries = [(outcome, need) for outcome in SHOWN for need in self.needs[outcome]]
        room = 66 - 6.5 * (1 + len(self.finding) // 50)  # in hundredths of the projector's height
        pages = paged(entries, lambda page: sum(map(self._height, page)) + 8.5 * len(dict(page)) < room)
        return [GapPage(self, page, number, len(pages)) for number, page in enumerate(pages, 1)]

    def _height(self, entry: tuple[Outcome, Need]) -> float:
        """What a need takes on a page."""
        outcome, need = entry
        text = need.text + (self.taken[need.text] if outcome == Outcome.TAKEN else "")
        return 0.8 + 4.8 * (1 + len(text) // 60)


class GapPage(NamedTuple):
    """Some needs of a gap, each with its outcome; the number of that page, and of how many."""

    gap: Gap
    entries: Sequence[tuple[Outcome, Need]]
    number: int
    of: int


@dataclass(frozen=True, eq=False)
class Compared:
    """All needs of a room.

    Attributes:
        outcomes: What became of each need.
        runs: All links, and how they run.
        links: Those on which both sides wrote, need by need.
        served: Rows of ``RATINGS``, of each role over all partners and of the room; empty if so few people rated
            that it would tell who.
    """

    outcomes: Mapping[Need, Outcome]
    runs: Mapping[Pair, str]
    links: Sequence[Comparison]
    served: Sequence[Any]

    @cached_property
    def each(self) -> Mapping[Pair, Gap]:
        """All links, without the needs that the other side says in its own words."""
        found = {link: Gap(link, runs, {one: [] for one in Outcome}, {}) for link, runs in self.runs.items()}
        for need, outcome in self.outcomes.items():
            if outcome not in KNOWN or need.side == SIDES[STATED]:
                found[need.link].needs[outcome].append(need)
        for link in self.links:
            for predicted, stated in link.pairs(link.verdicts == Verdict.TAKEN):
                # Once, though several predicted ones may be near.
                found[stated.link].taken.setdefault(stated.text, predicted.text)
        return found

    @cached_property
    def counted(self) -> Mapping[Outcome, int]:
        """How many needs there are of each outcome."""
        return {one: sum(len(gap.needs[one]) for gap in self.each.values()) for one in Outcome}

    @property
    def known(self) -> int:
        """How many needs both sides named."""
        return sum(self.counted[outcome] for outcome in KNOWN)

    @cached_property
    def widest(self) -> Mapping[Pair, Gap]:
        """The links about which somebody wrote a need, with the most missed needs first."""
        gaps = [gap for gap in self.each.values() if any(gap.needs.values())]
        gaps.sort(
            key=lambda gap: (-len(gap.needs[Outcome.MISSED]), -len(gap.needs[Outcome.UNHEARD]), gap.link)
        )
        return {gap.link: gap for gap in gaps}

    @cached_property
    def told(self) -> list[Gap]:
        """Those of them about which there is anything to say to the room."""
        return [gap for gap in self.widest.values() if gap.tells]

    @property
    def one_sided(self) -> list[tuple[Sequence[Gap], int]]:
        """Those of which only one side has written, by most people first: a page, if there are any; and how many."""
        gaps = [gap for gap in self.told if gap.only_side]
        gaps.sort(key=lambda gap: (-gap.needs[Outcome.UNHEARD][0].people, gap.only_side != SIDES[STATED]))
        page, *_more = paged(
            gaps, lambda page: sum(map(_height, page)) + 9 * len({gap.only_side for gap in page}) < 60
        )
        return [(page, len(gaps))] if gaps else []


def _height(gap: Gap) -> float:
    """What a link of one side takes on a page, in hundredths of the projector's height."""
    length = len("".join(gap.link)) + len(gap.needs[Outcome.UNHEARD][0].text) + 30
    return 0.8 + 4.8 * (1 + length // 50)


class Gaps(Activity[Compared]):
    """Shows the needs of both sides; a phone those of the person's own role."""

    link: Link
    name = "gaps"
    template = "link/gaps.html"
    tables = (NEEDS, GAPS, RATINGS)

    def ratings(self, room: Room) -> pd.DataFrame:
        """See ``RATINGS``."""
        return ratings(room.of(self.link))

    def result(self, room: Room) -> Compared:
        """All needs, and how well roles serve."""
        group = room.of(self.link)
        outcomes, links = compare(group, room.decisions)
        runs = {link: group.runs(*link) for link in group.pairs}
        return Compared(outcomes, runs, links, [] if group.too_few else shown(room.once(self.ratings)))

    def beats(self, room: Room) -> Sequence[Beat]:
        """How many needs were known; how well roles serve; each link on which both sides wrote, the widest gap first;
        then of all others as many as fit on a page.
        """
        found = room.of(self)
        *roles, whole = found.served or [None]
        roles.sort(key=lambda row: -abs(row.difference))
        rows = [(row.role, row.self, row.received) for row in roles]
        served = [(page, whole) for page in paged(rows, lambda page: len(page) <= ROLES) if page]
        beats = [Beat("gaps", _("The gaps"), "counted", found)]
        beats += numbered("served", _("How well we serve"), "served", served)
        for gap in found.told:
            if not gap.only_side:
                needs, gives = gap.link
                title = _("{needs} needs from {gives}").format(needs=needs, gives=gives)
                beats += numbered(f"gap-{needs}~{gives}", title, "gap", gap.pages)
        return beats + numbered("one-side", _("Only one side has written"), "one_side", found.one_sided)

    def choices(self, room: Room) -> Queue | None:
        """What is left to compare, and what was said; nothing where no link has needs of both sides."""
        found = room.of(self)
        known = {need for need, outcome in found.outcomes.items() if outcome in KNOWN}
        return queue_of(found.links, known) if found.links else None

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """``pair/<predicted>/<stated>`` -> one of ``WORDS`` or nothing; the two are the keys of their needs."""
        if not item.startswith(PAIR):
            return None
        predicted, _slash, stated = item.removeprefix(PAIR).partition("/")
        if not {(PREDICTED, predicted), (STATED, stated)} <= room.once(self.written):
            raise ResponseError(_("“{item}” names no two needs that were written.").format(item=item[:60]))
        if value not in (*WORDS, ""):
            text = _("“{value}” can't be decided about two needs. Use one of: {words}; or nothing.")
            raise ResponseError(text.format(value=value[:60], words=", ".join(WORDS)))
        return value

    def written(self, room: Room) -> set[tuple[str, str]]:
        """What was asked, and the key of a need that was written: of all, whatever became of their roles since."""
        said = room.said(self.link)
        both = zip(said["item"].str.partition("/")[0], said["value"], strict=True)
        return {(what, key_of(bare(text))) for what, text in both if what in SIDES and text}

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See the tables."""
        found = room.of(self)
        needs = [
            (*need.link, need.side, need.text, need.key, need.people, str(outcome))
            for need, outcome in found.outcomes.items()
        ]
        gaps = [(*gap.link, gap.runs, *map(len, gap.needs.values())) for gap in found.each.values()]
        return {"needs": NEEDS.frame(needs), "gaps": GAPS.frame(gaps), "ratings": room.once(self.ratings)}

    def summary(self, room: Room) -> Summary:
        """How many needs were stated, and how many of them predicted."""
        stated = sum(need.side == SIDES[STATED] for need in room.of(self).outcomes)
        counted = room.of(self).counted
        return [
            (_("Needs stated"), stated),
            (_("Stated needs that were predicted"), room.of(self).known),
            (_("Of these, taken as the same by their words"), counted[Outcome.TAKEN]),
            (_("Stated needs that nobody predicted"), counted[Outcome.MISSED]),
            (_("Predicted needs that nobody stated"), counted[Outcome.EXTRA]),
            (_("Needs that aren't compared yet"), counted[Outcome.NOT_COMPARED]),
        ]
