"""The kind ``phrasing``: say this, not that; alone with the coach, then read, voted for and made better."""

from collections.abc import Sequence

from kit.activities.vote import MostLiked
from kit.activities.vote.wall import Wall
from kit.kinds.phrasing.card import Card
from kit.kinds.phrasing.coach import Reader, warm_up
from kit.kinds.phrasing.content import PhrasingExercise
from kit.kinds.phrasing.coverage import Coverage, Traps
from kit.kinds.phrasing.models import Models
from kit.kinds.phrasing.readings import Readings
from kit.kinds.phrasing.situations import Situations
from kit.kinds.phrasing.words import Words
from kit.kinds.script import Kind, Script, Stage
from kit.text import gettext as _


class Phrasing(Kind):
    """A phrasing exercise."""

    content = PhrasingExercise
    exercise: PhrasingExercise

    def __init__(self, exercise: PhrasingExercise) -> None:
        self.words = Words(exercise, Reader(exercise))
        super().__init__(exercise)

    def prepare(self) -> None:
        """The coach's own files."""
        warm_up()

    def stages(self) -> Sequence[Stage]:
        """First alone, then with the room; most of the time is for finding words."""
        words, situations = self.words, self.words.situations
        liked = MostLiked(words.vote, words.reader.read, words.reader.marks)
        card = Card(words.wrong, words.say, words.revised, situations.picked, words.reader.doubts)
        return [
            *self.alone(situations),
            *self.together(liked),
            Stage("card", _("My card"), 6, asks=(card,), echoes=(card,)),
            Stage("debrief", _("What we take away"), 8, shows=(card, *self.findings())),
        ]

    def alone(self, situations: Situations) -> Sequence[Stage]:
        """Everybody writes; the facilitator chooses situations, lets wrong phrases through, may look at right ones."""
        words, choices, phrases = self.words, (situations,), (self.words.vote.phrases,)
        wall = Wall(words.wrong)
        tempting, wrong, say = ((one, situations) for one in (words.tempting, words.wrong, words.say))
        return [
            Stage("brief", _("What this is about"), 3, asks=(words.brief, situations), decides=choices),
            Stage("tempting", _("When are we tempted?"), 5, asks=tempting, decides=choices),
            Stage(
                "not-that", _("Not that"), 6, asks=wrong, decides=(wall, *choices), wall=(wall,), mood="not"
            ),
            Stage("say-this", _("Say this"), 14, asks=say, echoes=(words.say,), decides=phrases),
        ]

    def together(self, liked: MostLiked) -> Sequence[Stage]:
        """Everybody reads what others wrote, as far as the facilitator lets them; for the situations of that stage."""
        words, vote, phrases = self.words, self.words.vote, self.words.vote.phrases
        compare = Models(words.say, words.good())
        return [
            Stage(
                "vote",
                _("Read and vote"),
                6,
                asks=(vote,),
                shows=(phrases,),
                echoes=(vote,),
                decides=(phrases,),
                live=True,
            ),
            Stage(
                "showcase",
                _("The best, and mine made better"),
                12,
                asks=(words.revised, compare),
                shows=(liked, phrases),
                echoes=(words.revised,),
                decides=(liked, phrases),
                live=True,
                layout="phrasing/showcase.html",
                mood="best",
            ),
        ]

    def findings(self) -> tuple[Readings, Coverage, Traps]:
        """What the coach found in all that was written."""
        words = self.words
        writings = (words.tempting, words.wrong, words.say, words.revised)
        written = dict(zip(("tempting", "not-that", "say-this", "showcase"), writings, strict=True))
        titles = {"not-that": _("Not that"), "say-this": _("First version"), "showcase": _("Revised")}
        readings = Readings(words.reader, written, titles, words.vote)
        return readings, Coverage(readings), Traps(readings)

    def practice(self, attempt: int) -> Script:
        """Every situation with the models, the coach at once, and a comparison with what one wrote."""
        words, say, revised = self.words, self.words.say_alone(), self.words.revised_alone()
        compare = Models(say, words.good(), words.bad())
        card = Card(words.wrong, say, revised, lambda _room: list(say.prompts), words.reader.doubts, needed=0)
        asks, echoes = (say, revised, card, compare), (card, say, revised, compare)
        title, layout = self.exercise.title, "phrasing/practise.html"
        return Script([Stage("practise", title, asks=asks, echoes=echoes, layout=layout)])
