"""What the coach reads in the room's phrases: every phrase once, and the table of all that was written."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import NamedTuple

import pandas as pd

from kit.activities.activity import Activity, Beat, Room, Share, Summary, Table, by_participant, people, share
from kit.activities.vote import Vote
from kit.activities.vote.moderated import name_of, phrase_key
from kit.activities.write import Write
from kit.kinds.phrasing.coach import Reader
from kit.text import gettext as _

PHRASES = Table(
    "phrases",
    _("who wrote what for which situation, with steps, traps and votes"),
    "participant round stage situation recipe text steps traps votes hidden merged_into phrase at late?",
    _("Nobody has written a phrase in this session."),
    answers="stage situation recipe text steps traps votes hidden merged_into phrase",
    note=_(
        "`stage` says where it was written: *tempting*, *not-that*, *say-this* (the first version) or *showcase* (the "
        "revised one). `steps` and `traps` are what the coach reads in it, `votes` what the room gave it, `hidden` and "
        "`merged_into` what the facilitator decided. `steps` is empty where the phrase isn't English."
    ),
)
"""One row a phrase, by participant, round and item.

``situation`` and ``recipe`` are ids, empty in "tempting". ``steps``: "own: found, solution: missing"; ``traps``:
"deflect, helpless"; both empty where the coach doesn't know the language. First versions only: ``phrase`` (key),
``votes`` (else missing), ``hidden`` (kept from the room), ``merged_into`` (``phrase`` of the one that stands for it).
``at`` in UTC.
"""


STEP = ("recipe", "recipe_title", "step", "step_title")
"""What tells one step of an exercise from another, and what people call it."""

LATEST = "latest"
"""In place of a stage: the revised version where there is one, else the first."""


class Gain(NamedTuple):
    """Which share of their steps the phrases held at first and hold now; how many changed, and hold more or fewer."""

    before: float
    after: float
    people: int
    phrases: int
    changed: int
    more: int
    fewer: int


class Readings(Activity[pd.DataFrame]):
    """All that was written for situations, and what tempts the room, with what the coach reads in it.

    Attributes:
        written: Stage -> the writing in it: what tempts the room (nobody reads it, but it is kept with the rest), the
            wrong thing, the first version of the right one, and the revised one.
        first: The stage of the first version.
        revised: That of the revised one.
        vote: For first versions.
    """

    reader: Reader
    written: Mapping[str, Write]
    first: str
    revised: str
    vote: Vote
    name = "readings"
    template = "phrasing/readings.html"
    tables = (PHRASES,)

    def result(self, room: Room) -> pd.DataFrame:
        """One row a text, version by version; then those of the last version once more, as the stage ``LATEST``.

        Columns: those of responses, ``stage``, ``situation``, ``recipe`` (ids, empty where it is for none), ``text``,
        ``verdicts`` (by the id of a step) and ``traps`` (ids).
        """
        every = [room.of(write).assign(stage=stage) for stage, write in self.written.items()]
        rows = pd.concat(every, ignore_index=True).rename(columns={"value": "text"})
        ids = {item: recipe.id for item, recipe in self.reader.recipes.items()}
        rows["recipe"] = rows["item"].map(ids).fillna("")
        rows["situation"] = rows["item"].map(name_of).where(rows["recipe"] != "", "")
        read = [self.reader.read(*pair) for pair in zip(rows["item"], rows["text"], strict=True)]
        rows[["verdicts", "traps"]] = pd.DataFrame(read, columns=["verdicts", "traps"], dtype="object")
        latest = rows[rows["stage"].isin([self.first, self.revised])].drop_duplicates(
            ["participant", "item"], keep="last"
        )
        return pd.concat([rows, latest.assign(stage=LATEST)], ignore_index=True)

    def judged(self, room: Room) -> pd.DataFrame:
        """The rows whose language the coach knows; ``holds`` says whether there is any trap."""
        rows = room.of(self)
        return rows.assign(holds=rows["traps"].astype(bool))[rows["verdicts"].astype(bool)]

    def steps(self, room: Room) -> pd.DataFrame:
        """One row a step of each phrase that was judged: stage by stage, recipes and steps in the exercise's order.

        Columns: those of the result, those of ``STEP``, ``verdict``, ``holds``.
        """
        rows = room.once(self.judged)
        verdicts = rows["verdicts"]
        rows = rows.assign(step=verdicts.map(list), verdict=[list(one.values()) for one in verdicts])
        steps = self.reader.steps.merge(rows.explode(["step", "verdict"]))
        order = [*self.written, LATEST]
        steps = steps.sort_values("stage", key=lambda stages: stages.map(order.index), kind="stable")
        return steps.assign(holds=steps["verdict"] == "found")

    def compared(self, rows: pd.DataFrame, by: Sequence[str] = ()) -> pd.DataFrame:
        """Rows of phrases that have a first version, each beside that of the latest: the only before and after.

        Columns: whether it holds ``before``, ``after``, only after (``gained``) and only before (``lost``); others of
        the first version end in ``_x``, of the latest in ``_y``.
        """
        first, latest = (rows[rows["stage"] == stage] for stage in (self.first, LATEST))
        both = first.merge(latest, on=["participant", "item", *by])
        before, after = both["holds_x"].astype(bool), both["holds_y"].astype(bool)
        return both.assign(before=before, after=after, gained=~before & after, lost=before & ~after)

    def phrases(self, room: Room) -> pd.DataFrame:
        """Every phrase before and after; what it holds is a trap."""
        return self.compared(room.once(self.judged))

    def revision(self, room: Room) -> pd.DataFrame:
        """Every step of every phrase before and after."""
        return self.compared(room.once(self.steps), STEP)

    def revisions(self, room: Room) -> tuple[int, int, int, int]:
        """How many phrases were changed, of how many that are compared; for how many situations, of how many."""
        both = room.once(self.phrases)
        changed = both[both["text_x"] != both["text_y"]]
        return len(changed), len(both), changed["item"].nunique(), both["item"].nunique()

    def gain(self, room: Room) -> Gain | None:
        """What came of it all; None of so few people that it would tell who wrote what."""
        before, after = _shares(steps := room.once(self.revision))
        changed, phrases, *_situations = room.once(self.revisions)
        each = steps.groupby(["participant", "item"])[["gained", "lost"]].sum()
        more, fewer = int((each["gained"] > each["lost"]).sum()), int((each["lost"] > each["gained"]).sum())
        return None if isnan(before) else Gain(before, after, people(steps), phrases, changed, more, fewer)

    def beats(self, room: Room) -> Sequence[Beat]:
        """One, where there is anything to tell."""
        gain = room.once(self.gain)
        return (Beat("gain", _("What came of it"), "gained", gain),) if gain else ()

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """All that was written but for the cards."""
        rows = room.of(self)
        rows = by_participant(rows[rows["stage"] != LATEST])
        known, count = room.of(self.vote.phrases).phrases, room.of(self.vote).count
        written = zip(rows["stage"], rows["situation"], rows["text"], strict=True)
        keys = [phrase_key(name, text) if stage == self.first else "" for stage, name, text in written]
        phrases = [known.get(key) for key in keys]
        rows = rows.assign(
            steps=[", ".join(f"{step}: {said}" for step, said in one.items()) for one in rows["verdicts"]],
            traps=rows["traps"].map(", ".join),
            phrase=keys,
            votes=[count[one.final] if one else None for one in phrases],
            hidden=[bool(one and one.hidden) for one in phrases],
            merged_into=[one.merged_into if one else "" for one in phrases],
        )
        return {"phrases": PHRASES.frame(rows).astype({"votes": "Int64"})}

    def summary(self, room: Room) -> Summary:
        """How many wrote how much, and what is in it."""
        rows, phrases = room.of(self), room.once(self.phrases)
        steps_before, steps_after = _shares(room.once(self.revision))
        traps_before, traps_after = _shares(phrases)
        return [
            (_("Participants who wrote"), people(rows[rows["situation"] != ""])),
            (_("Phrases, first version"), int((rows["stage"] == self.first).sum())),
            (_("Phrases, revised"), int((rows["stage"] == self.revised).sum())),
            (_("Phrases compared with their first version"), len(phrases)),
            (_("Phrases changed since then"), room.once(self.revisions)[0]),
            (_("Steps there, share in first versions"), steps_before),
            (_("Steps there, share in latest versions"), steps_after),
            (_("Phrases with a trap, share in first versions"), traps_before),
            (_("Phrases with a trap, share in latest versions"), traps_after),
        ]


def _shares(both: pd.DataFrame) -> tuple[Share, Share]:
    """In which share of the rows it held before and after, if enough people have written."""
    before, after = (share(int(both[when].sum()), len(both), people(both)) for when in ("before", "after"))
    return before, after
