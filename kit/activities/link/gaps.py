"""The gaps: what each side of a link needs, beside what the other side thought; and how well roles serve."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Summary, Table, paged
from kit.activities.link import Link
from kit.activities.link.compare import (
    EXTRA,
    KNOWN,
    MATCHED,
    MISSED,
    NOT_COMPARED,
    OUTCOMES,
    PAIR,
    SIDES,
    TAKEN,
    UNHEARD,
    WORDS,
    Comparison,
    Verdict,
    compared,
    needs_of,
    said_of,
)
from kit.activities.link.group import LINK, Pair, key_of
from kit.activities.link.likeness import bare
from kit.activities.link.person import PREDICTED, STATED, Person
from kit.activities.link.queue import Queue, queue_of
from kit.activities.link.ratings import RATINGS, ratings, shown
from kit.errors import ResponseError
from kit.text import gettext as _
from kit.text import ngettext

SHOWN = (MISSED, MATCHED, TAKEN, EXTRA, UNHEARD)
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
wrote it; ``outcome`` is one of ``OUTCOMES``.
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


@dataclass(frozen=True)
class Gap:
    """A link, a row of ``GAPS``, and its needs, rows of ``NEEDS``; what both sides wrote as who needs it says it.

    Attributes:
        taken: Pairs of texts, stated and predicted, that the kit took for the same.
    """

    link: Any
    needs: Sequence[Any]
    taken: Sequence[Pair]

    def of(self, outcome: str) -> list[Any]:
        """Its needs of one outcome."""
        return [need for need in self.needs if need.outcome == outcome]

    @property
    def tells(self) -> bool:
        """Whether there is anything to say of it to the room."""
        return any(need.outcome != NOT_COMPARED for need in self.needs)

    @property
    def finding(self) -> str:
        """What became of its needs, in a sentence; nothing is said of those that aren't compared yet."""
        missed, extra = len(self.of(MISSED)), len(self.of(EXTRA))
        known = sum(len(self.of(outcome)) for outcome in KNOWN)
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
        elif extra:
            text = ngettext(
                "{n} thing that {gives} thought of, and nobody of {needs} asked for.",
                "{n} things that {gives} thought of, and nobody of {needs} asked for.",
                extra,
            )
        else:
            text = _("What {needs} needs from {gives}: so far one side has written.")
        roles = {"needs": self.link.needs_role, "gives": self.link.gives_role}
        return text.format(n=missed or known or extra, **roles)

    @property
    def pages(self) -> "list[GapPage]":
        """What there is to say of it to the room, on as many pages as it takes."""
        entries = [
            (outcome, entry)
            for outcome in SHOWN
            for entry in (self.taken if outcome == TAKEN else self.of(outcome))
        ]
        room = 66 - 6.5 * (1 + len(self.finding) // 50)  # in hundredths of the projector's height
        pages = paged(
            entries, lambda page: sum(map(_height, page)) + 8.5 * len({one for one, _e in page}) < room
        )
        return [
            GapPage(
                self, [(one, [e for _o, e in group]) for one, group in groupby(page, _outcome)], n, len(pages)
            )
            for n, page in enumerate(pages, 1)
        ]


@dataclass(frozen=True)
class GapPage:
    """A page of a gap.

    Attributes:
        groups: Each outcome with its needs, or its pairs of texts.
    """

    gap: Gap
    groups: Sequence[tuple[str, Sequence[Any]]]
    number: int
    of: int


@dataclass(frozen=True)
class Served:
    """How well roles serve, a page of it: rows of ``RATINGS``, and that of the whole room."""

    rows: Sequence[Any]
    room: Any


def _outcome(entry: tuple[str, Any]) -> str:
    return entry[0]


def _height(entry: tuple[str, Any]) -> float:
    text = "".join(entry[1]) if entry[0] == TAKEN else entry[1].text
    return 0.8 + 4.8 * (1 + len(text) // 60)


@dataclass(frozen=True, eq=False)
class Compared:
    """All needs of a room.

    Attributes:
        needs: See ``NEEDS``.
        gaps: See ``GAPS``.
        links: The links on which both sides wrote, need by need.
        served: Rows of ``RATINGS``, of each role over all partners and of the room; empty if so few people rated
            that it would tell who.
    """

    needs: pd.DataFrame
    gaps: pd.DataFrame
    links: Sequence[Comparison]
    served: Sequence[Any]

    @cached_property
    def counted(self) -> dict[str, int]:
        """How many needs there are of each outcome."""
        return {outcome: int(self.gaps[outcome].sum()) for outcome in OUTCOMES}

    @property
    def known(self) -> int:
        """How many needs both sides named."""
        return sum(self.counted[outcome] for outcome in KNOWN)

    @cached_property
    def widest(self) -> Mapping[Pair, Gap]:
        """The links about which somebody wrote a need, with the most missed needs first."""
        needs, taken = defaultdict(list), self._taken()
        for need in once_each(self.needs).itertuples():
            needs[need.needs_role, need.gives_role].append(need)
        order = [MISSED, UNHEARD, *LINK]
        links = self.gaps.sort_values(order, ascending=[False, False, True, True]).itertuples()
        pairs = ((link, (link.needs_role, link.gives_role)) for link in links)
        return {pair: Gap(link, needs[pair], taken[pair]) for link, pair in pairs if pair in needs}

    @cached_property
    def told(self) -> list[Gap]:
        """Those of them about which there is anything to say to the room."""
        return [gap for gap in self.widest.values() if gap.tells]

    def _taken(self) -> Mapping[Pair, list[Pair]]:
        """By link; of each stated need once, though several predicted ones may be near."""
        found: defaultdict[Pair, dict[str, str]] = defaultdict(dict)
        outcomes = self.needs["outcome"].to_numpy()
        for link in self.links:
            for predicted, stated in link.pairs(link.verdicts == Verdict.TAKEN):
                if outcomes[stated.row] == TAKEN:
                    found[stated.needs_role, stated.gives_role].setdefault(stated.text, predicted.text)
        return defaultdict(list, {pair: list(texts.items()) for pair, texts in found.items()})


@dataclass(frozen=True, eq=False)
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
        needs = needs_of(group)
        links = compared(needs, said_of(room.decisions))
        outcomes = dict(outcome for link in links for outcome in link.outcomes())
        needs = needs.assign(outcome=[outcomes.get(row, UNHEARD) for row in needs.index])
        served = [] if group.too_few else shown(room.once(self.ratings))
        return Compared(needs, gaps_of(group.links, needs), links, served)

    def others(self, room: Room, person: Person) -> list[str]:
        """The roles around the person's own: their partners, then those of everybody who named a link."""
        return person.beside(room.of(self).widest)

    def beats(self, room: Room) -> Sequence[Beat]:
        """How many needs were known; then each link, the widest gap first; then how well roles serve."""
        found, title = room.of(self), _("{needs} needs from {gives}")
        links = [
            Beat(
                f"gap-{needs}~{gives}" + (f"~{page.number}" if page.number > 1 else ""),
                title.format(needs=needs, gives=gives),
                "gap",
                page,
            )
            for (needs, gives), gap in found.widest.items()
            if gap.tells
            for page in gap.pages
        ]
        *roles, whole = found.served or [None]
        roles.sort(key=lambda row: -abs(row.difference))
        served = [
            Beat(f"served~{n}" if n else "served", _("How well we serve"), "served", Served(page, whole))
            for n, page in enumerate(paged(roles, lambda page: len(page) <= ROLES) if whole else ())
        ]
        return [Beat("gaps", _("The gaps"), "counted", found), *links, *served]

    def choices(self, room: Room) -> Queue | None:
        """What is left to compare, and what was said; nothing where no link has needs of both sides."""
        needs, links = room.of(self).needs, room.of(self).links
        known = frozenset(needs.index[needs["outcome"].isin(KNOWN)])
        return queue_of(links, said_of(room.decisions), known) if links else None

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
        needs, gaps = NEEDS.frame(room.of(self).needs), GAPS.frame(room.of(self).gaps)
        return {"needs": needs, "gaps": gaps, "ratings": room.once(self.ratings)}

    def summary(self, room: Room) -> Summary:
        """How many needs were stated, and how many of them predicted."""
        needs, counted = room.of(self).needs, room.of(self).counted
        return [
            (_("Needs stated"), int((needs["side"] == SIDES[STATED]).sum())),
            (_("Stated needs that were predicted"), room.of(self).known),
            (_("Of these, taken as the same by their words"), counted[TAKEN]),
            (_("Stated needs that nobody predicted"), counted[MISSED]),
            (_("Predicted needs that nobody stated"), counted[EXTRA]),
            (_("Needs that aren't compared yet"), counted[NOT_COMPARED]),
        ]


def once_each(needs: pd.DataFrame) -> pd.DataFrame:
    """The needs without those that the other side says in its own words."""
    return needs[~needs["outcome"].isin(KNOWN) | (needs["side"] == SIDES[STATED])]


def gaps_of(links: pd.DataFrame, needs: pd.DataFrame) -> pd.DataFrame:
    """See ``GAPS``."""
    counts = once_each(needs).groupby([*LINK, "outcome"]).size().unstack()
    counts = counts.reindex(index=pd.MultiIndex.from_frame(links[LINK]), columns=list(OUTCOMES))
    return counts.fillna(0).astype(int).reset_index().assign(runs=links["runs"].to_numpy())
