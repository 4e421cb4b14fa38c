"""The kind ``partners``: who serves whom, what each side needs, the map, its gaps, and agreements to close them.

Names of items are in ``partners_items``, what the group said in ``partners_group``, agreements in
``partners_agreements``, what each phone shows in ``partners_views``, the tables in ``partners_tables``.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kit.content.partners import PartnersExercise
from kit.errors import ResponseError
from kit.kinds import partners_items, partners_tables, partners_views
from kit.kinds.kind import NONE, Answers, Decisions, Islands, Kind, Moment, Stage, spread
from kit.kinds.partners_agreements import agreements, shown
from kit.kinds.partners_group import PAIR, PREDICTED, SAME, STATED, Group, Person
from kit.kinds.partners_items import AGREE, CLOSE, EXPLORE, parse
from kit.kinds.placing import COMMITMENT
from kit.kinds.roles import MERGE, RoleBook, alike
from kit.text import gettext as _

WEIGHTS = {
    "brief": 8,
    "roles": 5,
    "needs": 10,
    "my-needs": 8,
    "map": 8,
    "gaps": 14,
    "agreements": 15,
    "debrief": 7,
}
"""How the exercise's planned minutes are spread over its stages."""

MERGING = ("roles", "needs", "my-needs", "map", "gaps")
"""Stages in which the facilitator merges roles."""

PAIRING = ("map", "gaps")
"""Stages in which the facilitator pairs needs: on the way to the gaps and while they are shown."""


class Partners(Kind):
    """A map of internal customers."""

    exercise: PartnersExercise
    looks_ahead: Mapping[str, str] = {"roles": "map", "needs": "map", "my-needs": "map", "map": "gaps"}
    files = (".ics",)

    def __init__(self, exercise: PartnersExercise) -> None:
        super().__init__(exercise)
        self.stages = _stages(exercise.minutes)

    def opening(self, stage: Stage, responses: pd.DataFrame, decisions: Decisions = NONE) -> dict[str, Any]:
        """The names of roles in the order of their places on the map: ``{"places": [name, …]}``."""
        if stage.id not in ("map", "gaps", "agreements"):
            return {}
        return {"places": self._group(responses, decisions).typed}

    def check(self, round: int, item: str, value: str) -> str:
        """The value as it will be stored; see ``partners_items``.

        Raises:
            ResponseError: The round has no such item, or the value can't be taken.
        """
        return partners_items.check(self.exercise, self._book(NONE), round, item, value)

    def progress(self, moment: Moment, answers: Answers) -> tuple[int, int]:
        """What is answered of what the stage asks: sides of the cases, role and partners, or parts of each partner."""
        stage = moment.stage.id
        person = Person.read(self._book(moment.decisions), answers)
        partners = set(person.partners.values())
        if stage == "brief":
            asked = [f"case/{case.id}/{side}" for case in self.exercise.cases for side in (1, 2)]
            return sum((EXPLORE, item) in answers for item in asked), len(asked)
        if stage == "roles":
            return bool(person.role) + bool(partners), 2
        if stage == "needs":
            done = [*person.predicted, *person.meets, *person.rating]
            return len(done), 3 * len(partners)
        if stage == "my-needs":
            return len([*person.needs, *person.served]), 2 * len(partners)
        if stage == "agreements":
            confirms = (number == AGREE and item.startswith("confirm/") for number, item in answers)
            return int(
                any(yes and answers[key] != "no" for yes, key in zip(confirms, answers, strict=True))
            ), 1
        if stage == "debrief":
            return int(bool(answers.get((CLOSE, COMMITMENT)))), 1
        return 0, 0

    def participant_view(
        self, moment: Moment, answers: Answers, group: dict[str, Any] | None = None, participant: str = ""
    ) -> dict[str, Any]:
        """What a participant's template shows.

        In every stage ``stage``, ``title``, ``round``, ``done``, ``total``, ``group`` (what ``room_view`` returned
        for this moment, else None), ``own_role``; the rest by stage is described at the functions of
        ``partners_views``.
        """
        done, total = self.progress(moment, answers)
        stage = moment.stage
        fits = stage.shows_group and group is not None and group["stage"] == stage.id
        person = Person.read(self._book(moment.decisions), answers, participant)
        shown_group = group if fits else None
        frame = {
            "stage": stage.id,
            "title": stage.title,
            "round": stage.round,
            "done": done,
            "total": total,
            "group": shown_group,
            "own_role": person.role,
        }
        return frame | self._stage_view(moment, answers, person, shown_group)

    def _stage_view(
        self, moment: Moment, answers: Answers, person: Person, group: dict[str, Any] | None
    ) -> dict[str, Any]:
        stage, exercise = moment.stage.id, self.exercise
        if stage == "brief":
            return partners_views.brief(exercise, answers)
        if stage == "roles":
            return partners_views.roles(exercise, answers)
        if stage in ("needs", "my-needs"):
            return partners_views.needs(exercise, person, answers)
        if stage == "map":
            return partners_views.own_map(person, group)
        if stage == "gaps":
            return partners_views.own_gaps(person, group)
        if stage == "agreements":
            return partners_views.own_agreements(self._book(moment.decisions), person, answers, group)
        return partners_views.debrief(person, answers, group)

    def practice_view(self, answers: Answers) -> dict[str, Any]:
        """Everything on one page for a learner alone: cases, roles, needs both ways, the sheet of questions.

        ``done`` and ``total`` count the parts of the stages ``roles``, ``needs`` and ``my-needs``; the other
        keys are those of the stages ``brief``, ``roles`` and ``needs``, and ``sheet``, see
        ``partners_views.sheet``.
        """
        stages = [self.stage(stage) for stage in ("roles", "needs", "my-needs")]
        counted = [self.progress(Moment(stage), answers) for stage in stages if stage]
        person = Person.read(self._book(NONE), answers)
        return {
            **partners_views.brief(self.exercise, answers),
            **partners_views.roles(self.exercise, answers),
            **partners_views.needs(self.exercise, person, answers),
            "own_role": person.role,
            "sheet": partners_views.sheet(self.exercise, person, answers),
            "done": sum(done for done, _total in counted),
            "total": sum(total for _done, total in counted),
        }

    def own_islands(self, moment: Moment, answers: Answers, item: str) -> Islands:
        """The key of a case's side that was answered; the questions for a need that is vague."""
        book = self._book(moment.decisions)
        return partners_views.islands_after(self.exercise, Person.read(book, answers), answers, item)

    def practice_islands(self, answers: Answers, item: str) -> Islands:
        """As ``own_islands``; and the sections of the partners when those have changed, and the sheet."""
        view = self.practice_view(answers)
        person = Person.read(self._book(NONE), answers)
        islands = dict(partners_views.islands_after(self.exercise, person, answers, item))
        parsed = parse(EXPLORE, item)
        if parsed and parsed.what in ("role", "role/other", "partner"):
            islands["partners"] = ("partners/practise-partners.html", self._alone(view))
        islands["sheet"] = ("partners/sheet.html", self._alone(view))
        return islands

    def _alone(self, view: dict[str, Any]) -> dict[str, Any]:
        return {**view, "exercise": self.exercise}

    def group_islands(
        self, moment: Moment, answers: Answers, group: dict[str, Any], participant: str
    ) -> Islands:
        """The own part of map, gaps or agreements."""
        if not moment.stage.live:
            return {}
        view = self.participant_view(moment, answers, group, participant)
        if moment.stage.id == "agreements":
            return {
                f"agreement-{card['number']}": ("partners/agreement.html", {**view, "card": card})
                for card in view["cards"]
            }
        return {"own": (f"partners/own-{moment.stage.id}.html", view)}

    def room_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any]:
        """What the room sees; roles only, never persons.

        In every stage ``stage``, ``title``, ``people`` (with a role), ``too_few``, ``cases`` (how many).

        - ``map``: ``map`` (``{roles: [{name, place, weight, held, holders}], links: [{needs_role, gives_role,
          people, needs, meets, both_ways}]}``), ``depended_on`` (list of ``{role, people}``), ``one_way``
          (list of links), ``unserved`` (list of roles), ``unheld`` (named, but nobody here has it),
          ``reciprocity`` (0 to 1; None under three people).
        - ``gaps``: ``map`` as above; ``links``, one a link with needs: ``{needs_role, gives_role, both_ways,
          matched, missed, extra, unheard: [{text, people}], pairs: [{predicted, stated}]}``; ``counts`` by
          outcome; ``ratings`` (see ``Group.ratings``, roles over all partners and the room; empty under three).
        - ``agreements``, ``debrief``: ``agreements`` (see ``partners_agreements.shown``), ``confirmed`` (how many);
          ``holders``: role -> how many have it.
        """
        stage = moment.stage.id
        group = self._group(responses, moment.decisions)
        view: dict[str, Any] = {
            "stage": stage,
            "title": moment.stage.title,
            "people": group.size,
            "too_few": group.too_few,
            "cases": len(self.exercise.cases),
        }
        if stage == "map":
            view |= partners_views.room_map(group, moment.params.get("places", ()))
        elif stage == "gaps":
            view |= partners_views.room_gaps(group)
        elif stage in ("agreements", "debrief"):
            cards = agreements(group.book, responses, group.holders)
            view["agreements"] = {pair: shown(card) for pair, card in cards.items()}
            view["confirmed"] = sum(card.is_confirmed for card in cards.values())
            view["holders"] = {role: len(people) for role, people in group.holders.items()}
            view["links"] = group.links()[["needs_role", "gives_role"]].values.tolist()
        return view

    def tables(self, responses: pd.DataFrame, decisions: Decisions = NONE) -> dict[str, pd.DataFrame]:
        """The group's results; the columns of each are described in ``partners_tables``."""
        return partners_tables.tables(self.exercise, responses, decisions)

    def decide(self, item: str, value: str, responses: pd.DataFrame) -> str:
        """Merge a role into another (``merge/<role>`` -> role, or nothing), or pair two needs.

        ``pair/<predicted>/<stated>`` -> "same" or nothing; the two are the ``key`` of their texts.

        Raises:
            ResponseError: Nobody named the role or wrote the need, or it can't be decided in that way.
        """
        group = self._group(responses, NONE)
        if item.startswith(MERGE):
            return self._merged(item.removeprefix(MERGE), value, {*group.typed, *self.exercise.roles})
        if item.startswith(PAIR):
            return _paired(item, value, group.needs())
        return super().decide(item, value, responses)

    def _merged(self, role: str, into: str, known: set[str]) -> str:
        for name in (role, into or role):
            if name not in known:
                text = _("Nobody named the role “{role}”. Use one of: {known}.")
                raise ResponseError(text.format(role=name[:60], known=", ".join(sorted(known)[:60])))
        if role == into:
            raise ResponseError(_("“{role}” can't be merged into itself.").format(role=role[:60]))
        return into

    def console_view(self, moment: Moment, responses: pd.DataFrame) -> dict[str, Any] | None:
        """What the facilitator merges and pairs.

        ``merging``: ``{roles, names, suggestions: [{role, into}], merged: [{role, into}]}`` or None;
        ``pairing``: a list of ``{needs_role, gives_role, predicted: [{text, key, pairs}], stated: [{text,
        key}], suggestions: [{predicted, stated, item, score}], paired: [{predicted, stated, item}]}``.
        """
        if moment.stage.id not in MERGING:
            return None
        group = self._group(responses, moment.decisions)
        pairing = partners_views.pairing(group) if moment.stage.id in PAIRING else []
        roles = group.roles()
        merging = {
            "roles": sorted((r for r in roles if r not in self.exercise.roles), key=str.casefold),
            "names": sorted({*roles, *self.exercise.roles}, key=str.casefold),
            "suggestions": [
                {"role": found.role, "into": found.into} for found in alike(roles, self.exercise.roles)
            ],
            "merged": [{"role": role, "into": into} for role, into in group.book.merged()],
        }
        return {"merging": merging, "pairing": pairing, "exercise": self.exercise}

    def _book(self, decisions: Decisions) -> RoleBook:
        return RoleBook(self.exercise.roles, decisions)

    def _group(self, responses: pd.DataFrame, decisions: Decisions) -> Group:
        return Group(self._book(decisions), responses, decisions)


def _paired(item: str, value: str, needs: pd.DataFrame) -> str:
    keys = item.removeprefix(PAIR).split("/")
    known = {side: set(needs.loc[needs["side"] == side, "key"]) for side in (PREDICTED, STATED)}
    if len(keys) != 2 or keys[0] not in known[PREDICTED] or keys[1] not in known[STATED]:
        raise ResponseError(_("“{item}” names no two needs that were written.").format(item=item[:60]))
    if value not in (SAME, ""):
        raise ResponseError(
            _("“{value}” can't be decided about two needs. Use “{same}” or nothing.").format(
                value=value[:60], same=SAME
            )
        )
    return value


def _stages(minutes: int) -> tuple[Stage, ...]:
    """The stages; their minutes add up to those of the exercise."""
    spans = spread(minutes, WEIGHTS)
    return (
        Stage("brief", _("What this is about"), spans["brief"], round=EXPLORE),
        Stage("roles", _("My role and my internal customers"), spans["roles"], round=EXPLORE),
        Stage("needs", _("What they need from me"), spans["needs"], round=EXPLORE),
        Stage("my-needs", _("What I need from them"), spans["my-needs"], round=EXPLORE),
        Stage("map", _("Our map"), spans["map"], shows_group=True, live=True),
        Stage("gaps", _("The gaps"), spans["gaps"], shows_group=True, live=True),
        Stage(
            "agreements", _("Our agreements"), spans["agreements"], round=AGREE, shows_group=True, live=True
        ),
        Stage("debrief", _("What I take away"), spans["debrief"], round=CLOSE, shows_group=True),
    )
