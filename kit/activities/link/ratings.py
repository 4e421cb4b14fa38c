"""How well roles think they serve, and what those say whom they serve."""

import sys
from typing import Any

import pandas as pd

from kit.activities.activity import FEWEST, Table
from kit.activities.link.group import Group
from kit.text import gettext as _

RATINGS = Table(
    "ratings",
    _("how well roles think they serve, and what the others say"),
    "role partner self self_people received received_people difference",
    _("Nobody has rated how well they serve or are served."),
    note=_(
        "Means from 1 to 5. A row without a partner is the role over all its partners, the last row all roles "
        "together. A mean of fewer than three people is left out. A `difference` above 0 says that the role "
        "thinks better of its service than those who get it."
    ),
)
"""One row a role and partner, one a role over all partners (``partner`` empty), one of all (both empty).

``self`` is the mean of how well the people of the role think they serve the partner, ``received`` of how well
the people of the partner say it serves them; of fewer than three people NaN; ``difference`` is self - received.
"""


PLACE, LAST = ["role", "partner"], chr(sys.maxunicode)


def ratings(group: Group) -> pd.DataFrame:
    """See ``RATINGS``."""
    given = group.about("rating", "served")
    given = given.assign(
        role=given["gives_role"], partner=given["needs_role"], value=given["value"].astype(int)
    )
    everywhere = pd.concat([given, given.assign(partner=""), given.assign(role="", partner="")])
    # Every person counts once, with the mean of what they gave.
    each = everywhere.groupby([*PLACE, "what", "participant"])["value"].mean()
    found = each.groupby([*PLACE, "what"]).agg(["mean", "size"]).unstack()
    sides = {("mean", "rating"): "self", ("size", "rating"): "self_people"}
    sides |= {("mean", "served"): "received", ("size", "served"): "received_people"}
    found = found.reindex(columns=list(sides)).set_axis(list(sides.values()), axis=1)
    people = found[["self_people", "received_people"]].fillna(0).astype(int)
    means = found[["self", "received"]].where(people.to_numpy() >= FEWEST)
    table = means.join(people).assign(difference=means["self"] - means["received"]).reset_index()
    return RATINGS.frame(table.sort_values(PLACE, key=lambda names: names.mask(names == "", LAST)))


def shown(table: pd.DataFrame) -> list[Any]:
    """The rows of roles over all partners and of the room, where both means are there."""
    return list(table[(table["partner"] == "") & table["difference"].notna()].itertuples())
