"""What each person in the room is doing, as a facilitator wants to know it. No web, no widgets."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from kit.room import Attendance
from kit.session import Participant


class Doing(StrEnum):
    """What somebody is doing. Whoever has finished may have put the phone away; nobody needs to look for them."""

    FINISHED = "finished"
    WORKING = "working"
    HERE = "here"
    NOT_BEGUN = "not-begun"
    OFFLINE = "offline"


def by_doing(attendance: Attendance) -> Mapping[Doing, Sequence[Participant]]:
    """Everybody in the order of joining, by what they are doing."""
    found: dict[Doing, list[Participant]] = {doing: [] for doing in Doing}
    for person in attendance.people:
        found[_doing(person, *attendance.progress.get(person.id, (0, 0)))].append(person)
    return found


def _doing(person: Participant, done: int, asked: int) -> Doing:
    if asked and done >= asked:
        return Doing.FINISHED
    if not person.is_here:
        return Doing.OFFLINE
    if not asked:
        return Doing.HERE
    return Doing.WORKING if done else Doing.NOT_BEGUN
