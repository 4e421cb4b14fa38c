"""The room's phrases as others may read them: merged, hidden, voted for; and which look alike."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kit.kinds.kind import NONE, Decisions
from kit.kinds.phrasing_plan import MOST_VOTES, NO, YES, Plan, Round, phrase_item, phrase_key

ALIKE = 85
"""From this likeness on, of 100, two phrases are offered for merging. It is the facilitator who decides."""

MOST_PAIRS = 12
"""At most so many pairs are offered at once; more are a job of their own."""


@dataclass(frozen=True)
class Phrase:
    """One phrase of the room.

    Attributes:
        key: See ``phrase_key``.
        text: The words; of several spellings of the same words the first by alphabet.
        authors: Who wrote it, or one that was merged into it.
        merged_into: The key of the phrase that stands for this one, or an empty text.
        hidden: Whether the facilitator keeps it from the room.
        voters: Who voted for it, or for one that was merged into it.
    """

    key: str
    situation: str
    text: str
    authors: frozenset[str]
    merged_into: str
    hidden: bool
    voters: frozenset[str]

    @property
    def is_shown(self) -> bool:
        """Whether the room may read it."""
        return not self.hidden and not self.merged_into


class Pool:
    """The first versions that a room wrote, as the facilitator's choices leave them.

    Attributes:
        phrases: All of them by key, in the order of situations and keys.
    """

    def __init__(
        self,
        plan: Plan,
        responses: pd.DataFrame,
        decisions: Decisions = NONE,
        looked_at: Sequence[str] | None = None,
    ) -> None:
        """Put the phrases together.

        Args:
            plan: The exercise.
            responses: Of everybody.
            decisions: ``hide/<key>`` is "yes" or "no", ``merge/<key>`` the key of the phrase that stands for it.
            looked_at: The phrases that the facilitator could look at; others are hidden. None is all.
        """
        self._merged = {item[6:]: into for item, into in decisions.items() if item.startswith("merge/")}
        self._texts: dict[str, tuple[str, str]] = {}
        authors: defaultdict[str, set[str]] = defaultdict(set)
        names = {phrase_item(name): name for name in plan.situations}
        written = responses[(responses["round"] == Round.SAY_THIS) & (responses["value"] != "")]
        for participant, item, text in _rows(written):
            if item not in names:
                continue
            key = phrase_key(names[item], text)
            self._texts[key] = min(self._texts.get(key, (names[item], text)), (names[item], text))
            authors[key].add(participant)
        together: defaultdict[str, set[str]] = defaultdict(set)
        for key, people in authors.items():
            together[self.final(key)] |= people
        voters = self._voters(responses, together)
        said = {
            self.final(key): decisions[f"hide/{key}"] for key in self._texts if f"hide/{key}" in decisions
        }
        late = set() if looked_at is None else {self.final(key) for key in self._texts} - set(looked_at)
        order = {name: place for place, name in enumerate(plan.situations)}
        self.phrases: dict[str, Phrase] = {}
        for key, (situation, text) in sorted(
            self._texts.items(), key=lambda entry: (order[entry[1][0]], entry[0])
        ):
            final = self.final(key)
            self.phrases[key] = Phrase(
                key=key,
                situation=situation,
                text=text,
                authors=frozenset(together[final]),
                merged_into="" if final == key else final,
                hidden=said.get(final, YES if final in late else NO) == YES,
                voters=frozenset(voters[final]),
            )

    def final(self, key: str) -> str:
        """The key of the phrase that stands for this one.

        One whose stand-in is gone stands for itself; of phrases merged in a circle one stands for all.
        """
        path = [key]
        while (following := self._merged.get(path[-1], "")) in self._texts:
            if following in path:
                return min(path[path.index(following) :])
            path.append(following)
        return path[-1]

    def shown(self, situations: Sequence[str]) -> list[Phrase]:
        """The phrases that the room may read, for these situations."""
        return [
            phrase for phrase in self.phrases.values() if phrase.is_shown and phrase.situation in situations
        ]

    def _voters(self, responses: pd.DataFrame, authors: Mapping[str, set[str]]) -> defaultdict[str, set[str]]:
        """Who voted for what: not for one's own, each phrase once, and of too many votes the first."""
        votes = responses[(responses["round"] == Round.VOTE) & (responses["value"] == YES)]
        chosen: defaultdict[str, list[str]] = defaultdict(list)
        for participant, item, _yes in _rows(votes.sort_values(["at", "item"], kind="stable")):
            key = item.removeprefix("vote/")
            if key not in self._texts:
                continue
            final = self.final(key)
            if participant not in authors[final] and final not in chosen[participant]:
                chosen[participant].append(final)
        voters: defaultdict[str, set[str]] = defaultdict(set)
        for participant, keys in chosen.items():
            for key in keys[:MOST_VOTES]:
                voters[key].add(participant)
        return voters


def alike(phrases: Sequence[Phrase]) -> list[tuple[Phrase, Phrase, int]]:
    """Pairs of phrases for one situation that say nearly the same: (to keep, to merge into it, likeness).

    The longer one is kept; the likest pairs come first.
    """
    # Here and not above: only a facilitator's page asks, and phones needn't wait for the import.
    from rapidfuzz import fuzz, process, utils

    pairs = []
    by_situation: defaultdict[str, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        by_situation[phrase.situation].append(phrase)
    for group in by_situation.values():
        group.sort(key=lambda phrase: (-len(phrase.text), phrase.key))
        words = [utils.default_process(phrase.text) for phrase in group]
        scores = process.cdist(words, words, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
        for first, row in enumerate(scores):
            pairs += [
                (group[first], group[second], round(float(row[second])))
                for second in range(first + 1, len(group))
                if row[second] >= ALIKE
            ]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0].key, pair[1].key))[:MOST_PAIRS]


def _rows(responses: pd.DataFrame) -> Any:
    columns = (responses[column] for column in ("participant", "item", "value"))
    return zip(*columns, strict=True)
