"""The map of who depends on whom: roles, links, and what stands out among them. No needs, no persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Seat, Summary, Table
from kit.activities.link import Link
from kit.activities.link.drawing import MapRole
from kit.activities.link.group import RoleLink
from kit.activities.link.needs import meets_text
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
"""One row a link; see ``RoleLink``."""


@dataclass(frozen=True)
class RoleMap:
    """Roles and the links between them.

    Attributes:
        roles: In the order of the first mention.
        too_few: Whether a share would tell who said what.
    """

    roles: Sequence[MapRole]
    links: Sequence[RoleLink]
    too_few: bool = False

    @cached_property
    def places(self) -> dict[str, int]:
        """Role -> its place."""
        return {role.name: role.place for role in self.roles}

    @property
    def depended_on(self) -> list[MapRole]:
        """The roles to which somebody named a link, the most people first."""
        named = (role for role in self.roles if role.weight)
        return sorted(named, key=lambda role: (-role.weight, role.name.casefold()))

    @property
    def one_way(self) -> int:
        """How many links run one way only."""
        return sum(not link.both_ways for link in self.links)

    @property
    def reciprocity(self) -> float | None:
        """The share of links that run both ways, 0 to 1; None without links, and of too few people."""
        both_ways = sum(link.both_ways for link in self.links)
        return None if self.too_few or not self.links else both_ways / len(self.links)

    @property
    def unserved(self) -> list[str]:
        """The roles that get nothing: nobody named them as a customer, and they stated no need."""
        served = {link.needs_role for link in self.links}
        return [role.name for role in self.roles if role.name not in served]

    @property
    def unheld(self) -> list[str]:
        """The roles that were named and that nobody here has."""
        return [role.name for role in self.roles if not role.holders]

    def people(self, needs_role: str, gives_role: str) -> int:
        """How many named that link."""
        return next((link.people for link in self.links if link.pair == (needs_role, gives_role)), 0)

    def around(self, role: str) -> "RoleMap":
        """The part around one role; ranks are places, so that a phone has room for the few there are."""
        links = [link for link in self.links if role in link.pair]
        near = {end for link in links for end in link.pair}
        roles = sorted((known for known in self.roles if known.name in near), key=lambda known: known.place)
        ranked = [MapRole(r.name, rank, r.weight, r.holders) for rank, r in enumerate(roles)]
        return RoleMap(ranked, links, self.too_few)


@dataclass(frozen=True, eq=False)
class Map(Activity[RoleMap]):
    """Shows the map; a phone the part around the person's own role."""

    link: Link
    name = "map"
    template = "link/map.html"
    tables = (ROLES, LINKS)

    def opening(self, room: Room) -> Sequence[str]:
        """The names of roles in the order of their places; those that have one keep it."""
        return list(dict.fromkeys((*room.opened.get(self.name, ()), *room.of(self.link).typed)))

    def result(self, room: Room) -> RoleMap:
        """The whole map."""
        group = room.of(self.link)
        roles = [
            MapRole(
                role,
                place,
                sum(link.people for link in group.links if link.gives_role == role),
                len(group.holders.get(role, ())),
            )
            for role, place in group.places(room.opened.get(self.name, ())).items()
        ]
        return RoleMap(roles, group.links, group.too_few)

    def role(self, room: Room, seat: Seat) -> str:
        """The person's own role, or nothing."""
        return self.link.person(room, seat).role

    def meets(self, value: str | None) -> str:
        """How often two meet, in words."""
        return meets_text(value)

    def beats(self, room: Room) -> Sequence[Beat]:
        """The map, then what stands out."""
        drawn = room.of(self)
        if not drawn.roles:
            return ()
        return Beat("map", _("Our map"), "whole_map", drawn), Beat(
            "map-figures", _("What stands out"), "figures", drawn
        )

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """See the tables."""
        drawn, merged = room.of(self), room.once(self.link.book).merged()
        rows = [
            (
                role.name,
                role.name in self.link.roles,
                role.holders,
                role.weight,
                sum(link.people for link in drawn.links if link.needs_role == role.name),
                role.name in drawn.unserved,
                ", ".join(name for name, into in merged if into == role.name),
            )
            for role in drawn.roles
        ]
        return {"roles": ROLES.frame(rows), "links": LINKS.frame(drawn.links).astype({"both_ways": "bool"})}

    def summary(self, room: Room) -> Summary:
        """How many people, roles and links there are, and what stands out."""
        drawn, most = room.of(self), room.of(self).depended_on
        return [
            (_("Participants"), len(room.of(self.link).people)),
            (_("Roles"), len(drawn.roles)),
            (_("Links"), len(drawn.links)),
            (_("Links that run both ways, share"), drawn.reciprocity),
            (_("Links that run one way"), drawn.one_way),
            (_("Most depended on"), most[0].name if most else None),
            (_("Roles that nobody serves"), len(drawn.unserved)),
        ]
