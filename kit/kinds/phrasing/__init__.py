"""The kind ``phrasing``: say this, not that; alone with the coach, then read, voted for and made better."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from kit.activities.brief import Brief
from kit.activities.vote import MOST, MostLiked, Vote
from kit.activities.vote.moderated import Phrases
from kit.activities.vote.wall import Wall
from kit.activities.write import Hint, Prompt, Write
from kit.kinds.phrasing.card import Card
from kit.kinds.phrasing.coach import Reader, warm_up
from kit.kinds.phrasing.content import PhraseRecipe, PhrasingExercise
from kit.kinds.phrasing.coverage import Coverage, Traps
from kit.kinds.phrasing.models import Model, Models
from kit.kinds.phrasing.readings import LATEST, Readings
from kit.kinds.phrasing.situations import Situations, own
from kit.kinds.script import Kind, Script, Stage
from kit.text import gettext as _

TEMPTING_LENGTH = 280
TEMPTING_ENTRIES = 3

USUAL_RECIPES = 3
"""Of so many recipes the room works on a situation unless somebody decides otherwise."""


class Taught(NamedTuple):
    """A recipe as people read it; what isn't here, such as a model, can't leak."""

    title: str
    steps: Sequence[Hint]


class Phrasing(Kind):
    """A phrasing exercise; what it asks people to write is made once."""

    content = PhrasingExercise
    exercise: PhrasingExercise

    def prepare(self) -> None:
        """The coach's own files."""
        warm_up()

    def stages(self) -> Sequence[Stage]:
        """First alone, then with the room; most of the time is for finding words."""
        card = Card(self.wrong, self.say, self.revised, self.situations.picked, self.reader.doubts)
        return [
            *self.alone(),
            *self.together(),
            Stage("card", _("My card"), 6, asks=(card,), echoes=(card,)),
            Stage("debrief", _("What we take away"), 8, shows=(card, *self.findings())),
        ]

    def alone(self) -> Sequence[Stage]:
        """Everybody writes; the facilitator chooses situations, lets wrong phrases through, may look at right ones."""
        choices, phrases, wall = (self.situations,), (self.vote.phrases,), Wall(self.wrong)
        tempting, wrong, say = ((one, self.situations) for one in (self.tempting, self.wrong, self.say))
        return [
            Stage("brief", _("What this is about"), 3, asks=(self.brief, *choices), decides=choices),
            Stage("tempting", _("When are we tempted?"), 5, asks=tempting, decides=choices),
            Stage(
                "not-that", _("Not that"), 6, asks=wrong, decides=(wall, *choices), wall=(wall,), mood="not"
            ),
            Stage("say-this", _("Say this"), 14, asks=say, echoes=(self.say,), decides=phrases),
        ]

    def together(self) -> Sequence[Stage]:
        """Everybody reads what others wrote, as far as the facilitator lets them; for the situations of that stage."""
        vote, seen = (self.vote,), (self.vote.phrases,)
        reader = self.reader
        titles = dict(zip(reader.traps["trap"], reader.traps["trap_title"], strict=True))
        best = (MostLiked(self.vote, reader.read, reader.marks, titles), *seen)
        return [
            Stage("vote", _("Read and vote"), 6, asks=vote, echoes=vote, shows=seen, decides=seen, live=True),
            Stage(
                "showcase",
                _("The best, and mine made better"),
                12,
                asks=(self.revised, Models(self.say, self.good())),
                shows=best,
                echoes=(self.revised,),
                decides=best,
                live=True,
                layout="phrasing/showcase.html",
                mood="best",
            ),
        ]

    def findings(self) -> tuple[Readings, Coverage, Traps]:
        """What the coach found in all that was written."""
        writings = (self.tempting, self.wrong, self.say, self.revised)
        written = dict(zip(("tempting", "not-that", "say-this", "showcase"), writings, strict=True))
        titles = {"not-that": _("Not that"), "say-this": _("First version"), LATEST: _("Latest version")}
        readings = Readings(self.reader, written, "say-this", "showcase", self.vote)
        return readings, Coverage(readings), Traps(readings, titles)

    def practice(self, attempt: int) -> Script:
        """Every situation with the models, the coach at once, and a comparison with what one wrote."""
        first, read = self.prompts(_("What you say here"), with_steps=True), self.reader.answer
        say = Write(name="say", round=3, prompts=first, invitation=self.exercise.objective, reader=read)
        again = self.prompts(_("Once more, better"))
        revised = Write(name="revised", round=5, prompts=again, needed=0, reader=read)
        compare = Models(say, self.good(), self.bad())
        card = Card(self.wrong, say, revised, lambda _room: list(say.prompts), self.reader.doubts, needed=0)
        asks, echoes = (say, revised, card, compare), (card, say, revised, compare)
        title, layout = self.exercise.title, "phrasing/practise.html"
        return Script([Stage("practise", title, asks=asks, echoes=echoes, layout=layout)])

    def good(self) -> Mapping[str, Model]:
        """A phrase for each situation's kind that follows the recipe, by item."""
        return {item: (recipe.good, recipe.why_good) for item, recipe in self.recipes.items()}

    def bad(self) -> Mapping[str, Model]:
        """A phrase for each situation's kind that makes it worse, by item."""
        return {item: (recipe.bad, recipe.why_bad) for item, recipe in self.recipes.items()}

    @cached_property
    def recipes(self) -> Mapping[str, PhraseRecipe]:
        """The recipe of each situation, by item."""
        recipes = {recipe.id: recipe for recipe in self.exercise.recipes}
        return {f"situation/{one.id}": recipes[one.recipe] for one in self.exercise.situations}

    def prompts(self, label: str = "", with_steps: bool = False) -> dict[str, Prompt]:
        """Every situation by item, with no more of its recipe than the steps: what isn't here can't leak."""
        prompts = {}
        for one, (item, recipe) in zip(self.exercise.situations, self.recipes.items(), strict=True):
            steps = _hints(recipe) if with_steps else ()
            prompts[item] = Prompt(label, one.text, one.trade, recipe.title, steps)
        return prompts

    @cached_property
    def reader(self) -> Reader:
        """The coach."""
        return Reader(self.exercise)

    @cached_property
    def brief(self) -> Brief:
        """What it is about, with the recipes."""
        coming = _(
            "First everybody writes alone. What you would say to the customer may be shown, without your name; the "
            "facilitator says when."
        )
        taught = [Taught(recipe.title, _hints(recipe)) for recipe in self.exercise.recipes]
        return Brief(self.exercise.title, self.exercise.objective, coming, recipes=taught)

    @cached_property
    def situations(self) -> Situations:
        """All that there are; unless it's decided, the room works on the first of the first recipes."""
        every = reversed(self.recipes.items())
        ours = {recipe.id: item for item, recipe in every if not item.startswith(own(""))}
        firsts = [ours[recipe.id] for recipe in self.exercise.recipes if recipe.id in ours]
        titles = {recipe.id: recipe.title for recipe in self.exercise.recipes}
        return Situations(self.prompts(), firsts[:USUAL_RECIPES], self.tempting, titles)

    @cached_property
    def tempting(self) -> Write:
        """Moments in which people are tempted to say that it wasn't them; one will do."""
        label, numbers = _("Situation {number}"), range(1, TEMPTING_ENTRIES + 1)
        return Write(
            name="tempting",
            round=1,
            prompts={f"tempting/{number}": Prompt(label.format(number=number)) for number in numbers},
            length=TEMPTING_LENGTH,
            question=_("When are you tempted to say that it wasn’t you?"),
            invitation=_(
                "When are you tempted to say that it wasn’t you? Think of real moments with customers or "
                "colleagues. One is enough, three are fine."
            ),
            note=_("No names of persons, please."),
            rows=3,
            needed=1,
        )

    @cached_property
    def wrong(self) -> Write:
        """The wrong thing, for each situation."""
        return Write(
            name="wrong",
            round=2,
            prompts=self.prompts(_("What you should definitely not say")),
            question=_("What should you definitely not say?"),
            invitation=_(
                "Say the worst, here where it’s safe. It may go on the big screen, without your name."
            ),
            rows=3,
            pick=self.situations.picked,
            form={"pause": 2500},  # what comes through by itself hangs on the wall whole, not half typed
        )

    @cached_property
    def say(self) -> Write:
        """The right thing, for each situation."""
        return Write(
            name="say",
            round=3,
            prompts=self.prompts(_("What you say"), with_steps=True),
            question=_("What do you say instead?"),
            invitation=_(
                "Now say it so that the customer can rely on you. The coach reads along and asks; you decide."
            ),
            pick=self.situations.picked,
            earlier={_("Not that:"): self.wrong},
            reader=self.reader.answer,
        )

    @cached_property
    def revised(self) -> Write:
        """The same once more, better; one will do."""
        return Write(
            name="revised",
            round=5,
            prompts=self.prompts(_("Your phrase now")),
            invitation=_("Read what others found, borrow what you like, and make your own phrase better."),
            needed=1,
            pick=self.situations.picked,
            earlier={_("Your first version:"): self.say},
            start=self.say,
            reader=self.reader.answer,
        )

    @cached_property
    def vote(self) -> Vote:
        """For others' phrases."""
        invitation = _(
            "Which would you want to hear as a customer? Give up to {most} votes. Nobody sees who wrote what, and "
            "your own phrases aren’t in your list."
        )
        question = _("Which would you want to hear as a customer?")
        return Vote(
            phrases=Phrases(self.say), round=4, question=question, invitation=invitation.format(most=MOST)
        )


def _hints(recipe: PhraseRecipe) -> list[Hint]:
    return [Hint(step.title, step.hint) for step in recipe.steps]
