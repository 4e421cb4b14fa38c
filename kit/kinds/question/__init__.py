"""The kind ``question``: one question to the room beside its exercise; asked, then its answers shown."""

from collections.abc import Sequence

from kit.activities.group import Groups, Share
from kit.activities.question import Asked
from kit.activities.question.poll import Poll, rating
from kit.activities.question.words import TEXT_LENGTH, Words
from kit.kinds.question.content import AskedExercise, Form
from kit.kinds.script import Kind, Script, Stage
from kit.text import gettext as _


class AskedKind(Kind):
    """One question, from which the room comes back to where it was."""

    content = AskedExercise
    exercise: AskedExercise
    is_aside = True

    def asked(self) -> Asked:
        """What is asked, in its form."""
        given = self.exercise
        names = {"name": "question", "round": 1, "question": given.title}
        if given.form is Form.RATING:
            return Poll(options=rating(given.ends or ("", "")), ends=given.ends or (), **names)
        if given.form is Form.CHOICE:
            return Poll(options={str(n): text for n, text in enumerate(given.options, 1)}, **names)
        if given.form is Form.WORD:
            return Words(item="word", **names)
        if given.form is Form.GROUPS:
            return Share(groups=Groups(given.title, given.teams, 1), **names)
        return Words(item="text", length=TEXT_LENGTH, through=False, **names)

    def stages(self) -> Sequence[Stage]:
        """Words grow on the wall while they come; numbers wait, for who sees one gives one close to it."""
        asked = self.asked()
        decides = (asked,) if isinstance(asked, Words) else ()
        if isinstance(asked, Share):
            talk = {"shows": (asked.groups,), "decides": (asked, asked.groups), "mood": "talk"}
            return [
                Stage("groups", _("In groups"), 1, asks=(asked,), live=True, ahead="shared", **talk),
                Stage("shared", _("What the groups say"), 0, shows=(asked,), decides=decides, live=True),
            ]
        wall = (asked,) if self.exercise.form is Form.WORD else ()
        return [
            Stage("ask", _("Question"), 1, asks=(asked,), wall=wall, decides=decides, ahead="answers"),
            Stage("answers", _("Answers"), 0, shows=(asked,), decides=decides, live=True),
        ]

    def practice(self, attempt: int) -> Script:
        """The question alone; no learner meets it."""
        return Script(self.stages()[:1])
