"""The map of who depends on whom: roles, links, and what stands out among them. No needs, no persons."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Share, Summary, Table
from kit.activities.charts import Chart, Join, Net
from kit.activities.link import Link
from kit.activities.link.group import BOTH_WAYS, NOBODY_HERE, ONE_WAY, WAYS, Line
from kit.activities.link.person import MEETS, STATED
from kit.text import gettext as _

MOST_LINES = 12
"""So many links can be told apart on a projector."""

MOST_DRAWN = 16
"""So many roles can be read around one picture of the results."""

TOP = 4
"""So many roles are named as those on which most people depend."""

ROLES = Table(
    "roles",
    _("who takes part in serving, and on whom most depend"),
    "role listed holders depended_on depends_on unserved merged",
    _("Nobody has said which role they have."),
    note=_(
        "`holders` counts the people who have the role, `depended_on` those of other roles who wrote what they need "
        "from it; each once. Look for a role on which many depend and that nobody says they serve (`unserved`)."
    ),
)
"""One row a role, in the order of the first mention; ``merged`` are the names that went into it."""

LINKS = Table(
    "links",
    _("which role needs something from which"),
    "needs_role gives_role people from_needs from_gives needs meets runs",
    _("Nobody has named an internal customer yet."),
    note=_(
        "`needs_role` needs something from `gives_role`: of the people, `from_gives` say that they serve, "
        "`from_needs` that they need it. It `runs` `both_ways` if people of both roles named the other; `one_way` "
        "if one of them is here and never named the other; `nobody_here` if nobody of it is here to say. Look for "
        "a `one_way` between two roles that meet daily."
    ),
)
"""One row a link.

``people`` named it, from either side: of them, ``from_needs`` wrote what they need, ``from_gives`` named the other as
their internal customer. ``needs`` are different texts; ``meets`` is how often the two meet, as most said; ``runs`` see
``Group.runs``.
"""


class Says(NamedTuple):
    """How many people of either role say that one needs something from the other, as in ``LINKS``."""

    from_needs: int = 0
    from_gives: int = 0


class Role(NamedTuple):
    """A role: a row of ``ROLES``, and where alone it stands on the map.

    Attributes:
        unserved: Nobody named it as a customer, and it stated no need.
    """

    role: str
    listed: bool
    holders: int
    depended_on: int
    depends_on: int
    unserved: bool
    merged: str
    place: int


@dataclass(frozen=True, eq=False)
class RoleMap:
    """Roles and the links between them; ``links`` see ``LINKS``.

    Attributes:
        too_few: Whether a share would tell who said what.
        role: Of the part around one role that one.
    """

    roles: tuple[Role, ...]
    lines: tuple[Line, ...]
    links: pd.DataFrame
    too_few: bool = False
    role: str = ""
    ways: ClassVar[Mapping[str, str]] = WAYS

    @cached_property
    def depended_on(self) -> list[Role]:
        """The roles from which others need something, those of which the most of these say so first."""
        named = [one for one in self.roles if one.depended_on]
        return sorted(named, key=lambda one: (-one.depended_on, one.role.casefold()))

    def running(self, runs: str) -> list[Line]:
        """The lines that run in one of the ways of ``Group.runs``, those named by the most people first."""
        return sorted((line for line in self.lines if line.runs == runs), key=lambda line: -line.people)

    @cached_property
    def counted(self) -> Mapping[str, int]:
        """How many lines run in each of the ways."""
        return Counter(line.runs for line in self.lines)

    @property
    def answered(self) -> int:
        """Of how many lines people of both roles are here, so that both can say."""
        return self.counted[BOTH_WAYS] + self.counted[ONE_WAY]

    @property
    def reciprocity(self) -> Share | None:
        """Of those the share that runs both ways; None of none, and of too few people."""
        return None if self.too_few or not self.answered else Share(self.counted[BOTH_WAYS] / self.answered)

    def beside(self) -> Iterator[tuple[str, Any, Any, Line]]:
        """Of each role beside its own: the name, the links by which it needs and gives, and its line."""
        links = {(link.needs_role, link.gives_role): link for link in self.links.itertuples()}
        for line in self.lines:
            other = line.other if line.one == self.role else line.one
            yield other, links.get((other, self.role), Says()), links.get((self.role, other), Says()), line

    def around(self, role: str) -> "RoleMap":
        """The part around one role."""
        lines = tuple(line for line in self.lines if role in (line.one, line.other))
        linked = {end for line in lines for end in (line.one, line.other)}
        roles = tuple(one for one in self.roles if one.role in linked)
        return RoleMap(roles, lines, self.links, self.too_few, role)

    @property
    def equal(self) -> list[Role]:
        """The roles on which the most people depend, which are equally many."""
        return [one for one in self.depended_on if one.depended_on == self.depended_on[0].depended_on]

    @property
    def most(self) -> list[Role]:
        """The first of the roles on which people depend, without those to which the next one is equal."""
        first, after = self.depended_on[:TOP], self.depended_on[TOP : TOP + 1]
        return [one for one in first if not after or one.depended_on > after[0].depended_on]

    @property
    def in_view(self) -> list[Line]:
        """The links that run one way, as many as can be told apart."""
        return self.running(ONE_WAY)[:MOST_LINES]


class Map(Activity[RoleMap]):
    """Shows the map; a phone the part around the person's own role."""

    link: Link
    name = "map"
    template = "link/map.html"
    tables = (ROLES, LINKS)
    meets: ClassVar[Mapping[str, str]] = MEETS

    def opening(self, room: Room) -> Sequence[str]:
        """The names of roles in the order of their places; those that have one keep it."""
        return list(dict.fromkeys((*room.opened.get(self.name, ()), *room.of(self.link).typed)))

    def result(self, room: Room) -> RoleMap:
        """The whole map."""
        group = room.of(self.link)
        merged = group.book.merged()
        # Whoever speaks of several links to a role is one person; on whom others depend only those others tell.
        needing = group.about("partner", STATED).groupby("needs_role")["participant"].nunique().to_dict()
        giving = group.about(STATED).groupby("gives_role")["participant"].nunique().to_dict()
        roles = [
            Role(
                role,
                listed=role in self.link.roles,
                holders=len(group.holders.get(role, ())),
                depended_on=giving.get(role, 0),
                depends_on=needing.get(role, 0),
                unserved=role not in needing,
                merged=", ".join(name for name, stays in merged if stays == role),
                place=place,
            )
            for role, place in group.places(room.opened.get(self.name, ())).items()
        ]
        return RoleMap(tuple(roles), group.lines, group.links, group.too_few)

    def beats(self, room: Room) -> Sequence[Beat]:
        """Who is most depended on, which links run one way, then role by role, those with the most of these first."""
        drawn = room.of(self)
        if not drawn.roles:
            return ()
        linked = {role for line in drawn.lines for role in line.directed}
        silent = Counter(role for line in drawn.running(ONE_WAY) for role in line.directed)
        roles = [one for one in drawn.roles if one.role in linked]
        roles.sort(key=lambda one: (-silent[one.role], -one.depended_on, one.place))
        beats = [Beat("map", _("Most depended on"), "most", drawn)]
        if roles:
            beats.append(Beat("map-one-way", _("Links that run one way"), "one_way", drawn))
        return beats + [
            Beat(f"map~{one.role}", one.role, "role", (drawn, drawn.around(one.role))) for one in roles
        ]

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See the tables."""
        roles = pd.DataFrame(room.of(self).roles, columns=Role._fields)
        return {"roles": ROLES.frame(roles), "links": LINKS.frame(room.of(self).links)}

    def summary(self, room: Room) -> Summary:
        """How many people, roles and links there are, and what stands out."""
        drawn = room.of(self)
        return [
            (_("Participants"), room.of(self.link).people),
            (_("Roles"), len(drawn.roles)),
            (_("Links between two roles"), len(drawn.lines)),
            (_("Links that run both ways, share of those where both roles are here"), drawn.reciprocity),
            (_("Links that run one way"), drawn.counted[ONE_WAY]),
            (_("Links where nobody of one role is here to say"), drawn.counted[NOBODY_HERE]),
            (_("Most depended on"), ", ".join(one.role for one in drawn.equal) or None),
            (_("Roles of which nobody says that they serve them"), sum(one.unserved for one in drawn.roles)),
        ]

    def charts(self, room: Room) -> Sequence[Chart]:
        """The map; of very many roles those on which most depend."""
        drawn, title = room.of(self), _("Our map of internal customers")
        if not drawn.lines:
            return (Net(title, empty=LINKS.empty),)
        most = sorted(drawn.roles, key=lambda one: (-one.depended_on, one.place))[:MOST_DRAWN]
        rows = [one.role for one in sorted(most, key=lambda one: one.place)]
        joins = [
            Join(*map(rows.index, line.directed), line.runs)
            for line in drawn.lines
            if {*line.directed} <= {*rows}
        ]
        ways = {way: _(words) for way, words in WAYS.items()}
        text = _("Drawn are the {n} roles on which most people depend, of {all}.")
        note = text.format(n=MOST_DRAWN, all=len(drawn.roles)) if len(drawn.roles) > MOST_DRAWN else ""
        return (Net(title, rows, note, joins=joins, ways=ways, directed=ONE_WAY),)
