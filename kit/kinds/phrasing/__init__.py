"""The kind ``phrasing``: say this, not that; alone with the coach, then read, voted for and made better."""

from collections.abc import Sequence

from kit.activities.vote import MostLiked
from kit.content.phrasing import PhrasingExercise
from kit.kinds.phrasing.card import Card
from kit.kinds.phrasing.coach import Reader, warm_up
from kit.kinds.phrasing.coverage import Coverage, Revision, Traps
from kit.kinds.phrasing.models import Models
from kit.kinds.phrasing.readings import Readings, Version
from kit.kinds.phrasing.taken_home import TakenHome
from kit.kinds.phrasing.words import Words
from kit.kinds.script import Kind, Script, Stage
from kit.text import gettext as _


class Phrasing(Kind):
    """A phrasing exercise."""

    content = PhrasingExercise
    exercise: PhrasingExercise

    def __init__(self, exercise: PhrasingExercise) -> None:
        # A session's kinds are read in a worker thread: the coach's files are in memory before anybody types.
        warm_up()
        self.words = Words(exercise, Reader(exercise))
        super().__init__(exercise)

    def stages(self) -> Sequence[Stage]:
        """First alone, then with the room; most of the time is for finding words."""
        w, situations = self.words, self.words.situations
        card = Card(w.wrong, w.say, w.revised, situations.picked)
        choices = (situations,)
        return [
            Stage("brief", _("What this is about"), 3, (w.brief, situations), decides=choices),
            Stage("tempting", _("When are we tempted?"), 5, (w.tempting, situations), decides=choices),
            Stage("not-that", _("Not that"), 6, (w.wrong, situations), decides=choices),
            Stage(
                "say-this", _("Say this"), 14, (w.say, situations), (), (w.say,), (*choices, w.vote.phrases)
            ),
            *self.together(liked := MostLiked(w.vote)),
            Stage("card", _("My card"), 6, (card, situations), echoes=(card,)),
            Stage(
                "debrief", _("What we take away"), 8, shows=(card, *self.findings(), TakenHome(liked, card))
            ),
        ]

    def together(self, liked: MostLiked) -> Sequence[Stage]:
        """Everybody reads what others wrote, as far as the facilitator lets them."""
        w, vote, phrases = self.words, self.words.vote, self.words.vote.phrases
        compare = Models(w.say, w.good())
        return [
            Stage(
                "vote",
                _("Read and vote"),
                6,
                asks=(vote, w.situations),
                shows=(phrases,),
                echoes=(vote,),
                decides=(phrases,),
                live=True,
            ),
            Stage(
                "showcase",
                _("The best, and mine made better"),
                12,
                asks=(w.revised, compare, w.situations),
                shows=(liked, phrases),
                echoes=(w.revised,),
                decides=(phrases,),
                layout="phrasing/showcase.html",
            ),
        ]

    def findings(self) -> tuple[Readings, Coverage, Traps, Revision]:
        """What the coach found in all that was written."""
        w = self.words
        versions = (
            Version("not-that", _("Not that"), w.wrong),
            Version("say-this", _("First version"), w.say),
            Version("showcase", _("Revised"), w.revised),
        )
        readings = Readings(w.reader, Version("tempting", "", w.tempting), versions, w.vote)
        return readings, Coverage(readings), Traps(readings), Revision(readings)

    def practice(self, attempt: int) -> Script:
        """Every situation with the models, the coach at once, and a comparison with what one wrote."""
        w, say, revised = self.words, self.words.say_alone(), self.words.revised_alone()
        compare = Models(say, w.good(), w.bad())
        card = Card(w.wrong, say, revised, lambda _room: list(say.prompts), needed=0)
        asks, echoes = (say, revised, card, compare), (card, say, revised, compare)
        title, layout = self.exercise.title, "phrasing/practise.html"
        return Script([Stage("practise", title, asks=asks, echoes=echoes, layout=layout)])
