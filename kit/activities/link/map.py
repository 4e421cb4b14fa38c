"""The map of who depends on whom: roles, links, and what stands out among them. No needs, no persons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Summary, Table
from kit.activities.link import Link
from kit.activities.link.group import LINK, Pair
from kit.activities.link.person import MEETS
from kit.text import gettext as _

ROLES = Table(
    "roles",
    _("who takes part in serving, and on whom most depend"),
    "role listed holders depended_on depends_on unserved merged",
    _("Nobody has said which role they have."),
    note=_(
        "`depended_on` counts the people who named a link to the role, `holders` those who have it. Look for a "
        "role on which many depend and that nobody serves (`unserved`)."
    ),
)
"""One row a role, in the order of the first mention; ``merged`` are the names that went into it."""

LINKS = Table(
    "links",
    _("which role needs something from which"),
    "needs_role gives_role people from_needs from_gives needs meets both_ways",
    _("Nobody has named an internal customer yet."),
    note=_(
        "`needs_role` needs something from `gives_role`. `both_ways` says whether the other direction was named "
        "too. Look for a “no” between two roles that meet daily: one of them may not know what the other is "
        "waiting for."
    ),
)
"""One row a link.

``people`` named it, from either side: of them, ``from_needs`` wrote what they need, ``from_gives`` named the other as
their internal customer. ``needs`` are different texts; ``meets`` is how often the two meet, as most said;
``both_ways`` is whether the other direction was named too.
"""


@dataclass(frozen=True, eq=False)
class RoleMap:
    """Roles and the links between them.

    Attributes:
        roles: See ``ROLES``; and ``place``, which decides alone where a role stands.
        links: See ``LINKS``.
        too_few: Whether a share would tell who said what.
    """

    roles: pd.DataFrame
    links: pd.DataFrame
    too_few: bool = False

    @cached_property
    def places(self) -> dict[str, int]:
        """Role -> its place."""
        return self.roles.set_index("role")["place"].to_dict()

    @cached_property
    def people(self) -> dict[Pair, int]:
        """Link -> how many named it."""
        return self.links.set_index(LINK)["people"].to_dict()

    @cached_property
    def depended_on(self) -> pd.DataFrame:
        """The roles to which somebody named a link, the most people first."""
        named = self.roles[self.roles["depended_on"] > 0].sort_values(
            "role", key=lambda role: role.str.casefold()
        )
        return named.sort_values("depended_on", ascending=False, kind="stable")

    @property
    def one_way(self) -> int:
        """How many links run one way only."""
        return int((~self.links["both_ways"]).sum())

    @property
    def reciprocity(self) -> float | None:
        """The share of links that run both ways, 0 to 1; None without links, and of too few people."""
        return None if self.too_few or self.links.empty else float(self.links["both_ways"].mean())

    @property
    def unserved(self) -> list[str]:
        """The roles that get nothing: nobody named them as a customer, and they stated no need."""
        return self.roles.loc[self.roles["unserved"], "role"].tolist()

    @property
    def unheld(self) -> list[str]:
        """The roles that were named and that nobody here has."""
        return self.roles.loc[self.roles["holders"] == 0, "role"].tolist()

    def around(self, role: str) -> "RoleMap":
        """The part around one role; ranks are places, so that a phone has room for the few there are."""
        links = self.links[(self.links[LINK] == role).any(axis=1)]
        roles = self.roles[self.roles["role"].isin([*links["needs_role"], *links["gives_role"]])]
        ranked = roles.sort_values("place").assign(place=range(len(roles)))
        return RoleMap(ranked, links, self.too_few)


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
        depended_on, depends_on = (
            roles["role"].map(links.groupby(end)["people"].sum()).fillna(0).astype(int) for end in LINK[::-1]
        )
        roles = roles.assign(
            listed=roles["role"].isin(list(self.link.roles)),
            holders=[len(group.holders.get(role, ())) for role in places],
            depended_on=depended_on,
            depends_on=depends_on,
            unserved=depends_on == 0,
            merged=roles["role"].map(into),
        )
        return RoleMap(roles, links, group.too_few)

    def beats(self, room: Room) -> Sequence[Beat]:
        """The map, then what stands out."""
        drawn = room.of(self)
        if drawn.roles.empty:
            return ()
        return Beat("map", _("Our map"), "whole_map", drawn), Beat(
            "map-figures", _("What stands out"), "figures", drawn
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
            (_("Links"), len(drawn.links)),
            (_("Links that run both ways, share"), drawn.reciprocity),
            (_("Links that run one way"), drawn.one_way),
            (_("Most depended on"), most[0] if most else None),
            (_("Roles that nobody serves"), len(drawn.unserved)),
        ]
