"""The kind ``phrasing``: say this, not that; alone with the coach, then read, voted for and revised.

What may be answered is in ``phrasing_plan``, the coach's words in ``phrasing_coach``, who may read what in
``phrasing_pool``, group results in ``phrasing_group`` and ``phrasing_tables``, the facilitator's choices in
``phrasing_steer``.
"""

import hashlib
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

import pandas as pd

from kit.content.phrasing import PhraseRecipe, PhrasingExercise
from kit.kinds import phrasing_group, phrasing_steer, phrasing_tables
from kit.kinds.kind import NOTHING, Answers, Kind, Moment, Stage
from kit.kinds.phrasing_coach import answer
from kit.kinds.phrasing_plan import (
    CARD_LENGTHS,
    MOST_VOTES,
    PHRASE_LENGTH,
    TEMPTING_ENTRIES,
    TEMPTING_LENGTH,
    YES,
    Plan,
    Round,
    own_votes,
    phrase_item,
)
from kit.kinds.phrasing_pool import Pool
from kit.text import gettext as _

WEIGHTS = {
    "brief": 3,
    "tempting": 5,
    "not-that": 6,
    "say-this": 14,
    "vote": 6,
    "showcase": 12,
    "card": 6,
    "debrief": 8,
}
"""How the exercise's planned minutes are spread over its stages: most of the time is for finding words."""

READ_AT_MOST = 24
"""So many phrases one phone shows for voting. In a large room every phrase is read by some, not by all."""

Islands = dict[str, tuple[str, dict[str, Any]]]


class Phrasing(Kind):
    """A phrasing exercise."""

    exercise: PhrasingExercise
    starts_again = False

    def __init__(self, exercise: PhrasingExercise) -> None:
        super().__init__(exercise)
        self.stages = _stages(exercise.minutes)
        self.plan = Plan(exercise)

    def opening(
        self, stage: Stage, responses: pd.DataFrame, carried: Mapping[str, Any] = NOTHING
    ) -> dict[str, Any]:
        """The facilitator's choices so far, and from ``vote`` on which phrases the room reads.

        ``{"situations": [id, …], "hidden": [phrase, …], "merged": {phrase: phrase}, "phrases": [phrase,
        …]}``. Phrases that arrive after the vote was opened aren't shown: nobody has looked at them.
        """
        params = {
            "situations": self.plan.picked(carried),
            "hidden": list(carried.get("hidden", ())),
            "merged": dict(carried.get("merged", {})),
        }
        if stage.id == "vote":
            params["phrases"] = list(Pool(self.plan, responses, params).phrases)
        elif stage.shows_group and "phrases" in carried:
            params["phrases"] = list(carried["phrases"])
        return params

    def steer(self, params: Mapping[str, Any], choice: Mapping[str, str]) -> dict[str, Any]:
        """The params after a choice of the facilitator; ``phrasing_steer.steer`` lists the choices.

        Raises:
            SessionError: There is no such choice, situation or phrase.
        """
        return phrasing_steer.steer(self.plan, params, choice)

    def view_key(self, moment: Moment) -> str:
        """Changes with the situations while phrases are written, and with every choice while they are read.

        While people write, to hide or merge a phrase changes nothing on their phones.
        """
        if moment.stage.id not in ("not-that", "say-this", "vote", "showcase"):
            return ""
        shown: list[Any] = [self.plan.picked(moment.params)]
        if moment.stage.shows_group:
            shown += [
                sorted(moment.params.get("hidden", ())),
                sorted(moment.params.get("merged", {}).items()),
            ]
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:8]

    def check(self, round: int, item: str, value: str, answers: Answers = NOTHING) -> str:
        """A cleaned phrase or text, a vote or the origin of a card; see ``Plan.check``.

        Raises:
            ResponseError: Unknown round or item, too long, one vote too many, or a vote for one's own phrase.
        """
        return self.plan.check(round, item, value, answers)

    def progress(self, moment: Moment, answers: Answers) -> tuple[int, int]:
        """Phrases written of the situations; else whether there is an entry, a vote, a revision, a card."""
        stage = moment.stage
        if stage.round in (Round.NOT_THAT, Round.SAY_THIS):
            items = [phrase_item(name) for name in self.plan.picked(moment.params)]
            return sum(bool(answers.get((stage.round, item))) for item in items), len(items)
        if stage.id == "card":
            return int(all(self.plan.card(answers).values())), 1
        if stage.round is None:
            return 0, 0
        return int(any(value and number == stage.round for (number, _item), value in answers.items())), 1

    def participant_view(
        self, moment: Moment, answers: Answers, group: dict[str, Any] | None = None, seat: str = ""
    ) -> dict[str, Any]:
        """What a participant's template shows.

        In every stage: ``stage``, ``title``, ``round``, ``done``, ``total`` and ``group``: what ``room_view``
        returned for this very moment, None in stages that don't show it.

        - ``brief``: ``objective``, ``minutes`` (of the exercise), ``recipes`` (list of ``{recipe, title,
          steps}`` with steps as ``{step, title, hint}``).
        - ``tempting``: ``entries`` (list of ``{item, number, typed}``), ``length``.
        - ``not-that``, ``say-this``, ``showcase``: ``situations``, see ``_task``, and ``length``.
        - ``vote``: ``situations``, a list of ``{situation, trade, text, phrases}`` with phrases as ``{key,
          item, text, voted}``: other people's, in an order of this phone's own; ``votes`` (given),
          ``most_votes``.
        - ``card``: ``origins`` (own phrases to start from, ``{situation, trade, text, say, chosen}``),
          ``parts`` (``{when, instead, say}``, each ``{item, typed, offered, length}``), ``card`` (``{when,
          instead, say}`` as it stands, ``complete``).
        - ``debrief``: ``card``.
        """
        done, total = self.progress(moment, answers)
        stage = moment.stage
        fits = stage.shows_group and group is not None and group["stage"] == stage.id
        group = group if fits else None
        shown = {**self._frame(moment), "done": done, "total": total, "group": group}
        if stage.id == "brief":
            shown |= self._brief()
        elif stage.id == "tempting":
            shown |= {"entries": _entries(answers), "length": TEMPTING_LENGTH}
        elif stage.id in ("not-that", "say-this", "showcase"):
            picked = self.plan.picked(moment.params)
            shown["situations"] = [self._task(name, answers, stage.round) for name in picked]
            shown["length"] = PHRASE_LENGTH
        elif stage.id == "vote":
            shown["situations"] = self._ballot(group, answers, seat) if group else []
            shown |= self._votes(answers)
        elif stage.id == "card":
            shown |= self._card_form(answers, self.plan.picked(moment.params))
        elif stage.id == "debrief":
            shown["card"] = self._card(answers)
        return shown

    def practice_view(self, answers: Answers) -> dict[str, Any]:
        """All situations, one after the other: the models, own words with the coach, compare, revise, card.

        ``objective``, ``length``; ``situations``: see ``_task``, with the keys ``revised`` and
        ``coach_revised`` besides; the card as in ``participant_view``; ``done`` (situations with a phrase)
        and ``total``.
        """
        names = list(self.plan.situations)
        tasks = []
        for name in names:
            revised = answers.get((Round.REVISED, phrase_item(name)), "")
            both = {"revised": revised, "coach_revised": answer(revised, self.plan.for_coach(name))}
            tasks.append(self._task(name, answers, Round.SAY_THIS) | both)
        done = len(self.plan.written(answers, names))
        shown = {"objective": self.exercise.objective, "length": PHRASE_LENGTH, "situations": tasks}
        return {**shown, **self._card_form(answers, names), "done": done, "total": len(names)}

    def islands_after(self, moment: Moment | None, answers: Answers, round: int, item: str) -> Islands:
        """The coach's answer to a phrase (``coach-<situation>``), the card (``card``), the ``votes`` given.

        For a learner alone the revised phrase's answer is ``revised-<situation>``, and the comparison of the
        first one with the model ``compare-<situation>``. ``heard-`` and the name of a coach's island is the
        short line for screen readers.
        """
        name = item.partition("/")[2]
        alone = moment is None
        if moment is not None and moment.stage.round != round:
            return {}
        if round == Round.CARD:
            return {"card": ("card-face.html", {"card": self._card(answers)})}
        if round == Round.VOTE:
            return {"votes": ("votes.html", self._votes(answers))}
        if round not in (Round.SAY_THIS, Round.REVISED) or name not in self.plan.situations:
            return {}
        said = answer(answers.get((round, item), ""), self.plan.for_coach(name))
        island = f"revised-{name}" if alone and round == Round.REVISED else f"coach-{name}"
        islands: Islands = {
            island: ("coach.html", {"coach": said}),
            f"heard-{island}": ("heard.html", {"coach": said}),
        }
        if alone and round == Round.SAY_THIS:
            islands[f"compare-{name}"] = ("compare.html", {"task": self._task(name, answers, round)})
        return islands

    def room_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any]:
        """What the projector and the facilitator show of the group, and phones as ``group``.

        In every stage: ``stage``, ``title``, ``round``; ``situations`` that the room works on, ``{situation,
        trade, text, recipe_title}``; ``people`` who answered something in this stage's round, and
        ``too_few``, whether these are under three. What participants typed is only in the stages from
        ``vote`` on.

        - ``brief``: ``objective`` and ``recipes`` as on phones.
        - ``vote``: ``phrases``, ``{key, situation, text}`` in the order of their keys, and ``finals``, of
          every phrase the key of the one that stands for it.
        - ``showcase``: in each situation ``top`` (see ``phrasing_group.top``), ``good``, ``why_good``;
          ``voters``, ``votes_shown`` (three people or more voted).
        - ``debrief``: ``coverage`` and ``traps``, see ``phrasing_group``; ``cards`` (people with a card).
        """
        stage = moment.stage
        answered = responses[(responses["round"] == stage.round) & (responses["value"] != "")]
        people = int(answered["participant"].nunique()) if stage.round is not None else 0
        situations = [self._situation(name) for name in self.plan.picked(moment.params)]
        shown = {**self._frame(moment), "situations": situations, "people": people}
        shown["too_few"] = people < phrasing_group.FEWEST
        if stage.id == "brief":
            shown |= self._brief()
        elif stage.id == "vote":
            pool = Pool(self.plan, responses, moment.params)
            open_phrases = pool.shown(self.plan.picked(moment.params))
            shown["phrases"] = [
                {"key": phrase.key, "situation": phrase.situation, "text": phrase.text}
                for phrase in sorted(open_phrases, key=lambda phrase: phrase.key)
            ]
            shown["finals"] = {key: pool.final(key) for key in pool.phrases}
        elif stage.id == "showcase":
            shown |= self._showcase(moment, situations, responses)
        elif stage.id == "debrief":
            rows = phrasing_group.written(self.plan, responses)
            cards = responses[(responses["round"] == Round.CARD) & (responses["value"] != "")]
            shown["coverage"] = phrasing_group.coverage(self.plan, rows)
            shown["traps"] = phrasing_group.traps(self.plan, rows)
            shown["cards"] = int(cards["participant"].nunique())
        return shown

    def console_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any] | None:
        """What the facilitator may choose now; see ``phrasing_steer.choices``. None in the last stages."""
        return phrasing_steer.choices(self.plan, moment, responses)

    def tables(self, responses: pd.DataFrame, params: Mapping[str, Any] = NOTHING) -> dict[str, pd.DataFrame]:
        """The group's results for the facilitator; the columns are described in ``phrasing_tables``."""
        return phrasing_tables.tables(self.plan, responses, params)

    def _frame(self, moment: Moment) -> dict[str, Any]:
        return {"stage": moment.stage.id, "title": moment.stage.title, "round": moment.stage.round}

    def _brief(self) -> dict[str, Any]:
        return {
            "objective": self.exercise.objective,
            "minutes": self.exercise.minutes,
            "recipes": [
                {"recipe": recipe.id, "title": recipe.title, "steps": _steps(recipe)}
                for recipe in self.exercise.recipes
            ],
        }

    def _situation(self, name: str) -> dict[str, Any]:
        situation, recipe = self.plan.situations[name], self.plan.recipe_of(name)
        return {
            "situation": name,
            "trade": situation.trade,
            "text": situation.text,
            "recipe_title": recipe.title,
        }

    def _task(self, name: str, answers: Answers, round: int | None) -> dict[str, Any]:
        """A situation to find words for.

        ``situation``, ``trade``, ``text``, ``recipe_title``, ``steps`` (``{step, title, hint}``), ``item``;
        own words: ``typed`` (of this round; of a revision not yet made the first version), ``first``,
        ``wrong`` (of the stage ``not-that``); ``coach``, its answer to ``typed`` (see
        ``phrasing_coach.answer``), None where the wrong thing is said; the models ``bad``, ``why_bad``,
        ``good``, ``why_good``.
        """
        recipe, item = self.plan.recipe_of(name), phrase_item(name)
        first = answers.get((Round.SAY_THIS, item), "")
        typed = (
            self.plan.latest(answers, name) if round == Round.REVISED else answers.get((round or 0, item), "")
        )
        with_coach = round != Round.NOT_THAT
        return {
            **self._situation(name),
            "steps": _steps(recipe),
            "item": item,
            "typed": typed,
            "first": first,
            "wrong": answers.get((Round.NOT_THAT, item), ""),
            "coach": answer(typed, self.plan.for_coach(name)) if with_coach else None,
            **recipe.model_dump(include={"bad", "why_bad", "good", "why_good"}),
        }

    def _ballot(self, group: dict[str, Any], answers: Answers, seat: str) -> list[dict[str, Any]]:
        """Other people's phrases to vote for, in this phone's own order; voted ones are always among them."""
        own = {group["finals"].get(key, key) for key in self.plan.own_keys(answers)}
        voted = {group["finals"].get(item.removeprefix("vote/")) for item in own_votes(answers)}
        most = max(1, READ_AT_MOST // len(group["situations"]))
        ballot = []
        for situation in group["situations"]:
            others = [
                phrase
                for phrase in group["phrases"]
                if phrase["situation"] == situation["situation"] and phrase["key"] not in own
            ]
            others.sort(key=lambda phrase: hashlib.sha256(f"{seat}/{phrase['key']}".encode()).digest())
            phrases = [
                {
                    "key": phrase["key"],
                    "item": f"vote/{phrase['key']}",
                    "text": phrase["text"],
                    "voted": phrase["key"] in voted,
                }
                for place, phrase in enumerate(others)
                if place < most or phrase["key"] in voted
            ]
            ballot.append(
                {key: situation[key] for key in ("situation", "trade", "text")} | {"phrases": phrases}
            )
        return ballot

    def _votes(self, answers: Answers) -> dict[str, Any]:
        return {"votes": len(own_votes(answers)), "most_votes": MOST_VOTES}

    def _showcase(
        self, moment: Moment, situations: Sequence[dict[str, Any]], responses: pd.DataFrame
    ) -> dict[str, Any]:
        pool = Pool(self.plan, responses, moment.params)
        voted = responses[(responses["round"] == Round.VOTE) & (responses["value"] == YES)]
        voters = int(voted["participant"].nunique())
        with_votes = voters >= phrasing_group.FEWEST
        shown = []
        for situation in situations:
            recipe = self.plan.recipe_of(situation["situation"])
            top = phrasing_group.top(pool.shown([situation["situation"]]), with_votes)
            shown.append({**situation, "top": top, "good": recipe.good, "why_good": recipe.why_good})
        return {"situations": shown, "voters": voters, "votes_shown": with_votes}

    def _card(self, answers: Answers) -> dict[str, Any]:
        card = self.plan.card(answers)
        return {**card, "complete": all(card.values())}

    def _card_form(self, answers: Answers, situations: Sequence[str]) -> dict[str, Any]:
        origin = answers.get((Round.CARD, "card/from"), "")
        origins = [
            {
                **{key: self._situation(name)[key] for key in ("situation", "trade", "text")},
                "say": self.plan.latest(answers, name),
                "chosen": name == origin,
            }
            for name in self.plan.written(answers, situations)
        ]
        untyped = {place: value for place, value in answers.items() if place[1] in ("card/from",) or place[0]}
        offered = self.plan.card(untyped)
        parts = {
            part: {
                "item": f"card/{part}",
                "typed": answers.get((Round.CARD, f"card/{part}"), ""),
                "offered": offered[part],
                "length": length,
            }
            for part, length in CARD_LENGTHS.items()
        }
        return {"origins": origins, "parts": parts, "card": self._card(answers)}


def _steps(recipe: PhraseRecipe) -> list[dict[str, str]]:
    return [{"step": step.id, "title": step.title, "hint": step.hint} for step in recipe.steps]


def _entries(answers: Answers) -> list[dict[str, Any]]:
    items = [(number, f"tempting/{number}") for number in range(1, TEMPTING_ENTRIES + 1)]
    return [
        {"item": item, "number": number, "typed": answers.get((Round.TEMPTING, item), "")}
        for number, item in items
    ]


def _stages(minutes: int) -> tuple[Stage, ...]:
    """The stages; their minutes add up to those of the exercise."""
    total = sum(WEIGHTS.values())
    ends = [round(minutes * weight / total) for weight in accumulate(WEIGHTS.values(), initial=0)]
    spans = {stage: end - start for stage, (start, end) in zip(WEIGHTS, pairwise(ends), strict=True)}
    return (
        Stage("brief", _("What this is about"), spans["brief"]),
        Stage("tempting", _("When are we tempted?"), spans["tempting"], round=Round.TEMPTING),
        Stage("not-that", _("Not that"), spans["not-that"], round=Round.NOT_THAT),
        Stage("say-this", _("Say this"), spans["say-this"], round=Round.SAY_THIS),
        Stage("vote", _("Read and vote"), spans["vote"], round=Round.VOTE, shows_group=True),
        Stage("showcase", _("The best, and mine made better"), spans["showcase"], Round.REVISED, True),
        Stage("card", _("My card"), spans["card"], round=Round.CARD),
        Stage("debrief", _("What we take away"), spans["debrief"], shows_group=True),
    )
