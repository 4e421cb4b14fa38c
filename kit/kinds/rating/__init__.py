"""The kind ``rating``: statements rated alone, then seen together; perhaps for a second subject as well."""

from collections.abc import Sequence

from kit.activities.brief import Brief
from kit.activities.commit import Commit
from kit.activities.rate import Rate
from kit.activities.rate.difference import Difference
from kit.kinds.rating.content import RatingExercise
from kit.kinds.script import Kind, Script, Stage
from kit.text import gettext as _


class Rating(Kind):
    """Statements rated alone, then seen together."""

    content = RatingExercise
    exercise: RatingExercise

    def rates(self) -> list[Rate]:
        """The statements for each of the subjects, whose number is its round."""
        given = self.exercise
        return [
            Rate(
                name=f"rate-{subject.id}",
                round=number,
                question=given.question,
                statements={statement.id: statement.text for statement in given.statements},
                scale={str(point): label for point, label in enumerate(given.scale, 1)},
                subject=subject.name if len(given.subjects) > 1 else "",
            )
            for number, subject in enumerate(given.subjects, 1)
        ]

    def difference(self, rates: Sequence[Rate]) -> Difference:
        """The subjects beside one another, with what the evidence says."""
        return Difference(rates, {s.text: s.note for s in self.exercise.statements if s.note})

    def stages(self) -> Sequence[Stage]:
        """Alone, for one subject and then for the other; then together."""
        given, rates = self.exercise, self.rates()
        coming = _("First everybody rates alone. The room sees how many gave how much, never who.")
        scale = [f"{point}: {label}" for point, label in enumerate(given.scale, 1)]
        title = _("What the numbers mean:")
        brief = Brief(given.title, given.objective, coming, signs=scale, signs_title=title)
        titles = [_("Rate on your own"), *(subject.name for subject in given.subjects[1:])]
        asked = [
            Stage(stage, title, 4, asks=(rate,), ahead="result")
            for stage, title, rate in zip(("rate", "rate-second"), titles, rates, strict=False)
        ]
        return [
            Stage("brief", _("What this is about"), 2, asks=(brief,)),
            *asked,
            Stage("result", _("How we see it"), 8, shows=(self.difference(rates),)),
            Stage("debrief", _("What I take away"), 4, asks=(Commit(),)),
        ]

    def practice(self, attempt: int) -> Script:
        """The same statements alone, and at the end what the evidence says."""
        rates = self.rates()
        echoes = (self.difference(rates),)
        return Script([Stage("practise", self.exercise.title, asks=tuple(rates), echoes=echoes)])
