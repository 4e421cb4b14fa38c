"""The kind ``phrasing``: say this, not that; alone with the coach, then read, voted for and revised.

What may be answered is in ``phrasing_plan``, the coach's words in ``phrasing_coach``, who may read what in
``phrasing_pool``, group results in ``phrasing_group`` and ``phrasing_tables``, the facilitator's decisions in
``phrasing_decisions``.
"""

import hashlib
from collections.abc import Sequence
from typing import Any

import pandas as pd

from kit.content.phrasing import PhraseRecipe, PhrasingExercise
from kit.kinds import phrasing_decisions, phrasing_group, phrasing_tables
from kit.kinds.kind import NONE, Answers, Decisions, Islands, Kind, Moment, Stage, spread
from kit.kinds.phrasing_coach import answer, warm_up
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


class Phrasing(Kind):
    """A phrasing exercise."""

    exercise: PhrasingExercise
    starts_again = False

    def __init__(self, exercise: PhrasingExercise) -> None:
        super().__init__(exercise)
        self.stages = _stages(exercise.minutes)
        self.plan = Plan(exercise)
        # A session's kinds are read in a worker thread: the coach's files are in memory before anybody types.
        warm_up()

    def opening(self, stage: Stage, responses: pd.DataFrame, decisions: Decisions = NONE) -> dict[str, Any]:
        """The situations of this stage, and from ``vote`` on which phrases the room reads.

        ``{"situations": [id, …], "phrases": [key, …]}``. Phrases that arrive after the vote or the showcase was
        opened aren't shown unless the facilitator says so: nobody has looked at them.
        """
        params: dict[str, Any] = {"situations": self.plan.picked({}, decisions)}
        if stage.id in ("vote", "showcase"):
            params["phrases"] = list(Pool(self.plan, responses, decisions).phrases)
        return params

    def decide(self, item: str, value: str, responses: pd.DataFrame) -> str:
        """A decision about situations and phrases; ``phrasing_decisions.check`` lists them.

        Raises:
            ResponseError: There is no such decision, situation or phrase.
        """
        return phrasing_decisions.check(self.plan, item, value, responses)

    def check(self, round: int, item: str, value: str) -> str:
        """A cleaned phrase or text, a vote or the origin of a card; see ``Plan.check``.

        Raises:
            ResponseError: Unknown round or item, too long, or no vote.
        """
        return self.plan.check(round, item, value)

    def progress(self, moment: Moment, answers: Answers) -> tuple[int, int]:
        """Phrases written of the situations; else whether there is an entry, a vote, a revision, a card."""
        stage = moment.stage
        if stage.round in (Round.NOT_THAT, Round.SAY_THIS):
            items = [phrase_item(name) for name in self._picked(moment)]
            return sum(bool(answers.get((stage.round, item))) for item in items), len(items)
        if stage.id == "card":
            return int(all(self.plan.card(answers).values())), 1
        if stage.round is None:
            return 0, 0
        return int(any(value and number == stage.round for (number, _item), value in answers.items())), 1

    def participant_view(
        self, moment: Moment, answers: Answers, group: dict[str, Any] | None = None, participant: str = ""
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
            picked = self._picked(moment)
            shown["situations"] = [self._task(name, answers, stage.round) for name in picked]
            shown["length"] = PHRASE_LENGTH
        elif stage.id == "vote":
            shown["situations"] = self._ballot(group, answers, participant) if group else []
            shown |= self._votes(answers)
        elif stage.id == "card":
            shown |= self._card_form(answers, self._picked(moment))
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

    def own_islands(self, moment: Moment, answers: Answers, item: str) -> Islands:
        """The coach's answer to a phrase (``coach-<situation>``), the ``card``, or the ``votes`` given.

        ``heard-`` and the name of a coach's island is the short line for screen readers.
        """
        stage, name = moment.stage, item.partition("/")[2]
        if stage.id == "card":
            return {"card": ("phrasing/card-face.html", {"card": self._card(answers)})}
        if stage.id == "vote":
            return {"votes": ("phrasing/votes.html", self._votes(answers))}
        if stage.id not in ("say-this", "showcase") or name not in self.plan.situations:
            return {}
        return self._coached(f"coach-{name}", answers.get((stage.round or 0, item), ""), name)

    def group_islands(
        self, moment: Moment, answers: Answers, group: dict[str, Any], participant: str
    ) -> Islands:
        """In the vote the words of phrases that the facilitator took away or gave back: ``phrase-<key>``.

        The boxes themselves stay: nothing is moved under anybody's fingers.
        """
        if moment.stage.id != "vote":
            return {}
        gone = {f"phrase-{key}": ("phrasing/phrase.html", {"text": ""}) for key in group["gone"]}
        back = {
            f"phrase-{phrase['key']}": ("phrasing/phrase.html", {"text": phrase["text"]})
            for phrase in group["phrases"]
            if phrase["key"] in group["decided"]
        }
        return gone | back

    def practice_islands(self, answers: Answers, item: str) -> Islands:
        """For a phrase ``coach-<situation>``, ``compare-<situation>`` and ``revised-<situation>``; the ``card``."""
        name = item.partition("/")[2]
        card: Islands = {"card": ("phrasing/card-face.html", {"card": self._card(answers)})}
        if name not in self.plan.situations:
            return card
        first, revised = (answers.get((number, item), "") for number in (Round.SAY_THIS, Round.REVISED))
        task = self._task(name, answers, Round.SAY_THIS)
        return {
            **card,
            **self._coached(f"coach-{name}", first, name),
            **self._coached(f"revised-{name}", revised, name),
            f"compare-{name}": ("phrasing/compare.html", {"task": task}),
        }

    def _coached(self, island: str, text: str, situation: str) -> dict[str, tuple[str, dict[str, Any]]]:
        said = answer(text, self.plan.for_coach(situation))
        return {
            island: ("phrasing/coach.html", {"coach": said}),
            f"heard-{island}": ("phrasing/heard.html", {"coach": said}),
        }

    def room_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any]:
        """What the projector and the facilitator show of the group, and phones as ``group``.

        In every stage: ``stage``, ``title``, ``round``; ``situations`` that the room works on, ``{situation,
        trade, text, recipe_title}``; ``people`` who answered something in this stage's round, and
        ``too_few``, whether these are under three. What participants typed is only in the stages from
        ``vote`` on.

        - ``brief``: ``objective`` and ``recipes`` as on phones.
        - ``vote``: ``phrases``, ``{key, situation, text}`` in the order of their keys, and ``finals``, of
          every phrase the key of the one that stands for it; ``gone``, the keys of those that aren't shown, and
          ``decided``, of those that the facilitator decided about.
        - ``showcase``: in each situation ``top`` (see ``phrasing_group.top``), ``good``, ``why_good``;
          ``voters``, ``votes_shown`` (three people or more voted).
        - ``debrief``: ``coverage`` and ``traps``, see ``phrasing_group``; ``cards`` (people with a card).
        """
        stage = moment.stage
        answered = responses[(responses["round"] == stage.round) & (responses["value"] != "")]
        people = int(answered["participant"].nunique()) if stage.round is not None else 0
        situations = [self._situation(name) for name in self._picked(moment)]
        shown = {**self._frame(moment), "situations": situations, "people": people}
        shown["too_few"] = people < phrasing_group.FEWEST
        if stage.id == "brief":
            shown |= self._brief()
        elif stage.id == "vote":
            pool = Pool(self.plan, responses, moment.decisions, moment.params.get("phrases"))
            open_phrases = pool.shown(self._picked(moment))
            shown["phrases"] = [
                {"key": phrase.key, "situation": phrase.situation, "text": phrase.text}
                for phrase in sorted(open_phrases, key=lambda phrase: phrase.key)
            ]
            shown["finals"] = {key: pool.final(key) for key in pool.phrases}
            shown["gone"] = [key for key, phrase in pool.phrases.items() if not phrase.is_shown]
            shown["decided"] = sorted({item.partition("/")[2] for item in moment.decisions})
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
        """What the facilitator may decide now; see ``phrasing_decisions.choices``. None in the last stages."""
        return phrasing_decisions.choices(self.plan, moment, responses)

    def tables(self, responses: pd.DataFrame, decisions: Decisions = NONE) -> dict[str, pd.DataFrame]:
        """The group's results for the facilitator; the columns are described in ``phrasing_tables``."""
        return phrasing_tables.tables(self.plan, responses, decisions)

    def _frame(self, moment: Moment) -> dict[str, Any]:
        return {"stage": moment.stage.id, "title": moment.stage.title, "round": moment.stage.round}

    def _picked(self, moment: Moment) -> list[str]:
        return self.plan.picked(moment.params, moment.decisions)

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

    def _ballot(self, group: dict[str, Any], answers: Answers, participant: str) -> list[dict[str, Any]]:
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
            others.sort(key=lambda phrase: hashlib.sha256(f"{participant}/{phrase['key']}".encode()).digest())
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
        pool = Pool(self.plan, responses, moment.decisions, moment.params.get("phrases"))
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
    spans = spread(minutes, WEIGHTS)
    return (
        Stage("brief", _("What this is about"), spans["brief"]),
        Stage("tempting", _("When are we tempted?"), spans["tempting"], round=Round.TEMPTING),
        Stage("not-that", _("Not that"), spans["not-that"], round=Round.NOT_THAT),
        Stage("say-this", _("Say this"), spans["say-this"], round=Round.SAY_THIS),
        Stage("vote", _("Read and vote"), spans["vote"], Round.VOTE, True, live=True),
        Stage("showcase", _("The best, and mine made better"), spans["showcase"], Round.REVISED, True),
        Stage("card", _("My card"), spans["card"], round=Round.CARD),
        Stage("debrief", _("What we take away"), spans["debrief"], shows_group=True),
    )
