"""What a phrasing exercise asks people to write, and in which words it asks; from the exercise's content."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kit.activities.activity import Room
from kit.activities.write import Hint, Prompt, Remarks, Write
from kit.content.phrasing import PhraseRecipe, PhrasingExercise
from kit.kinds.phrasing.models import Model
from kit.text import gettext as _

PHRASE_LENGTH = 600
TEMPTING_LENGTH = 280
TEMPTING_ENTRIES = 3

Pick = Callable[[Room], Sequence[str]]
"""Says on which situations the room works, by item."""

Read = Callable[[str, str], Remarks | None]
"""What the coach says of a text for an item."""


@dataclass(frozen=True)
class Taught:
    """A recipe as people read it; what isn't here, such as a model, can't leak."""

    title: str
    steps: Sequence[Hint]


def hints(recipe: PhraseRecipe) -> list[Hint]:
    """The steps of a recipe as people read them."""
    return [Hint(step.title, step.hint) for step in recipe.steps]


def recipes(exercise: PhrasingExercise) -> Mapping[str, PhraseRecipe]:
    """The recipe of each situation, by item."""
    known = {recipe.id: recipe for recipe in exercise.recipes}
    return {f"situation/{one.id}": known[one.recipe] for one in exercise.situations}


def prompts(exercise: PhrasingExercise, label: str = "", with_steps: bool = False) -> dict[str, Prompt]:
    """Every situation by item, with no more of its recipe than the steps: what isn't here can't leak."""
    found = {}
    for situation, (item, recipe) in zip(exercise.situations, recipes(exercise).items(), strict=True):
        steps = hints(recipe) if with_steps else ()
        found[item] = Prompt(label, situation.text, situation.trade, recipe.title, steps)
    return found


def good_models(exercise: PhrasingExercise) -> Mapping[str, Model]:
    """A phrase for each kind of situation that follows the recipe, by item."""
    return {item: Model(one.good, one.why_good) for item, one in recipes(exercise).items()}


def bad_models(exercise: PhrasingExercise) -> Mapping[str, Model]:
    """A phrase for each kind of situation that makes it worse, by item."""
    return {item: Model(one.bad, one.why_bad) for item, one in recipes(exercise).items()}


def tempting() -> Write:
    """Moments in which people are tempted to say that it wasn't them; one will do."""
    label = _("Situation {number}")
    numbers = range(1, TEMPTING_ENTRIES + 1)
    return Write(
        name="tempting",
        round=1,
        prompts={f"tempting/{number}": Prompt(label.format(number=number)) for number in numbers},
        length=TEMPTING_LENGTH,
        question=_("When are you tempted to say that it wasn’t you?"),
        invitation=_(
            "When are you tempted to say that it wasn’t you? Think of real moments with customers or colleagues. "
            "One is enough, three are fine."
        ),
        note=_("No names of persons, please."),
        rows=3,
        needed=1,
    )


def wrong(exercise: PhrasingExercise, pick: Pick | None = None) -> Write:
    """The wrong thing, for each situation."""
    return Write(
        name="wrong",
        round=2,
        prompts=prompts(exercise, _("What you should definitely not say")),
        length=PHRASE_LENGTH,
        question=_("What should you definitely not say?"),
        invitation=_(
            "Say the wrong thing, here where it’s safe: what would make it worse? Enjoy it. The room doesn’t see it."
        ),
        rows=3,
        pick=pick,
    )


def say(exercise: PhrasingExercise, reader: Read, before: Write, pick: Pick) -> Write:
    """The right thing, for each situation."""
    return Write(
        name="say",
        round=3,
        prompts=prompts(exercise, _("What you say"), with_steps=True),
        length=PHRASE_LENGTH,
        question=_("What do you say instead?"),
        invitation=_(
            "Now say it so that the customer can rely on you. The coach reads along and asks; you decide."
        ),
        pick=pick,
        earlier={_("Not that:"): before},
        reader=reader,
    )


def revised(exercise: PhrasingExercise, reader: Read, first: Write, pick: Pick) -> Write:
    """The same once more, better; one will do."""
    return Write(
        name="revised",
        round=5,
        prompts=prompts(exercise, _("Your phrase now")),
        length=PHRASE_LENGTH,
        invitation=_("Read what others found, borrow what you like, and make your own phrase better."),
        needed=1,
        pick=pick,
        earlier={_("Your first version:"): first},
        start=first,
        reader=reader,
    )


def say_alone(exercise: PhrasingExercise, reader: Read) -> Write:
    """The right thing, as a learner alone says it."""
    return Write(
        name="say",
        round=3,
        prompts=prompts(exercise, _("What you say here"), with_steps=True),
        length=PHRASE_LENGTH,
        invitation=exercise.objective,
        reader=reader,
    )


def revised_alone(exercise: PhrasingExercise, reader: Read) -> Write:
    """The same once more, for whoever likes."""
    return Write(
        name="revised",
        round=5,
        prompts=prompts(exercise, _("Once more, better")),
        length=PHRASE_LENGTH,
        needed=0,
        reader=reader,
    )
