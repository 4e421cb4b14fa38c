"""The kind ``partners``: who serves whom, what each side needs, the map, its gaps, and agreements."""

from collections.abc import Mapping, Sequence
from typing import Any

from kit.activities.activity import Room
from kit.activities.agree import Agree
from kit.activities.brief import Brief
from kit.activities.choose import Choose, Question, Story
from kit.activities.choose.key import Key
from kit.activities.commit import Commit
from kit.activities.link import Link
from kit.activities.link.gaps import Gaps
from kit.activities.link.map import Map
from kit.activities.link.needs import Late, Needs, Predict, State
from kit.activities.link.sharpen import Sharpen
from kit.kinds.partners.alone import Draft, Named, Sheet
from kit.kinds.partners.content import Case, PartnersExercise, Side
from kit.kinds.script import Kind, Script, Stage
from kit.text import gettext as _


class Partners(Kind):
    """A map of internal customers."""

    content = PartnersExercise
    exercise: PartnersExercise

    def stages(self) -> Sequence[Stage]:
        """First alone, each side without the other; then the map, its gaps, and what closes them."""
        choose, link = self._warm_up(), Link(self.exercise.roles)
        brief, key, sharpen = self._brief(), self._key(choose), self._sharpen()
        predict = Predict(link, sharpen)
        state = State(link, sharpen, predict)
        drawn, gaps, agree = Map(link), Gaps(link), Agree(link)
        named = {"decides": (link,), "ahead": "map"}
        live = {"decides": (link, gaps), "live": True}
        return [
            Stage("brief", _("What this is about"), 8, asks=(choose, brief), echoes=(key,)),
            Stage("roles", _("My role and my internal customers"), 5, asks=(link,), live=True, **named),
            self._alone("needs", _("What they need from me"), 10, predict, **named),
            self._alone("my-needs", _("What I need from them"), 8, state, **named),
            Stage("map", _("Our map"), 8, shows=(drawn,), ahead="gaps", **live),
            Stage("gaps", _("The gaps"), 14, shows=(gaps,), **live),
            Stage("agreements", _("Our agreements"), 15, asks=(agree,), live=True),
            Stage("debrief", _("What I take away"), 7, asks=(Commit(counted=False),), shows=(agree,)),
        ]

    @staticmethod
    def _alone(id: str, title: str, weight: int, needs: Needs, **more: Any) -> Stage:
        """Everybody writes about their partners; who came late names them first."""
        late = Late(needs.link.roles, needs=needs)
        return Stage(id, title, weight, asks=(needs, late), echoes=(needs.sharpen, late), **more)

    def roles(self, room: Room) -> Mapping[str, str]:
        """Each person's own."""
        holders = room.of(Link(self.exercise.roles)).holders
        return {person: role for role, people in holders.items() for person in people}

    def practice(self, attempt: int) -> Script:
        """Cases, roles and needs both ways on one page, and a sheet of questions to take to each partner."""
        choose = self._warm_up(attempt, counted=False)
        link = Link(self.exercise.roles, attempt)
        sharpen = self._sharpen(attempt)
        predict, state, draft = Predict(link, sharpen), State(link, sharpen), Draft(link)
        named = Named(predict, state, draft)
        sheet = Sheet(predict, state, draft, [prompt.ask for prompt in self.exercise.prompts])
        asks = (self._brief(), choose, link, predict, state, draft)
        echoes, layout = (self._key(choose), sharpen, named, sheet), "partners/practise.html"
        return Script([Stage("practise", self.exercise.title, asks=asks, echoes=echoes, layout=layout)])

    def _brief(self) -> Brief:
        title = _("You recognise an internal customer by this:")
        given = self.exercise
        return Brief(given.title, given.objective, signs=given.recognise, signs_title=title)

    def _warm_up(self, round: int = 1, counted: bool = True) -> Choose:
        """The cases, without their answers."""
        return Choose([_story(case) for case in self.exercise.cases], round, counted)

    def _key(self, choose: Choose) -> Key:
        answers = {item: side for case in self.exercise.cases for item, side in _sides(case).items()}
        return Key(choose, answers, [case.ending for case in self.exercise.cases])

    def _sharpen(self, round: int = 1) -> Sharpen:
        prompts = {prompt.part: prompt.ask for prompt in self.exercise.prompts}
        return Sharpen(prompts, self.exercise.time_words, self.exercise.examples, round)


def _sides(case: Case) -> dict[str, Side]:
    """Item -> the side of the case about which it asks."""
    return {f"case/{case.id}/{number}": side for number, side in enumerate(case.sides, 1)}


def _story(case: Case) -> Story:
    """A case with a question about each side."""
    asked = _("{role}: what did they need most from the other side?")
    questions = [
        Question(item, asked.format(role=side.role), {option.id: option.text for option in side.options})
        for item, side in _sides(case).items()
    ]
    return Story(case.title, case.story, questions)
