"""The kind ``sort``: cards into rings or piles; alone, then seen, talked over, sorted again, explained.

Who judges a placement is in ``placing``, what a group sees in ``sort_group``, the tables in ``sort_tables``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from kit.content.deck import Deck
from kit.errors import ResponseError
from kit.kinds import sort_group, sort_tables
from kit.kinds.kind import NONE, Answers, Decisions, Islands, Kind, Moment, Stage, spread
from kit.kinds.placing import COMMITMENT, COMMITMENT_LENGTH, Feedback, Judge, Verdict
from kit.kinds.typed import clean_line
from kit.text import gettext as _

WEIGHTS = {"brief": 2, "sort": 5, "reveal": 3, "discuss": 8, "sort-again": 4, "answers": 8, "debrief": 5}
"""How the exercise's planned minutes are spread over its stages: most of the time is for talking."""

WITH_KEY = ("answers", "debrief")
"""The stages that show the answers."""


class Sort(Kind):
    """A card sort of one deck."""

    exercise: Deck
    looks_ahead: Mapping[str, str] = {"sort": "reveal", "sort-again": "answers"}

    def __init__(self, exercise: Deck) -> None:
        super().__init__(exercise)
        self.stages = _stages(exercise.minutes)
        self._judge = Judge(exercise)
        self._categories = [
            category.model_dump(include={"id", "name", "definition", "source"})
            for category in exercise.categories
        ]

    def opening(self, stage: Stage, responses: pd.DataFrame, decisions: Decisions = NONE) -> dict[str, Any]:
        """The contested cards for ``discuss`` and ``sort-again``: ``{"items": [card id, …]}``, maybe none."""
        if stage.id not in ("discuss", "sort-again"):
            return {}
        return {"items": sort_group.contested(self._judge, self._judge.placements(responses))}

    def check(self, round: int, item: str, value: str) -> str:
        """The category of a card (rounds 1 and 2) or the cleaned commitment (round 0).

        Raises:
            ResponseError: Unknown card, category or round, or a commitment that is empty or too long.
        """
        if (round, item) == (0, COMMITMENT):
            return clean_line(value, COMMITMENT_LENGTH)
        if round not in (1, 2):
            text = _("Round {round} takes no “{item}”. Use 1 or 2 for cards, 0 for “{commitment}”.")
            raise ResponseError(text.format(round=round, item=item[:60], commitment=COMMITMENT))
        self._judge.require(item, value)
        return value

    def progress(self, moment: Moment, answers: Answers) -> tuple[int, int]:
        """Cards placed of the cards to place; in the debrief, whether there is a commitment; else (0, 0)."""
        if moment.stage.round is None:
            return 0, 0
        if moment.stage.id == "debrief":
            return int(bool(answers.get((0, COMMITMENT)))), 1
        items = self._items(moment)
        placed = (answers.get((moment.stage.round, item)) in self._judge.categories for item in items)
        return sum(placed), len(items)

    def feedback(self, card_id: str, placed: str) -> Feedback:
        """What a person learns about one placement; never shown before the stage ``answers``.

        Raises:
            ResponseError: The deck has no such card or category.
        """
        return self._judge.feedback(card_id, placed)

    def score(self, answers: Answers, round: int) -> tuple[int, int]:
        """How many cards were exact after that round, of how many in the deck.

        After round 2 a card that was sorted again counts as it was placed last.
        """
        placed = ((card.id, self._judge.latest(answers, card.id, round)) for card in self.exercise.cards)
        exact = sum(
            category is not None and self._judge.verdict(item, category) is Verdict.EXACT
            for item, category in placed
        )
        return exact, len(self.exercise.cards)

    def participant_view(
        self, moment: Moment, answers: Answers, group: dict[str, Any] | None = None, participant: str = ""
    ) -> dict[str, Any]:
        """What a participant's template shows.

        In every stage: ``stage``, ``title``, ``question``, ``nested``, ``categories`` (list of ``{id, name,
        definition, source}``, of a nested deck the outermost first), ``round``, ``done``, ``total`` and
        ``group``: what ``room_view`` returned for this very moment, None in stages that don't show it and for
        a learner alone.

        - ``brief``: ``objective``, ``minutes`` (of the exercise), ``size`` (number of cards).
        - ``sort``, ``sort-again``: ``cards``, a list of ``{card, text, placed, placed_name, before,
          before_name}``: own placement in this round, and the one of round 1 while sorting again, else None.
        - ``reveal``, ``discuss``: ``placed``, own placements of round 1 as ``{card id: category id}``.
        - ``answers``: ``cards`` as above, ``placed`` being the last placement and ``before`` the one of round
          1 if the card was sorted again; and for each ``verdict`` ("exact", "wider", "other", None if not
          placed), ``verdict_text``, ``answer``, ``answer_name``, ``reason``, ``misconception`` (``{name,
          explanation}`` or None). Also ``score`` and ``score_before``.
        - ``debrief``: ``score``, ``score_before``, ``commitment`` (text, perhaps empty),
          ``commitment_length``.

        ``score`` is ``{exact, total, text}``, None for somebody who placed nothing; ``score_before`` the same
        after round 1, None for somebody who sorted nothing again.
        """
        done, total = self.progress(moment, answers)
        stage = moment.stage
        fits = stage.shows_group and group is not None and group["stage"] == stage.id
        shown = {**self._frame(moment), "done": done, "total": total, "group": group if fits else None}
        if stage.id == "brief":
            size = len(self.exercise.cards)
            shown.update(objective=self.exercise.objective, minutes=self.exercise.minutes, size=size)
        elif stage.id in ("sort", "sort-again"):
            shown["cards"] = [self._card(answers, item, stage.round) for item in self._items(moment)]
        elif stage.id in ("reveal", "discuss"):
            shown["placed"] = {
                item: where for item in self._items(moment) if (where := self._at(answers, item, 1))
            }
        elif stage.id == "answers":
            shown["cards"] = [self._explained(answers, item) for item in self._items(moment)]
            shown.update(self._scores(answers))
        elif stage.id == "debrief":
            commitment = answers.get((0, COMMITMENT), "")
            shown.update(self._scores(answers), commitment=commitment, commitment_length=COMMITMENT_LENGTH)
        return shown

    def practice_view(self, answers: Answers) -> dict[str, Any]:
        """The sort with feedback at once.

        ``question``, ``nested``, ``categories``, ``done``, ``total``, ``score`` as in ``participant_view``, and
        ``cards`` as in its stage ``answers``, but the answer and the reason are None for a card not yet placed.
        """
        sort = Moment(self.stages[1])
        done, total = self.progress(sort, answers)
        cards = [self._explained(answers, card.id) for card in self.exercise.cards]
        for card in cards:
            if card["placed"] is None:
                card.update(answer=None, answer_name=None, reason=None)
        return {
            **self._frame(sort),
            "cards": cards,
            "done": done,
            "total": total,
            "score": self._score(answers, 1),
        }

    def practice_islands(self, answers: Answers, item: str) -> Islands:
        """The feedback on the card, and the score once every card is placed."""
        view = self.practice_view(answers)
        card = next(card for card in view["cards"] if card["card"] == item)
        return {
            f"feedback-{item}": ("sort/feedback.html", {"card": card}),
            "score": ("sort/score.html", view),
        }

    def room_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any]:
        """What the projector and the facilitator show of the group, and phones as ``group``.

        In every stage: ``stage``, ``title``, ``question``, ``nested``, ``categories``, ``round`` as in
        ``participant_view``; ``cards``, those of this stage as ``{card, text}``; ``people``, who placed
        something in the round that is taken or shown (round 2 in ``sort-again``, else 1); ``done``, how many
        finished this stage; ``too_few``, whether ``people`` is under three, so that no shares are shown.

        - ``reveal``, ``discuss``: ``bars`` (see ``sort_group.bars``), in the deck's order and the most split
          first.
        - ``answers``, ``debrief``: ``bars`` with the key in them, and ``shift`` (see ``sort_group.shift``) or
          None.
        - Elsewhere ``bars`` is empty, and ``shift`` None before ``answers``.

        To look at a result before the room does, ask for the moment of ``reveal``.
        """
        placements = self._judge.placements(responses)
        stage, items = moment.stage, self._items(moment, placements)
        with_key = stage.id in WITH_KEY
        number = 2 if stage.id == "sort-again" else 1
        people = sort_group.people(placements[placements["round"] == number])
        bars = stage.shows_group or with_key
        return {
            **self._frame(moment),
            "cards": [{"card": item, "text": self._judge.cards[item].text} for item in items],
            "people": people,
            "done": self._finished(stage, placements, responses, items),
            "too_few": people < sort_group.FEWEST,
            "bars": sort_group.bars(self._judge, placements, items, with_key) if bars else [],
            "shift": sort_group.shift(self._judge, placements) if with_key else None,
        }

    def tables(self, responses: pd.DataFrame, decisions: Decisions = NONE) -> dict[str, pd.DataFrame]:
        """The group's results for the facilitator; the columns of each are described in ``sort_tables``."""
        return sort_tables.tables(self._judge, responses)

    def _frame(self, moment: Moment) -> dict[str, Any]:
        return {
            "stage": moment.stage.id,
            "title": moment.stage.title,
            "question": self.exercise.question,
            "nested": self.exercise.nested,
            "categories": self._categories,
            "round": moment.stage.round,
        }

    def _items(self, moment: Moment, placements: pd.DataFrame | None = None) -> list[str]:
        """The cards of this stage: those fixed when it opened, as far as the deck still has them, or all."""
        if "items" in moment.params:
            return [item for item in moment.params["items"] if item in self._judge.cards]
        if placements is not None and moment.stage.id in ("discuss", "sort-again"):
            return sort_group.contested(self._judge, placements)
        return list(self._judge.cards)

    def _finished(
        self, stage: Stage, placements: pd.DataFrame, responses: pd.DataFrame, items: Sequence[str]
    ) -> int:
        """How many participants have answered all that this stage asks for."""
        if stage.id == "debrief":
            written = (responses["round"] == 0) & (responses["item"] == COMMITMENT)
            return sort_group.people(responses[written])
        if stage.round is None or not items:
            return 0
        taken = placements[(placements["round"] == stage.round) & placements["item"].isin(items)]
        return sum(number == len(items) for number in Counter(taken["participant"]).values())

    def _at(self, answers: Answers, item: str, round: int | None) -> str | None:
        """Where the participant placed the card in that round, or None."""
        placed = answers.get((round, item)) if round else None
        return placed if placed in self._judge.categories else None

    def _name(self, category_id: str | None) -> str | None:
        return self._judge.categories[category_id].name if category_id else None

    def _card(self, answers: Answers, item: str, round: int | None) -> dict[str, Any]:
        """A card to place in this round."""
        before = self._at(answers, item, 1) if round == 2 else None
        return self._placed(item, self._at(answers, item, round), before)

    def _placed(self, item: str, placed: str | None, before: str | None) -> dict[str, Any]:
        return {
            "card": item,
            "text": self._judge.cards[item].text,
            "placed": placed,
            "placed_name": self._name(placed),
            "before": before,
            "before_name": self._name(before),
        }

    def _explained(self, answers: Answers, item: str) -> dict[str, Any]:
        """A card with the answer and what the participant's last placement was worth."""
        card, placed = self._judge.cards[item], self._judge.latest(answers, item, 2)
        again = self._at(answers, item, 2) is not None
        feedback = self.feedback(item, placed) if placed else None
        mistaken = feedback.misconception if feedback else None
        return {
            **self._placed(item, placed, self._at(answers, item, 1) if again else None),
            "verdict": feedback.verdict.value if feedback else None,
            "verdict_text": self._verdict_text(feedback.verdict) if feedback else None,
            "answer": card.answer,
            "answer_name": self._name(card.answer),
            "reason": card.reason,
            "misconception": mistaken.model_dump(include={"name", "explanation"}) if mistaken else None,
        }

    def _verdict_text(self, verdict: Verdict) -> str:
        if verdict is Verdict.EXACT:
            return _("Exactly this ring") if self.exercise.nested else _("As we'd place it")
        return _("True, but wider") if verdict is Verdict.WIDER else _("Not this one")

    def _scores(self, answers: Answers) -> dict[str, Any]:
        cards = self.exercise.cards
        first = any(self._at(answers, card.id, 1) for card in cards)
        again = any(self._at(answers, card.id, 2) for card in cards)
        return {
            "score": self._score(answers, 2) if first or again else None,
            "score_before": self._score(answers, 1) if first and again else None,
        }

    def _score(self, answers: Answers, round: int) -> dict[str, Any]:
        exact, total = self.score(answers, round)
        nested, flat = (
            _("{exact} of {total} on the innermost ring"),
            _("{exact} of {total} as we'd place them"),
        )
        text = (nested if self.exercise.nested else flat).format(exact=exact, total=total)
        return {"exact": exact, "total": total, "text": text}


def _stages(minutes: int) -> tuple[Stage, ...]:
    """The stages; their minutes add up to those of the exercise."""
    spans = spread(minutes, WEIGHTS)
    return (
        Stage("brief", _("What this is about"), spans["brief"]),
        Stage("sort", _("Sort on your own"), spans["sort"], round=1),
        Stage("reveal", _("How we sorted"), spans["reveal"], shows_group=True),
        Stage("discuss", _("Talk it over"), spans["discuss"], shows_group=True),
        Stage("sort-again", _("Sort these again"), spans["sort-again"], round=2),
        Stage("answers", _("Answers and reasons"), spans["answers"], shows_group=True),
        Stage("debrief", _("What I take away"), spans["debrief"], round=0),
    )
