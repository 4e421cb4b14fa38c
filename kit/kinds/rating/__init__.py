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

    def rate(self, number: int) -> Rate:
        """The statements for one of the subjects, which has the round of its number."""
        given, subject = self.exercise, self.exercise.subjects[number - 1]
        return Rate(
            name=f"rate-{subject.id}",
            round=number,
            question=given.question,
            statements={statement.id: statement.text for statement in given.statements},
            scale={str(point): label for point, label in enumerate(given.scale, 1)},
            subject=subject.name if len(given.subjects) > 1 else "",
        )

    def stages(self) -> Sequence[Stage]:
        """Alone, for one subject and then for the other; then together."""
        given = self.exercise
        rates = [self.rate(number) for number in range(1, len(given.subjects) + 1)]
        difference = Difference(rates, {s.text: s.note for s in given.statements if s.note})
        coming = _("First everybody rates alone. The room sees how many gave how much, never who.")
        titles = [_("Rate on your own"), *(subject.name for subject in given.subjects[1:])]
        asked = [
            Stage(stage, title, 4, asks=(rate,), ahead="result")
            for stage, title, rate in zip(("rate", "rate-second"), titles, rates, strict=False)
        ]
        return [
            Stage("brief", _("What this is about"), 2, asks=(Brief(given.title, given.objective, coming),)),
            *asked,
            Stage("result", _("How we see it"), 8, shows=(*rates, difference)),
            Stage("debrief", _("What I take away"), 4, asks=(Commit(),)),
        ]

    def practice(self, attempt: int) -> Script:
        """The same statements alone."""
        rates = [self.rate(number) for number in range(1, len(self.exercise.subjects) + 1)]
        return Script([Stage("practise", self.exercise.title, asks=tuple(rates))])
