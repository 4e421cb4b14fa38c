"""What a phrasing exercise asks people to write, and in which words it asks; from the exercise's content."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kit.activities.brief import Brief
from kit.activities.vote import MOST, Vote
from kit.activities.vote.moderated import Phrases
from kit.activities.write import Hint, Prompt, Write
from kit.kinds.phrasing.coach import Reader
from kit.kinds.phrasing.content import PhraseRecipe, PhrasingExercise
from kit.kinds.phrasing.models import Model
from kit.kinds.phrasing.situations import Situations, own
from kit.text import gettext as _

TEMPTING_LENGTH = 280
TEMPTING_ENTRIES = 3

USUAL_RECIPES = 3
"""Of so many recipes the room works on a situation unless somebody decides otherwise."""


@dataclass(frozen=True)
class Taught:
    """A recipe as people read it; what isn't here, such as a model, can't leak."""

    title: str
    steps: Sequence[Hint]


class Words:
    """What is asked; each activity is made once."""

    def __init__(self, exercise: PhrasingExercise, reader: Reader) -> None:
        self.exercise = exercise
        self.reader = reader

    @cached_property
    def recipes(self) -> Mapping[str, PhraseRecipe]:
        """The recipe of each situation, by item."""
        recipes = {recipe.id: recipe for recipe in self.exercise.recipes}
        return {f"situation/{one.id}": recipes[one.recipe] for one in self.exercise.situations}

    def prompts(self, label: str = "", with_steps: bool = False) -> dict[str, Prompt]:
        """Every situation by item, with no more of its recipe than the steps: what isn't here can't leak."""
        pairs = zip(self.exercise.situations, self.recipes.items(), strict=True)
        return {
            item: Prompt(label, one.text, one.trade, recipe.title, _hints(recipe) if with_steps else ())
            for one, (item, recipe) in pairs
        }

    def good(self) -> Mapping[str, Model]:
        """A phrase for each situation's kind that follows the recipe, by item."""
        return {item: (recipe.good, recipe.why_good) for item, recipe in self.recipes.items()}

    def bad(self) -> Mapping[str, Model]:
        """A phrase for each situation's kind that makes it worse, by item."""
        return {item: (recipe.bad, recipe.why_bad) for item, recipe in self.recipes.items()}

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

    def say_alone(self) -> Write:
        """The right thing, as a learner alone says it."""
        prompts, read = self.prompts(_("What you say here"), with_steps=True), self.reader.answer
        return Write(name="say", round=3, prompts=prompts, invitation=self.exercise.objective, reader=read)

    def revised_alone(self) -> Write:
        """The same once more, for whoever likes."""
        prompts, read = self.prompts(_("Once more, better")), self.reader.answer
        return Write(name="revised", round=5, prompts=prompts, needed=0, reader=read)


def _hints(recipe: PhraseRecipe) -> list[Hint]:
    return [Hint(step.title, step.hint) for step in recipe.steps]
