"""One learner alone with an exercise: the same cards, with feedback at once, kept under the browser's key."""

from collections.abc import Mapping
from typing import Any

from kit.errors import ResponseError, SequenceError
from kit.kinds import kind_of
from kit.session import Change, Participant, Session, clean_seq
from kit.text import gettext as _
from kit.views import pages
from kit.widgets.host import Host, host
from kit.widgets.panel import Panel


class Practice:
    """One exercise for one learner. Every time that they sort from the start is a round of its own."""

    def __init__(self, exercise_id: str | None, at: Host) -> None:
        self._at = at
        self.exercise = at.exercise(exercise_id)
        self.kind = kind_of(self.exercise)
        self.round = 1
        self._answers: dict[tuple[int, str], str] = {}
        self._seat: tuple[Session, Participant] | None = None
        self.panel = Panel(pages.render("practise.html"), self._heard, seat=f"practise-{self.exercise.id}")

    def _heard(self, panel: Panel, message: Mapping[str, Any]) -> None:
        if message.get("type") == "hello":
            self._greet(panel, str(message.get("key", ""))[:200])
        elif message.get("type") == "change":
            self._change(panel, message)
        elif message.get("action") == "again":
            self.round += 1
            self._show(panel)

    def _greet(self, panel: Panel, key: str) -> None:
        store = self._at.store
        self._seat = store.practice(key)
        _session, learner = self._seat
        self._answers = dict(store.answers(learner.id, self.exercise.id))
        self.round = max((number for number, _item in self._answers), default=1)
        self._show(panel)
        panel.send({"type": "hello", "seq": self._last_seq()})

    def _change(self, panel: Panel, message: Mapping[str, Any]) -> None:
        try:
            change = self._accept(message)
            self._at.store.save(change).result()
        except SequenceError:
            panel.send({"type": "refused", "seq": message.get("seq"), "above": self._last_seq()})
            return
        except ResponseError as error:
            panel.send({"type": "refused", "seq": message.get("seq"), "text": str(error)})
            return
        self._answers[change.round, change.item] = change.value
        islands = pages.practise_islands(self.kind, self._own(), change.item)
        panel.send({"type": "saved", "seq": change.seq, "islands": islands, "text": ""})

    def _accept(self, message: Mapping[str, Any]) -> Change:
        if self._seat is None:
            raise ResponseError(_("The page has not said who you are. Please reload it."))
        session, learner = self._seat
        number = message.get("round")
        again = self.kind.starts_again
        if type(number) is not int or (again and not 1 <= number <= self.round):
            raise ResponseError(_("Round {round} hasn't begun.").format(round=repr(number)[:20]))
        item, value = str(message.get("item")), str(message.get("value"))
        value = self.kind.check(1 if again else number, item, value)
        seq = clean_seq(message.get("seq"))
        return Change(session.id, learner.id, self.exercise.id, number, item, value, seq)

    def _last_seq(self) -> int:
        return self._at.store.last_seq(self._seat[1].id) if self._seat else 0

    def _own(self) -> dict[tuple[int, str], str]:
        """This round's answers, as the kind knows them: practice has no second round of contested cards."""
        if not self.kind.starts_again:
            return self._answers
        return {(1, item): value for (number, item), value in self._answers.items() if number == self.round}

    def _show(self, panel: Panel) -> None:
        html = pages.practise(self.kind, self._own(), self.round)
        panel.send({"type": "view", "id": f"{self.exercise.id}-{self.round}", "html": html})


def practise(exercise_id: str | None = None) -> Panel:
    """The panel of a learner who practises an exercise alone; without an id, the one in the page's address.

    Raises:
        ContentError: There is no such exercise, or its file has faults.
    """
    return Practice(exercise_id, host()).panel
