"""The kind ``phrasing``: say this, not that; alone with the coach, then read, voted for and made better."""

from collections.abc import Sequence

from kit.activities.brief import Brief
from kit.activities.vote import MOST, MostLiked, Vote
from kit.activities.vote.moderated import Phrases
from kit.activities.write import Write
from kit.content.phrasing import PhrasingExercise
from kit.kinds.phrasing import words
from kit.kinds.phrasing.card import Card
from kit.kinds.phrasing.coach import Reader, warm_up
from kit.kinds.phrasing.coverage import Coverage, Revision, Traps
from kit.kinds.phrasing.models import Models
from kit.kinds.phrasing.readings import Readings, Version
from kit.kinds.phrasing.situations import Situations
from kit.kinds.phrasing.taken_home import TakenHome
from kit.kinds.script import Kind, Script, Stage
from kit.text import gettext as _


class Phrasing(Kind):
    """A phrasing exercise."""

    content = PhrasingExercise
    exercise: PhrasingExercise

    def __init__(self, exercise: PhrasingExercise) -> None:
        # A session's kinds are read in a worker thread: the coach's files are in memory before anybody types.
        warm_up()
        self.reader = Reader(exercise)
        super().__init__(exercise)

    def stages(self) -> Sequence[Stage]:
        """First alone, then with the room; most of the time is for finding words."""
        tempting, read = words.tempting(), self.reader.answer
        situations = self.situations(tempting)
        wrong = words.wrong(self.exercise, situations.picked)
        say = words.say(self.exercise, read, wrong, situations.picked)
        revised = words.revised(self.exercise, read, say, situations.picked)
        phrases = Phrases(say)
        vote = self.vote(phrases)
        liked, card = MostLiked(vote), Card(wrong, say, revised, situations.picked)
        return [
            *self.alone(situations, tempting, wrong, say, phrases),
            *self.together(situations, vote, liked, revised),
            Stage("card", _("My card"), 6, asks=(card, situations), echoes=(card,)),
            self.debrief(tempting, liked, card),
        ]

    def alone(
        self, situations: Situations, tempting: Write, wrong: Write, say: Write, phrases: Phrases
    ) -> Sequence[Stage]:
        """Everybody writes; the facilitator may choose situations, and look at phrases as they come."""
        choices = (situations,)
        return [
            Stage("brief", _("What this is about"), 3, (self.brief(), situations), decides=choices),
            Stage("tempting", _("When are we tempted?"), 5, (tempting, situations), decides=choices),
            Stage("not-that", _("Not that"), 6, (wrong, situations), decides=choices),
            Stage("say-this", _("Say this"), 14, (say, situations), (), (say,), (*choices, phrases)),
        ]

    def together(
        self, situations: Situations, vote: Vote, liked: MostLiked, revised: Write
    ) -> Sequence[Stage]:
        """Everybody reads what others wrote, as far as the facilitator lets them."""
        phrases = vote.phrases
        compare = Models(phrases.write, words.good_models(self.exercise))
        return [
            Stage(
                "vote",
                _("Read and vote"),
                6,
                asks=(vote, situations),
                shows=(phrases,),
                echoes=(vote,),
                decides=(phrases,),
                live=True,
            ),
            Stage(
                "showcase",
                _("The best, and mine made better"),
                12,
                asks=(revised, compare, situations),
                shows=(liked, phrases),
                echoes=(revised,),
                decides=(phrases,),
                layout="phrasing/showcase.html",
            ),
        ]

    def debrief(self, tempting: Write, liked: MostLiked, card: Card) -> Stage:
        """Everybody sees their card, and the room what its phrases hold."""
        versions = (
            Version("not-that", _("Not that"), card.wrong),
            Version("say-this", _("First version"), card.first),
            Version("showcase", _("Revised"), card.revised),
        )
        readings = Readings(self.reader, Version("tempting", "", tempting), versions, liked.vote)
        counts = (Coverage(readings), Traps(readings), Revision(readings))
        home = TakenHome(liked, card)
        return Stage("debrief", _("What we take away"), 8, shows=(card, readings, *counts, home))

    def brief(self) -> Brief:
        """What it is about, with the recipes."""
        coming = _(
            "First everybody writes alone. What you say to the customer is shown later, without your name; the "
            "facilitator says when."
        )
        taught = [words.Taught(one.title, words.hints(one)) for one in self.exercise.recipes]
        return Brief(self.exercise.title, self.exercise.objective, coming, recipes=taught)

    def situations(self, tempting: Write) -> Situations:
        """All that there are; the room works on the first of each recipe unless somebody decides otherwise."""
        usual: dict[str, str] = {}
        for item, recipe in words.recipes(self.exercise).items():
            usual.setdefault(recipe.id, item)
        return Situations(words.prompts(self.exercise), list(usual.values()), tempting)

    def vote(self, phrases: Phrases) -> Vote:
        """For others' phrases."""
        invitation = _(
            "Which would you want to hear as a customer? Give up to {most} votes. Nobody sees who wrote what, and your "
            "own phrases aren’t in your list."
        )
        question = _("Which would you want to hear as a customer?")
        return Vote(phrases=phrases, round=4, question=question, invitation=invitation.format(most=MOST))

    def practice(self, attempt: int) -> Script:
        """Every situation with the models, the coach at once, and a comparison with what one wrote."""
        read = self.reader.answer
        say, revised = words.say_alone(self.exercise, read), words.revised_alone(self.exercise, read)
        good, bad = words.good_models(self.exercise), words.bad_models(self.exercise)
        compare = Models(say, good, bad)
        card = Card(words.wrong(self.exercise), say, revised, lambda _room: list(say.prompts), needed=0)
        return Script(
            [
                Stage(
                    "practise",
                    self.exercise.title,
                    asks=(say, revised, card, compare),
                    echoes=(card, say, revised, compare),
                    layout="phrasing/practise.html",
                )
            ]
        )
