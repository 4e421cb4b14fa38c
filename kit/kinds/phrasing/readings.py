"""What the coach reads in the room's phrases: every phrase once, and the table of all that was written."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kit.activities.activity import Activity, Room, Summary, Table, by_participant, share
from kit.activities.vote import Vote
from kit.activities.vote.moderated import name_of, phrase_key
from kit.activities.write import Write
from kit.kinds.phrasing.coach import Reader, Reading
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


@dataclass(frozen=True)
class Version:
    """One of the times at which phrases were written.

    Attributes:
        stage: In which stage.
        title: What the phrases are called in results.
    """

    stage: str
    title: str
    write: Write


@dataclass(frozen=True, slots=True)
class Read:
    """One phrase of one participant with what the coach makes of it."""

    participant: str
    version: Version
    situation: str
    recipe: str
    text: str
    reading: Reading


def people(rows: Iterable[Read]) -> int:
    """How many participants wrote these."""
    return len({row.participant for row in rows})


def judged(rows: Iterable[Read]) -> list[Read]:
    """Those whose language the coach knows."""
    return [row for row in rows if row.reading.judged]


@dataclass(frozen=True, eq=False)
class Readings(Activity[Sequence[Read]]):
    """Every phrase for a situation, of every version, with its reading.

    Attributes:
        tempting: What tempts the room; nobody reads it, but it is kept with the rest.
        versions: The wrong thing, the first version of the right one, and the revised one.
        vote: For first versions.
    """

    reader: Reader
    tempting: Version
    versions: tuple[Version, Version, Version]
    vote: Vote
    name = "readings"
    tables = (PHRASES,)

    @property
    def first(self) -> Version:
        """The first version of the right thing."""
        return self.versions[1]

    @property
    def revised(self) -> Version:
        """The same, made better."""
        return self.versions[2]

    def result(self, room: Room) -> Sequence[Read]:
        """All of them, version by version."""
        return [
            self._read(version, *row) for version in self.versions for row in _rows(room.of(version.write))
        ]

    def _read(self, version: Version, participant: str, item: str, text: str) -> Read:
        situation = name_of(item)
        recipe = self.reader.situations[situation]
        return Read(participant, version, situation, recipe, text, self.reader.read(item, text))

    @property
    def titles(self) -> dict[str, str]:
        """What the phrases of each stage are called."""
        return {version.stage: version.title for version in self.versions}

    def steps(self, room: Room) -> pd.DataFrame:
        """One row a step of each phrase that was judged: recipes and steps in the exercise's order.

        Columns: ``stage``, ``participant``, ``situation``, those of ``STEP``, ``verdict``. After the versions comes
        the stage ``LATEST``.
        """
        versions = {version.stage: self.of(room, version) for version in self.versions}
        rows = [
            (stage, one.participant, one.situation, recipe.id, title, step.id, step.label, verdict)
            for stage, phrases in {**versions, LATEST: self.latest(room)}.items()
            for recipe, title in zip(self.reader.recipes.values(), self.reader.titles.values(), strict=True)
            for one in judged(phrases)
            if one.recipe == recipe.id
            for step, verdict in zip(recipe.steps, one.reading.verdicts, strict=True)
        ]
        return pd.DataFrame(rows, columns=["stage", "participant", "situation", *STEP, "verdict"])

    def of(self, room: Room, version: Version) -> list[Read]:
        """Those of one version."""
        return [row for row in room.of(self) if row.version is version]

    def latest(self, room: Room) -> list[Read]:
        """The revised version where there is one, else the first, of every participant and situation."""
        last = {(row.participant, row.situation): row for row in self.of(room, self.first)}
        last |= {(row.participant, row.situation): row for row in self.of(room, self.revised)}
        return list(last.values())

    def frames(self, room: Room) -> dict[str, pd.DataFrame]:
        """All that was written but for the cards."""
        rows = [
            self._row(room, version, response)
            for version in (self.tempting, *self.versions)
            for response in room.of(version.write).to_dict("records")
        ]
        columns = [
            *PHRASES.columns.replace(" late?", "").split(),
            *(c for c in room.responses if c == "late"),
        ]
        table = PHRASES.frame(by_participant(pd.DataFrame(rows, columns=columns)))
        types = {"votes": "Int64", "hidden": "bool", "round": "int64", "at": room.responses["at"].dtype}
        return {"phrases": table.astype(types)}

    def _row(self, room: Room, version: Version, response: Mapping[Any, Any]) -> dict[Any, Any]:
        item, text = response["item"], response["value"]
        row = dict.fromkeys(("situation", "recipe", "steps", "traps", "merged_into", "phrase"), "")
        row |= {**response, "stage": version.stage, "text": text, "votes": None, "hidden": False}
        if version is not self.tempting:
            row |= {"situation": name_of(item), "recipe": self.reader.situations[name_of(item)]}
            row |= self._found(item, text)
        if version is self.first:
            phrase = room.of(self.vote.phrases).phrases[phrase_key(name_of(item), text)]
            voters = room.of(self.vote).voters.get(phrase.merged_into or phrase.key, ())
            row |= {"phrase": phrase.key, "hidden": phrase.hidden, "merged_into": phrase.merged_into}
            row["votes"] = len(voters)
        return row

    def _found(self, item: str, text: str) -> dict[str, str]:
        reading = self.reader.read(item, text)
        if not reading.judged:
            return {}
        steps = zip(self.reader.recipe_of(item).steps, reading.verdicts, strict=True)
        told = ", ".join(f"{step.id}: {verdict}" for step, verdict in steps)
        return {"steps": told, "traps": ", ".join(reading.traps)}

    def summary(self, room: Room) -> Summary:
        """How many wrote how much, and what is in it."""
        first, revised, latest = self.of(room, self.first), self.of(room, self.revised), self.latest(room)
        return [
            (_("Participants who wrote"), people(room.of(self))),
            (_("Phrases, first version"), len(first)),
            (_("Phrases, revised"), len(revised)),
            (_("Steps there, share in first versions"), _steps_share(first)),
            (_("Steps there, share in latest versions"), _steps_share(latest)),
            (_("Phrases with a trap, share in first versions"), _trap_share(first)),
            (_("Phrases with a trap, share in latest versions"), _trap_share(latest)),
        ]


def _steps_share(rows: Sequence[Read]) -> float:
    verdicts = [verdict for row in judged(rows) for verdict in row.reading.verdicts]
    return share(verdicts.count("found"), len(verdicts), people(rows))


def _trap_share(rows: Sequence[Read]) -> float:
    known = judged(rows)
    return share(sum(bool(row.reading.traps) for row in known), len(known), people(known))


def _rows(written: pd.DataFrame) -> Iterable[tuple[str, str, str]]:
    return zip(written["participant"], written["item"], written["value"], strict=True)
