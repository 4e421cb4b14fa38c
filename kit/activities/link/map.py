"""The map of who depends on whom: roles, links, and what stands out among them. No needs, no persons."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Summary, Table
from kit.activities.link import Link
from kit.activities.link.group import BOTH_WAYS, LINK, NOBODY_HERE, ONE_WAY
from kit.activities.link.person import MEETS, STATED
from kit.text import gettext as _
from kit.text import ngettext

MOST_LINES = 20
"""So many links can be told apart on a projector."""

TOP = 4
"""So many roles are named as those on which most people depend."""

ROLES = Table(
    "roles",
    _("who takes part in serving, and on whom most depend"),
    "role listed holders depended_on depends_on unserved merged",
    _("Nobody has said which role they have."),
    note=_(
        "`holders` counts the people who have the role, `depended_on` those who said, from either side, that "
        "somebody needs something from it; each once. Look for a role on which many depend and that nobody says "
        "they serve (`unserved`)."
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


@dataclass(frozen=True, eq=False)
class RoleMap:
    """Roles and the links between them.

    Attributes:
        roles: See ``ROLES``; and ``place``, which decides alone where a role stands.
        links: See ``LINKS``.
        lines: See ``Group.lines``.
        too_few: Whether a share would tell who said what.
    """

    roles: pd.DataFrame
    links: pd.DataFrame
    lines: pd.DataFrame
    too_few: bool = False

    @cached_property
    def places(self) -> dict[str, int]:
        """Role -> its place."""
        return self.roles.set_index("role")["place"].to_dict()

    @cached_property
    def depended_on(self) -> pd.DataFrame:
        """The roles from which somebody needs something, those of which the most people say so first."""
        named = self.roles[self.roles["depended_on"] > 0].sort_values(
            "role", key=lambda role: role.str.casefold()
        )
        return named.sort_values("depended_on", ascending=False, kind="stable")

    def running(self, runs: str) -> pd.DataFrame:
        """The lines that run in one of the ways of ``Group.runs``, those named by the most people first."""
        return self.lines[self.lines["runs"] == runs].sort_values("people", ascending=False, kind="stable")

    @cached_property
    def counted(self) -> dict[str, int]:
        """How many lines run in each of the ways."""
        return {runs: int((self.lines["runs"] == runs).sum()) for runs in (BOTH_WAYS, ONE_WAY, NOBODY_HERE)}

    @property
    def answered(self) -> int:
        """Of how many lines people of both roles are here, so that both can say."""
        return self.counted[BOTH_WAYS] + self.counted[ONE_WAY]

    @property
    def reciprocity(self) -> float | None:
        """Of those the share that runs both ways, 0 to 1; None of none, and of too few people."""
        return None if self.too_few or not self.answered else self.counted[BOTH_WAYS] / self.answered

    @property
    def unserved(self) -> list[str]:
        """The roles whom nobody named as a customer, and who stated no need."""
        return self.roles.loc[self.roles["unserved"], "role"].tolist()

    @property
    def unheld(self) -> list[str]:
        """The roles that were named and that nobody here has."""
        return self.roles.loc[self.roles["holders"] == 0, "role"].tolist()

    def beside(self, role: str) -> Iterator[tuple[str, Any, Any, Any]]:
        """Of each role that is linked to this one: its name, the links by which it needs and gives, and its line."""
        links = {(link.needs_role, link.gives_role): link for link in self.links.itertuples()}
        for line in self.lines_of(role).itertuples():
            other = line.other if line.one == role else line.one
            yield other, links.get((other, role), Says()), links.get((role, other), Says()), line

    def around(self, role: str) -> "RoleMap":
        """The part around one role."""
        links = self.links[(self.links[LINK] == role).any(axis=1)]
        roles = self.roles[self.roles["role"].isin([*links["needs_role"], *links["gives_role"]])]
        return RoleMap(roles, links, self.lines_of(role), self.too_few)

    def lines_of(self, role: str) -> pd.DataFrame:
        """The lines to one role."""
        return self.lines[(self.lines[["one", "other"]] == role).any(axis=1)]

    @property
    def most(self) -> pd.DataFrame:
        """The first of the roles on which people depend; none where more are equal."""
        counts = self.depended_on["depended_on"]
        return self.depended_on.head(TOP if (counts == counts.max()).sum() <= TOP else 0)

    @property
    def leads(self) -> str:
        """Who is most depended on, in a sentence."""
        if self.depended_on.empty:
            return LINKS.empty
        counts = self.depended_on["depended_on"]
        first = self.depended_on.loc[counts == counts.max(), "role"].tolist()
        if len(first) > TOP:
            return _("No role stands out: {n} are equally depended on.").format(n=len(first))
        if len(first) > 1:
            return _("{n} roles are equally depended on, most of all.").format(n=len(first))
        return _("Most depended on: {role}.").format(role=first[0])

    @property
    def in_view(self) -> pd.DataFrame:
        """The links that run one way, as many as can be told apart."""
        return self.running(ONE_WAY).head(MOST_LINES)

    @property
    def direction(self) -> str:
        """How many links run one way, in a sentence."""
        one, both, n = self.counted[ONE_WAY], self.counted[BOTH_WAYS], len(self.lines)
        if self.too_few:
            return _("Shares are shown from three people on.")
        if one == n:
            text = ngettext("Our link runs one way.", "All our {n} links run one way.", n)
        elif both == n:
            text = ngettext("Our link runs both ways.", "All our {n} links run both ways.", n)
        elif one:
            text = ngettext(
                "{one} of our {n} links runs one way.", "{one} of our {n} links run one way.", one
            )
        elif both:
            text = ngettext(
                "{both} of our {n} links runs both ways.", "{both} of our {n} links run both ways.", both
            )
        else:
            text = _("Nobody is here to say how our links run.")
        return text.format(one=one, both=both, n=n)


@dataclass(frozen=True, eq=False)
class Focus:
    """One role of the map, and how its links run."""

    drawn: RoleMap
    role: str

    @cached_property
    def around(self) -> RoleMap:
        """The part of the map around it."""
        return self.drawn.around(self.role)

    @property
    def finding(self) -> str:
        """How its links run, in a sentence."""
        counted, n = self.around.counted, len(self.around.lines)
        one, both = counted[ONE_WAY], counted[BOTH_WAYS]
        if self.drawn.too_few:
            text = "{role}"
        elif one == n:
            text = ngettext("{role}’s link runs one way.", "{role}’s {n} links all run one way.", n)
        elif both == n:
            text = ngettext("{role}’s link runs both ways.", "{role}’s {n} links all run both ways.", n)
        elif one:
            text = ngettext(
                "{one} of {role}’s {n} links runs one way.", "{one} of {role}’s {n} links run one way.", one
            )
        elif both:
            text = ngettext(
                "{both} of {role}’s {n} links runs both ways.",
                "{both} of {role}’s {n} links run both ways.",
                both,
            )
        else:
            text = ngettext(
                "Nobody is here to say how {role}’s link runs.",
                "Nobody is here to say how {role}’s links run.",
                n,
            )
        return text.format(role=self.role, one=one, both=both, n=n)


@dataclass(frozen=True, eq=False)
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
        group, links = room.of(self.link), room.of(self.link).links
        places = group.places(room.opened.get(self.name, ()))
        roles = pd.DataFrame(list(places.items()), columns=["role", "place"])
        merged = group.book.merged()
        into = {role: ", ".join(name for name, stays in merged if stays == role) for role in places}
        # Whoever speaks of several links to a role is one person.
        named = group.about("partner", STATED)
        depended_on, depends_on = (
            roles["role"].map(named.groupby(end)["participant"].nunique()).fillna(0).astype(int)
            for end in LINK[::-1]
        )
        roles = roles.assign(
            listed=roles["role"].isin(list(self.link.roles)),
            holders=[len(group.holders.get(role, ())) for role in places],
            depended_on=depended_on,
            depends_on=depends_on,
            unserved=depends_on == 0,
            merged=roles["role"].map(into),
        )
        return RoleMap(roles, links, group.lines, group.too_few)

    def beats(self, room: Room) -> Sequence[Beat]:
        """Who is most depended on, which links run one way, then role by role, those with the most of these first."""
        drawn = room.of(self)
        if drawn.roles.empty:
            return ()
        linked, silent = (
            Counter([*lines["one"], *lines["other"]]) for lines in (drawn.lines, drawn.running(ONE_WAY))
        )
        needed = drawn.roles.set_index("role")["depended_on"]
        roles = sorted(linked, key=lambda role: (-silent[role], -needed[role], drawn.places[role]))
        direction = [Beat("map-one-way", _("Links that run one way"), "one_way", drawn)] if roles else []
        return (
            Beat("map", _("Most depended on"), "most", drawn),
            *direction,
            *(Beat(f"map~{role}", role, "role", Focus(drawn, role)) for role in roles),
        )

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See the tables."""
        drawn = room.of(self)
        return {"roles": ROLES.frame(drawn.roles), "links": LINKS.frame(drawn.links)}

    def summary(self, room: Room) -> Summary:
        """How many people, roles and links there are, and what stands out."""
        drawn, most = room.of(self), room.of(self).depended_on["role"].tolist()
        return [
            (_("Participants"), room.of(self.link).people),
            (_("Roles"), len(drawn.roles)),
            (_("Links between two roles"), len(drawn.lines)),
            (_("Links that run both ways, share of those where both roles are here"), drawn.reciprocity),
            (_("Links that run one way"), drawn.counted[ONE_WAY]),
            (_("Links where nobody of one role is here to say"), drawn.counted[NOBODY_HERE]),
            (_("Most depended on"), most[0] if most else None),
            (_("Roles of which nobody says that they serve them"), len(drawn.unserved)),
        ]
