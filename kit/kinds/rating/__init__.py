"""The kind ``rating``: statements rated alone, then seen together; perhaps for a second subject as well."""

from collections.abc import Sequence

from kit.activities.brief import Brief
from kit.activities.commit import Commit
from kit.activities.rate import Rate
from kit.activities.rate.difference import Difference
from kit.content.rating import RatingExercise
from kit.kinds.script import Kind, Script, Stage
from kit.text import gettext as _


class Rating(Kind):
    """Statements rated alone, then seen together."""

    content = RatingExercise
    exercise: RatingExercise

    def rates(self) -> list[Rate]:
        """The same statements for each subject, each in a round of its own."""
        given = self.exercise
        statements = {statement.id: statement.text for statement in given.statements}
        several = len(given.subjects) > 1
        return [
            Rate(
                name=f"rate-{subject.id}",
                round=number,
                question=given.question,
                statements=statements,
                labels=given.scale,
                subject=subject.name if several else "",
            )
            for number, subject in enumerate(given.subjects, 1)
        ]

    def stages(self) -> Sequence[Stage]:
        """Alone, for one subject and then for the other; then together."""
        first, *second = rates = self.rates()
        difference = Difference(rates, {s.text: s.note for s in self.exercise.statements if s.note})
        coming = _("First everybody rates alone. The room sees how many gave how much, never who.")
        brief = Brief(self.exercise.title, self.exercise.objective, coming)
        title = _("And now: {subject}")
        again = [
            Stage("rate-second", title.format(subject=rate.subject), 4, asks=(rate,), ahead="result")
            for rate in second
        ]
        return [
            Stage("brief", _("What this is about"), 2, asks=(brief,)),
            Stage("rate", _("Rate on your own"), 4, asks=(first,), ahead="result"),
            *again,
            Stage("result", _("How we see it"), 8, shows=(*rates, difference)),
            Stage("debrief", _("What I take away"), 4, asks=(Commit(),)),
        ]

    def practice(self, attempt: int) -> Script:
        """The same statements alone."""
        return Script([Stage("practise", self.exercise.title, asks=tuple(self.rates()))])
