"""How well roles think they serve, and what those say whom they serve."""

import sys
from typing import Any

import pandas as pd

from kit.activities.activity import FEWEST, Table
from kit.activities.link.group import LINK, Group
from kit.text import gettext as _

RATINGS = Table(
    "ratings",
    _("how well roles think they serve, and what the others say"),
    "role partner links self self_people received received_people difference",
    _("Nobody has rated how well they serve or are served."),
    note=_(
        "Means from 1 to 5. A row without a partner is the role over its partners, the last row all roles together: "
        "only of `links` that both sides rated, so that both means are about the same service; each link counts once. "
        "A mean of fewer than three people is left out. A `difference` above 0 says that the role thinks better of "
        "its service than those who get it."
    ),
)
"""One row a role and partner, one a role over all partners (``partner`` empty), one of all (both empty).

``self`` is the mean of how well the people of the role think they serve the partner, ``received`` of how well
the people of the partner say it serves them; of fewer than three people NaN; ``difference`` is self - received.
``links`` counts those that both sides rated; over several of them each mean is that of the means of these alone.
"""


PLACE, LAST = ["role", "partner"], chr(sys.maxunicode)


def ratings(group: Group) -> pd.DataFrame:
    """See ``RATINGS``."""
    given = group.about("rating", "served")
    given = given.assign(
        role=given["gives_role"], partner=given["needs_role"], value=given["value"].astype(int)
    )
    both = given[given.groupby(PLACE)["what"].transform("nunique") == 2]
    everywhere = pd.concat([given, both.assign(partner=""), both.assign(role="", partner="")])
    sides = {"rating": "self", "served": "received"}
    rated = everywhere.groupby([*PLACE, *LINK, "what"])["value"].mean().unstack().reindex(columns=list(sides))
    people = everywhere.groupby([*PLACE, "what"])["participant"].nunique().unstack(fill_value=0)
    people = people.reindex(columns=list(sides), fill_value=0).rename(columns=sides)
    means = rated.groupby(PLACE).mean().rename(columns=sides).where(people >= FEWEST)
    links, difference = rated.notna().all(axis=1).groupby(PLACE).sum(), means["self"] - means["received"]
    table = means.join(people.add_suffix("_people")).assign(links=links, difference=difference).reset_index()
    return RATINGS.frame(table.sort_values(PLACE, key=lambda names: names.mask(names == "", LAST)))


def shown(table: pd.DataFrame) -> list[Any]:
    """The rows of roles over their partners and of the room, where both means are there."""
    return list(table[(table["partner"] == "") & table["difference"].notna()].itertuples())
