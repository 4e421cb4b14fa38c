"""A whole session as JSON and back: for moving it to another database, and for keeping it.

No secrets go out: in the database that a session is brought into, seats exist but nobody's cookie fits. Only the
fields of the parts below are read from the tables, and only they are taken from a file.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from operator import itemgetter
from typing import Annotated, Any, get_args

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError
from sqlalchemy import Connection, String, Table, cast, literal, select

from kit.activities.typed import is_readable, on_one_line
from kit.content.exercise import Id
from kit.errors import ContentError, ExportError
from kit.kinds import exercise_from, kind_of
from kit.session import CODE_LENGTH, CODE_LETTERS, MAX_SEQ, Names, Session, clean_name, pseudonym_of
from kit.store import limits, schema
from kit.store.database import Database
from kit.store.limits import is_storable, quoted
from kit.store.schema import participants
from kit.store.seats import counts
from kit.store.store import Store
from kit.text import gettext as _

FORMAT = "service-workshop-kit session"
VERSION = 1

_Fault = tuple[str, object, str]
"""Where in the file, what is there, and what is wrong with it."""


def dump(store: Store, session_id: int) -> dict[str, Any]:
    """One session, at one moment, as dicts, lists, texts and numbers only.

    Whoever was removed isn't in it, nor what they said.

    Keys: ``format``, ``version``, ``session``, ``participants``, ``exercises``, ``stage_changes``,
    ``responses``, ``history`` (in the order of writing), ``decisions`` and ``notes``. People are pseudonyms;
    ``participants`` has their names. Times are ISO 8601 in UTC.

    Raises:
        SessionError: There is no such session.
    """
    store.session_by_id(session_id)
    with store.database.reading() as connection:
        session = _read(connection, session_id, schema.sessions, _SessionPart)[0]
        rows = {name: _read(connection, session_id, table, part) for name, (table, part) in _LISTS.items()}
    return {"format": FORMAT, "version": VERSION, "session": session, **rows}


def load(store: Store, data: Any) -> Session:
    """Bring a dumped session into this database. All of it is written, or nothing.

    Args:
        store: Where to.
        data: What ``dump`` returned, as JSON gives it back; nothing about it is trusted.

    Raises:
        ExportError: It isn't such a session, contradicts itself, or its code exists here already.
    """
    archive = _checked(data)
    for where, found, what in _contradictions(archive):
        text = _("{where}: “{found}” {what}. Nothing was brought in.")
        raise ExportError(text.format(where=where, found=quoted(found), what=what))
    with store.database.writing() as connection:
        _write(connection, store.database, archive)
    return store.session(archive.session.code)


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("has a character that no database takes")
    return text


def _in_utc(at: datetime) -> datetime:
    # Away from the ends of the calendar, where changing the time zone overflows.
    if not 1900 < at.year < 9000:
        raise ValueError("is no plausible time")
    return at.astimezone(UTC)


def _title(title: str) -> str:
    if on_one_line(title) != title or not is_readable(title):
        raise ValueError("is no text on one line, or has characters that can't be seen")
    return title


def _name(name: str) -> str:
    if clean_name(name, Names.OPTIONAL) != name:
        raise ValueError("is too long for a name or has characters that can't be seen")
    return name


def _runnable(content: dict[str, Any]) -> dict[str, Any]:
    # Results of an exercise for which this kit has no rules couldn't be shown later.
    try:
        kind_of(exercise_from(content))
    except (KeyError, TypeError, ContentError, ValidationError):
        text = _("is no exercise that this kit can run; a newer kit may have written it")
        raise ValueError(text) from None
    return content


_Time = Annotated[AwareDatetime, AfterValidator(_in_utc)]
_Pseudonym = Annotated[str, Field(pattern=r"^P[1-9][0-9]{0,6}$")]


def _text(shortest: int, longest: int) -> Any:
    return Annotated[str, Field(min_length=shortest, max_length=longest), AfterValidator(_storable)]


class _Part(BaseModel):
    """The fields are columns of a table, in the order of the file; people are pseudonyms."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _SessionPart(_Part):
    code: str = Field(pattern=f"^[{CODE_LETTERS}]{{{CODE_LENGTH}}}$")
    title: Annotated[_text(1, limits.TITLE_LENGTH), AfterValidator(_title)]
    names: Names
    created_at: _Time
    closed_at: _Time | None


class _ParticipantPart(_Part):
    pseudonym: _Pseudonym
    name: Annotated[str, AfterValidator(_name)]
    joined_at: _Time
    rehearsed: bool = False


class _ExercisePart(_Part):
    exercise: Id
    content: Annotated[dict[str, JsonValue], AfterValidator(_runnable)]


class _StagePart(_Part):
    exercise: Id
    stage: Id
    params: dict[str, JsonValue]
    opened_at: _Time
    minutes: int = Field(ge=0, le=limits.MAX_MINUTES)
    beat: _text(0, limits.ITEM_LENGTH) = ""
    ends_at: _Time | None = None


class _ResponsePart(_Part):
    exercise: Id
    round: int = Field(ge=0, le=limits.MAX_ROUND)
    item: _text(1, limits.ITEM_LENGTH)
    value: _text(0, limits.VALUE_LENGTH)
    seq: int = Field(ge=1, le=MAX_SEQ)
    late: bool
    at: _Time
    participant: _Pseudonym

    @property
    def place(self) -> tuple[str, str, int, str]:
        """What it answers, and for whom."""
        return self.participant, self.exercise, self.round, self.item


class _DecisionPart(_Part):
    exercise: Id
    item: _text(1, limits.ITEM_LENGTH)
    value: _text(0, limits.VALUE_LENGTH)
    at: _Time


class _NotePart(_Part):
    exercise: _text(0, limits.ID_LENGTH)
    text: _text(1, limits.NOTE_LENGTH)
    at: _Time


class _Archive(_Part):
    format: str
    version: int
    session: _SessionPart
    participants: Annotated[list[_ParticipantPart], participants]
    exercises: Annotated[list[_ExercisePart], schema.exercises_used]
    stage_changes: Annotated[list[_StagePart], schema.stage_changes]
    responses: Annotated[list[_ResponsePart], schema.responses]
    history: Annotated[list[_ResponsePart], schema.history]
    decisions: Annotated[list[_DecisionPart], schema.decisions]
    notes: Annotated[list[_NotePart], schema.notes]


_LISTS: dict[str, tuple[Table, type[_Part]]] = {
    name: (field.metadata[0], get_args(field.annotation)[0])
    for name, field in _Archive.model_fields.items()
    if field.metadata
}
"""Each list of an archive, in an order in which its rows can be written: the table, and what a row is."""


def _read(connection: Connection, session_id: int, table: Table, part: type[_Part]) -> list[dict[str, Any]]:
    """A session's rows of a table, in the order of its key, with the fields of the part."""
    pseudonym = literal("P").concat(cast(participants.c.number, String))
    columns = [
        pseudonym.label(name) if name in ("pseudonym", "participant") else table.c[name]
        for name in part.model_fields
    ]
    rows = table.join(participants) if "participant_id" in table.c else table
    session = table.c.id if table is schema.sessions else table.c.session_id
    query = select(*columns).select_from(rows).where(session == session_id).order_by(*table.primary_key)
    if "pseudonym" in part.model_fields or "participant" in part.model_fields:
        query = query.where(counts())
    return [
        {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
        for row in connection.execute(query).mappings()
    ]


def _checked(data: Any) -> _Archive:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else type(data).__name__
        text = _("This isn't an exported session: “format” is “{found}”, not “{ours}”.")
        raise ExportError(text.format(found=quoted(found), ours=FORMAT))
    if data.get("version") != VERSION:
        text = _("“version” is “{found}”; this kit reads {ours}. Update the kit.")
        raise ExportError(text.format(found=quoted(data.get("version")), ours=VERSION))
    try:
        # By way of JSON: that is where it comes from, and strict JSON rules are what pydantic then applies.
        return _Archive.model_validate_json(json.dumps(data, allow_nan=False))
    except ValidationError as error:
        raise ExportError(_first_fault(error)) from None
    except (TypeError, ValueError, RecursionError) as error:
        raise ExportError(_("The session isn't JSON: {reason}.").format(reason=error)) from None


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False)[0]
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault["loc"]).lstrip(".")
    what = re.sub(r"^Value error, ", "", fault["msg"])
    text = _("{where}: {what} (found “{found}”). Nothing was brought in.")
    return text.format(where=where[:100] or _("the whole file"), what=what, found=quoted(fault["input"]))


def _contradictions(archive: _Archive) -> Iterator[_Fault]:
    """What is well-formed piece by piece, but doesn't fit together."""
    yield from _repeated("participants", (part.pseudonym for part in archive.participants))
    yield from _repeated("exercises", (part.exercise for part in archive.exercises))
    yield from _repeated("responses", (part.place for part in archive.responses))
    yield from _repeated("history", ((*part.place, part.seq) for part in archive.history))
    for number, part in enumerate(archive.exercises):
        if part.content.get("id") != part.exercise:
            yield f"exercises[{number}].content.id", part.content.get("id"), _("isn't the exercise")
    exercises = {part.exercise for part in archive.exercises}
    people = {part.pseudonym for part in archive.participants}
    yield from _strangers("stage_changes", "exercise", archive.stage_changes, exercises)
    yield from _strangers("decisions", "exercise", archive.decisions, exercises)
    yield from _strangers("history", "participant", archive.history, people)
    yield from _unlike_the_history(archive)


def _repeated(name: str, values: Iterable[object]) -> Iterator[_Fault]:
    seen: set[object] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield f"{name}[{number}]", value, _("appears twice")
        seen.add(value)


def _strangers(name: str, key: str, parts: Iterable[_Part], known: Collection[str]) -> Iterator[_Fault]:
    for number, part in enumerate(parts):
        if (found := getattr(part, key)) not in known:
            yield f"{name}[{number}].{key}", found, _("has no entry of its own")


def _unlike_the_history(archive: _Archive) -> Iterator[_Fault]:
    newest = {entry.place: entry for entry in sorted(archive.history, key=lambda entry: entry.seq)}
    for number, response in enumerate(archive.responses):
        if newest.pop(response.place, None) != response:
            yield f"responses[{number}]", response.item, _("isn't the newest of its history")
    for entry in newest.values():
        yield "responses", entry.item, _("is missing, but is in the history")


def _write(connection: Connection, database: Database, archive: _Archive) -> None:
    insert = database.insert(schema.sessions).on_conflict_do_nothing(index_elements=["code"])
    insert = insert.values(archive.session.model_dump())
    session_id = connection.scalar(insert.returning(schema.sessions.c.id))
    if session_id is None:
        text = _("session.code: there is a session “{code}” here already. Nothing was brought in.")
        raise ExportError(text.format(code=archive.session.code))
    ids: dict[str, int] = {}
    for name, (table, _part) in _LISTS.items():
        rows = [_row(part, session_id, ids) for part in getattr(archive, name)]
        if table is participants:
            insert = participants.insert().returning(participants.c.number, participants.c.id)
            numbered = connection.execute(insert, sorted(rows, key=itemgetter("number"))) if rows else ()
            ids = {pseudonym_of(number): participant_id for number, participant_id in numbered}
        elif rows:
            connection.execute(table.insert(), rows)


def _row(part: _Part, session_id: int, ids: Mapping[str, int]) -> dict[str, Any]:
    """A part as a row of its table; ``ids`` are those of the participants."""
    row = part.model_dump() | {"session_id": session_id}
    if isinstance(part, _ParticipantPart):
        row["number"] = int(row.pop("pseudonym")[1:])
    elif isinstance(part, _ResponsePart):
        row["participant_id"] = ids[row.pop("participant")]
    return row
