"""The room's texts as others may read them: hidden, or shown as one, as the facilitator decides."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from kit.activities.activity import Activity, Room, Seat
from kit.activities.held import NO, YES, HeldBack
from kit.activities.merging import stand_in
from kit.activities.typed import one_of
from kit.activities.write import Write
from kit.errors import ResponseError
from kit.text import gettext as _

ALIKE = 85
"""From this likeness on, of 100, two phrases are offered for merging. It is the facilitator who decides."""

MOST_PAIRS = 12
"""At most so many pairs are offered at once; more are a job of their own."""

SHORT_FORMS = {
    **{"’": "'", "won't": "will not", "cannot": "can not", "can't": "can not", "n't": " not", "'m": " am"},
    **{"'re": " are", "'ve": " have", "'ll": " will", "'d": " would", "'s": " is"},
}
"""What is written out before words are compared, in this order."""

LIGHT = frozenset("a an and just oh please really so the very".split())
"""Words without which a phrase says the same."""

_KEY = re.compile("[0-9a-f]{12}")


def plain_words(text: str) -> tuple[str, ...]:
    """The words that make a phrase what it says; two with the same ones are twins."""
    written = text.casefold()
    for short, long in SHORT_FORMS.items():
        written = written.replace(short, long)
    words = re.findall(r"\w+", written)
    return tuple(word for word in words if word not in LIGHT) or (text,)


def phrase_key(name: str, text: str) -> str:
    """The name of a phrase for votes and decisions, from the name of its prompt and its words.

    It follows from the words alone, so it says nothing about who wrote them, and equal phrases are one.
    """
    words = " ".join(text.casefold().split())
    return hashlib.sha256(f"{name}\n{words}".encode()).hexdigest()[:12]


def name_of(item: str) -> str:
    """The name of an item's prompt: ``cake`` of ``situation/cake``."""
    return item.rpartition("/")[2]


def is_key(text: str) -> bool:
    """Whether it has the form of a phrase's key."""
    return _KEY.fullmatch(text) is not None


class Phrase(NamedTuple):
    """One phrase of the room.

    Attributes:
        key: See ``phrase_key``.
        item: Of the prompt that it was written for.
        text: The words; of several spellings of the same words the first by alphabet.
        authors: Who wrote it, or one that was merged into it.
        merged_into: The key of the phrase that stands for this one, or an empty text.
        hidden: Whether the facilitator keeps it from the room.
    """

    key: str
    item: str
    text: str
    authors: frozenset[str]
    merged_into: str
    hidden: bool

    @property
    def final(self) -> str:
        """The key of the phrase that stands for it: another's, or its own."""
        return self.merged_into or self.key

    @property
    def is_shown(self) -> bool:
        """Whether the room may read it."""
        return not self.hidden and not self.merged_into


class Moderated(NamedTuple):
    """All phrases by key, in the order of prompts and keys."""

    phrases: Mapping[str, Phrase]

    def final(self, key: str) -> str:
        """The key of the phrase that stands for this one; of one that nobody knows its own."""
        return self.phrases[key].final if key in self.phrases else key

    def of(self, item: str) -> list[Phrase]:
        """The phrases for this prompt."""
        return [phrase for phrase in self.phrases.values() if phrase.item == item]

    def shown(self, item: str) -> list[Phrase]:
        """The phrases for this prompt that the room may read."""
        return [phrase for phrase in self.of(item) if phrase.is_shown]


Alike = list[tuple[Phrase, Phrase]]
"""Pairs of phrases for one prompt that say nearly the same: the one to keep, the one to merge into it."""


class Phrases(Activity[Moderated]):
    """What was written, as the facilitator's decisions leave it.

    Twins are one, as if it had been decided. Decisions are ``<name>/<key>``: "yes" to show it or "no", and
    ``merge/<key>``: the key of the phrase that stands for it, or empty for none. What arrives after the first stage
    that shows phrases was opened isn't shown unless the facilitator says so.
    """

    write: Write
    name = "phrases"
    template = "vote/moderated.html"

    def opening(self, room: Room) -> Sequence[str]:
        """The phrases that the facilitator could look at before the first stage that shows them."""
        return room.opened.get(self.name, list(room.of(self).phrases))

    def key(self, item: str, text: str) -> str:
        """The name of what was written for a prompt."""
        return phrase_key(name_of(item), text)

    def result(self, room: Room) -> Moderated:
        """All of them."""
        said = room.of(self.write).sort_values(["value", "item"], ascending=False)
        rows = said[["item", "value", "participant"]].to_numpy()
        written = [(self.key(item, text), item, text, who) for item, text, who in rows]
        # Of several spellings the last one stays, which is the first by alphabet.
        texts = {key: (item, text) for key, item, text, _who in written}
        finals = self._finals(texts, room)
        authors: defaultdict[str, set[str]] = defaultdict(set)
        for key, _item, _text, who in written:
            authors[finals[key]].add(who)
        order, hidden, phrases = list(self.write.prompts), self._hidden(finals, room), {}
        for key in sorted(texts, key=lambda key: (order.index(texts[key][0]), key)):
            final = finals[key]
            merged_into = final if final != key else ""
            who = frozenset(authors[final])
            phrases[key] = Phrase(key, *texts[key], who, merged_into, final in hidden)
        return Moderated(phrases)

    def _twins(self, texts: Mapping[str, tuple[str, str]], room: Room) -> dict[str, str]:
        """Of every phrase with twins the key of the one that stands for all: of those looked at the longest."""
        seen, groups = room.opened.get(self.name, texts), defaultdict(list)
        for key, (item, text) in texts.items():
            groups[item, plain_words(text)].append((key not in seen, -len(text), key))
        finals = {one[-1]: min(group)[-1] for group in groups.values() for one in group}
        return {key: final for key, final in finals.items() if key != final}

    def _finals(self, texts: Mapping[str, tuple[str, str]], room: Room) -> dict[str, str]:
        """Of every phrase the key of the one that stands for it.

        One whose stand-in is gone stands for itself; of phrases merged in a circle one stands for all.
        """
        decided = {name_of(item): into for item, into in room.decisions.items() if item.startswith("merge/")}
        merged = self._twins(texts, room) | decided
        known = {key: into for key, into in merged.items() if into in texts}
        return {key: stand_in(key, known) for key in texts}

    def _hidden(self, finals: Mapping[str, str], room: Room) -> set[str]:
        """The phrases that stand for others or for themselves and are kept from the room."""
        usual = self.usual(room)
        said = dict.fromkeys(finals.values(), YES if YES in usual else NO)
        said |= {finals[key]: YES for key in usual & finals.keys()}
        # What was decided about a phrase itself counts more than about one that was merged into it.
        for key in sorted(finals, key=lambda key: (key == finals[key], key)):
            said[finals[key]] = room.decisions.get(f"{self.name}/{key}", said[finals[key]])
        return {key for key, word in said.items() if word == NO}

    def usual(self, room: Room) -> frozenset[str]:
        """What is shown unless something else is decided about it: "yes" for all, or what was there at the opening."""
        return frozenset(room.opened.get(self.name, [YES]))

    def choices(self, room: Room) -> tuple[list[tuple[Phrase, str]], Alike]:
        """The phrases for the prompts that the room works on, with the words that they are shown as; those alike.

        Twins come first: nobody has decided about them yet.
        """
        phrases = room.of(self).phrases
        mine = [phrase for item in self.write.items(room, Seat()) for phrase in room.of(self).of(item)]
        shown_as = [(one, phrases[one.merged_into].text if one.merged_into else "") for one in mine]
        shown_as.sort(key=lambda pair: not pair[1] or f"merge/{pair[0].key}" in room.decisions)
        return shown_as, alike([phrase for phrase in mine if phrase.is_shown])

    def decide(self, item: str, value: str, room: Room) -> str | None:
        """Hidden or not, or the phrase that stands for it."""
        group, _slash, key = item.partition("/")
        if group == "merge":
            return self._merge(key, value, room)
        if group != self.name:
            return None
        if not is_key(key):
            raise no_phrase(key)
        return one_of(value, (YES, NO))

    def _merge(self, key: str, into: str, room: Room) -> str:
        phrases = room.of(self).phrases
        for name in (key, into) if into else (key,):
            if name not in phrases:
                raise no_phrase(name)
        if into and (key == into or phrases[key].item != phrases[into].item):
            text = _("“{one}” and “{other}” can't be shown as one. Choose two phrases for one situation.")
            raise ResponseError(text.format(one=phrases[key].text[:40], other=phrases[into].text[:40]))
        return into


class Approved(HeldBack, Phrases):
    """Phrases that are shown as the facilitator lets them through; nothing is merged."""

    template = "vote/wall.html"

    def every(self, room: Room) -> list[Phrase]:
        """Those that stand for themselves, by when they were let through; the others by when they were written."""
        moderated, written = room.of(self), room.of(self.write).sort_values(["at", "value", "item"])
        pairs = zip(written["item"], written["value"], strict=True)
        order = dict.fromkeys(moderated.final(self.key(*pair)) for pair in pairs)
        decided = {item: n for n, item in enumerate(room.decisions)}
        since = decided.get(f"{self.name}/new", -1)

        def when(phrase: Phrase) -> tuple[int, int]:
            """Before all came through by themselves, with them, or after."""
            let = decided.get(f"{self.name}/{phrase.key}")
            return (1, 0) if let is None else (2 * (let > since), let)

        return sorted((moderated.phrases[key] for key in order), key=when)

    def shown(self, room: Room) -> list[Phrase]:
        """What the room may read, the newest first."""
        return super().shown(room)[::-1]


def no_phrase(key: str) -> ResponseError:
    """What is said where something is to be decided about a phrase that isn't there."""
    return ResponseError(_("“{key}” is no phrase. Choose one from the list.").format(key=key[:40]))


def alike(phrases: Sequence[Phrase]) -> Alike:
    """The longer one of each pair is kept; the likest pairs come first."""
    # Here and not above: only a facilitator's page asks, and phones needn't wait for the import.
    from rapidfuzz import fuzz, process, utils

    pairs = []
    for item in {phrase.item for phrase in phrases}:
        group = [phrase for phrase in phrases if phrase.item == item]
        group.sort(key=lambda phrase: (-len(phrase.text), phrase.key))
        words = [utils.default_process(phrase.text) for phrase in group]
        scores = process.cdist(words, words, scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
        found = np.argwhere(np.triu(scores >= ALIKE, 1)).tolist()
        pairs += [(round(float(scores[one, two])), group[one], group[two]) for one, two in found]
    pairs.sort(key=lambda pair: (-pair[0], pair[1].key, pair[2].key))
    return [(keep, drop) for _likeness, keep, drop in pairs[:MOST_PAIRS]]
