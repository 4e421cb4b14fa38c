"""One learner alone with an exercise: the same cards, with feedback at once, kept under the browser's key."""

from collections.abc import Mapping
from typing import Any

from kit.activities.activity import Room, Seat
from kit.errors import ResponseError, SequenceError
from kit.kinds import kind_of
from kit.kinds.script import Script
from kit.pages import pages, stages
from kit.pages.rendering import render
from kit.room import accept
from kit.session import Participant
from kit.text import gettext as _
from kit.widgets.host import Host, host
from kit.widgets.panel import Panel


class Practice:
    """One exercise for one learner. Every time that they start again is an attempt of its own."""

    def __init__(self, exercise_id: str | None, at: Host) -> None:
        self._at = at
        self.exercise = at.exercise(exercise_id)
        self._named = exercise_id is None
        self.kind = kind_of(self.exercise)
        self.kind.prepare()
        self.attempt = 1
        self._answers: dict[tuple[int, str], str] = {}
        self._learner: Participant | None = None
        self.panel = Panel(render("practise.html"), self._heard, seat=f"practise-{self.exercise.id}")

    @property
    def script(self) -> Script:
        """What the learner does in this attempt."""
        return self.kind.practice(self.attempt)

    def _heard(self, panel: Panel, message: Mapping[str, Any]) -> None:
        if message.get("type") == "hello":
            self._greet(panel, str(message.get("key", ""))[:200])
        elif message.get("type") == "change":
            self._change(panel, message)
        elif message.get("action") == "again":
            self.attempt += 1
            self._show(panel)

    def _greet(self, panel: Panel, key: str) -> None:
        store = self._at.store
        _session, self._learner = store.practice(key)
        self._answers = dict(store.answers(self._learner.id, self.exercise.id))
        self.attempt = max((number for number, _item in self._answers), default=1)
        self._show(panel)
        panel.send({"type": "hello", "seq": self._last_seq()})

    def _change(self, panel: Panel, message: Mapping[str, Any]) -> None:
        try:
            if self._learner is None:
                raise ResponseError(_("The page has not said who you are. Please reload it."))
            change = accept(self.kind, self._script_of(message), self._learner, message)
            self._at.store.save(change).result()
        except ResponseError as error:
            clash = isinstance(error, SequenceError)
            why = {"above": self._last_seq()} if clash else {"text": str(error)}
            panel.send({"type": "refused", "seq": message.get("seq"), **why})
            return
        self._answers[change.round, change.item] = change.value
        seat = Seat(self._answers)
        islands = stages.after_answer(self.exercise, self.script[0], Room.empty(), seat, change.item)
        panel.send({"type": "saved", "seq": change.seq, "islands": islands, "text": ""})

    def _script_of(self, message: Mapping[str, Any]) -> Script:
        """What the change answers: an earlier attempt's if the page was slow, never a later one's."""
        number = message.get("round")
        return self.kind.practice(number) if number in range(1, self.attempt) else self.script

    def _last_seq(self) -> int:
        return self._at.store.last_seq(self._learner.id) if self._learner else 0

    def _show(self, panel: Panel) -> None:
        html = pages.practise(self.kind, self.script, Seat(self._answers), self._named)
        panel.send({"type": "view", "id": f"{self.exercise.id}-{self.attempt}", "html": html})


def practise(exercise_id: str | None = None) -> Panel:
    """The panel of a learner who practises an exercise alone; without an id, the one in the page's address.

    Raises:
        ContentError: There is no such exercise, or its file has faults.
    """
    return Practice(exercise_id, host()).panel
