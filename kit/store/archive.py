"""A whole session as JSON and back: for moving it to another database, and for keeping it.

No secrets go out: in the database that a session is brought into, seats exist but nobody's cookie fits.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError
from sqlalchemy import Connection, Table, select

from kit.content.exercise import Id
from kit.errors import ExportError, SessionError
from kit.session import MAX_SEQ, Names, Session, clean_code, clean_name
from kit.store.database import Database
from kit.store.rows import pseudonym_of
from kit.store.schema import (
    ID_LENGTH,
    ITEM_LENGTH,
    MAX_MINUTES,
    MAX_ROUND,
    NOTE_LENGTH,
    TITLE_LENGTH,
    VALUE_LENGTH,
    decisions,
    exercises_used,
    history,
    notes,
    participants,
    responses,
    sessions,
    stage_changes,
)
from kit.store.storable import is_storable, quoted
from kit.store.store import Store
from kit.text import gettext as _

FORMAT = "service-workshop-kit session"
VERSION = 1

_RESPONSE = ("exercise", "round", "item", "value", "seq", "late", "at")


def dump(store: Store, session_id: int) -> dict[str, Any]:
    """One session, at one moment, as dicts, lists, texts and numbers only.

    Keys: ``format``, ``version``, ``session``, ``participants``, ``exercises``, ``stage_changes``,
    ``responses``, ``history`` (in the order of writing), ``decisions`` and ``notes``. People are pseudonyms;
    ``participants`` has their names. Times are ISO 8601 in UTC.

    Raises:
        SessionError: There is no such session.
    """
    session = store.session_by_id(session_id)
    with store.database.reading() as connection:

        def read(table: Table, names: Sequence[str], order: Iterable[Any]) -> list[dict[str, Any]]:
            return _read(connection, table, session_id, names, order)

        people = read(participants, ("id", "number", "name", "joined_at"), [participants.c.number])
        pseudonyms = {person.pop("id"): pseudonym_of(person.pop("number")) for person in people}
        places = [responses.c[name] for name in ("exercise", "round", "participant_id", "item")]
        given = read(responses, ("participant_id", *_RESPONSE), places)
        past = read(history, ("participant_id", *_RESPONSE), [history.c.id])
        for entry in (*given, *past):
            entry["participant"] = pseudonyms[entry.pop("participant_id")]
        return {
            "format": FORMAT,
            "version": VERSION,
            "session": {
                "code": session.code,
                "title": session.title,
                "names": session.names.value,
                "created_at": _iso(session.created_at),
                "closed_at": _iso(session.closed_at),
            },
            "participants": [
                {"pseudonym": pseudonym, **person}
                for pseudonym, person in zip(pseudonyms.values(), people, strict=True)
            ],
            "exercises": read(exercises_used, ("exercise", "content"), [exercises_used.c.id]),
            "stage_changes": read(
                stage_changes,
                ("exercise", "stage", "params", "opened_at", "minutes", "beat"),
                [stage_changes.c.id],
            ),
            "responses": given,
            "history": past,
            "decisions": read(decisions, ("exercise", "item", "value", "at"), [decisions.c.id]),
            "notes": read(notes, ("exercise", "text", "at"), [notes.c.id]),
        }


def load(store: Store, data: Any) -> Session:
    """Bring a dumped session into this database. All of it is written, or nothing.

    Args:
        store: Where to.
        data: What ``dump`` returned, as JSON gives it back; nothing about it is trusted.

    Raises:
        ExportError: It isn't such a session, contradicts itself, or its code exists here already.
    """
    archive = _checked(data)
    fault = next(_contradictions(archive), None)
    if fault:
        raise ExportError(fault)
    with store.database.writing() as connection:
        _write(connection, store.database, archive)
    return store.session(archive.session.code)


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _read(
    connection: Connection, table: Table, session_id: int, names: Sequence[str], order: Iterable[Any]
) -> list[dict[str, Any]]:
    query = (
        select(*(table.c[name] for name in names)).where(table.c.session_id == session_id).order_by(*order)
    )
    return [
        {name: _iso(value) if isinstance(value, datetime) else value for name, value in row._mapping.items()}
        for row in connection.execute(query)
    ]


def _storable(text: str) -> str:
    if not is_storable(text):
        raise ValueError("has a character that no database takes")
    return text


def _in_utc(at: datetime) -> datetime:
    # Away from the ends of the calendar, where changing the time zone overflows.
    if not 1900 < at.year < 9000:
        raise ValueError("is no plausible time")
    return at.astimezone(UTC)


def _code(code: str) -> str:
    try:
        same = clean_code(code) == code
    except SessionError:
        same = False
    if not same:
        raise ValueError("is no join code")
    return code


def _name(name: str) -> str:
    if clean_name(name, Names.OPTIONAL) != name:
        raise ValueError("is too long for a name or has characters that can't be seen")
    return name


_Time = Annotated[AwareDatetime, AfterValidator(_in_utc)]
_Pseudonym = Annotated[str, Field(pattern=r"^P[1-9][0-9]{0,6}$")]


def _text(shortest: int, longest: int) -> Any:
    return Annotated[str, Field(min_length=shortest, max_length=longest), AfterValidator(_storable)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _SessionPart(_Part):
    code: Annotated[str, AfterValidator(_code)]
    title: _text(1, TITLE_LENGTH)
    names: Names
    created_at: _Time
    closed_at: _Time | None


class _ParticipantPart(_Part):
    pseudonym: _Pseudonym
    name: Annotated[str, AfterValidator(_name)]
    joined_at: _Time


class _ExercisePart(_Part):
    exercise: Id
    content: dict[str, JsonValue]


class _StagePart(_Part):
    exercise: Id
    stage: Id
    params: dict[str, JsonValue]
    opened_at: _Time
    minutes: int = Field(ge=0, le=MAX_MINUTES)
    beat: _text(0, ID_LENGTH) = ""


class _ResponsePart(_Part):
    participant: _Pseudonym
    exercise: Id
    round: int = Field(ge=0, le=MAX_ROUND)
    item: _text(1, ITEM_LENGTH)
    value: _text(0, VALUE_LENGTH)
    seq: int = Field(ge=1, le=MAX_SEQ)
    late: bool
    at: _Time

    @property
    def place(self) -> tuple[str, str, int, str]:
        """What it answers, and for whom."""
        return self.participant, self.exercise, self.round, self.item


class _DecisionPart(_Part):
    exercise: Id
    item: _text(1, ITEM_LENGTH)
    value: _text(0, VALUE_LENGTH)
    at: _Time


class _NotePart(_Part):
    exercise: _text(0, ID_LENGTH)
    text: _text(1, NOTE_LENGTH)
    at: _Time


class _Archive(_Part):
    format: str
    version: int
    session: _SessionPart
    participants: list[_ParticipantPart]
    exercises: list[_ExercisePart]
    stage_changes: list[_StagePart]
    responses: list[_ResponsePart]
    history: list[_ResponsePart]
    decisions: list[_DecisionPart]
    notes: list[_NotePart]


def _checked(data: Any) -> _Archive:
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        found = data.get("format") if isinstance(data, dict) else type(data).__name__
        raise ExportError(
            _("This isn't an exported session: “format” is “{found}”, not “{ours}”.").format(
                found=quoted(found), ours=FORMAT
            )
        )
    if data.get("version") != VERSION:
        raise ExportError(
            _("“version” is “{found}”; this kit reads {ours}. Update the kit.").format(
                found=quoted(data.get("version")), ours=VERSION
            )
        )
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
    return _("{where}: {what} (found “{found}”). Nothing was brought in.").format(
        where=where[:100] or _("the whole file"),
        what=re.sub(r"^Value error, ", "", fault["msg"]),
        found=quoted(fault["input"]),
    )


def _contradictions(archive: _Archive) -> Iterator[str]:
    """What is well-formed piece by piece, but doesn't fit together."""
    text = _("{where}: “{found}” {what}. Nothing was brought in.")
    people = {person.pseudonym for person in archive.participants}
    used = {part.exercise for part in archive.exercises}
    keys = {
        "participants": [part.pseudonym for part in archive.participants],
        "exercises": [part.exercise for part in archive.exercises],
        "responses": [part.place for part in archive.responses],
        "history": [(*part.place, part.seq) for part in archive.history],
    }
    for name, values in keys.items():
        for number, value in _repeated(values):
            yield text.format(where=f"{name}[{number}]", found=value, what=_("appears twice"))
    for number, part in enumerate(archive.exercises):
        if part.content.get("id") != part.exercise:
            yield text.format(
                where=f"exercises[{number}].content.id",
                found=quoted(part.content.get("id")),
                what=_("isn't the exercise"),
            )
    for name, parts in (("stage_changes", archive.stage_changes), ("decisions", archive.decisions)):
        for number, part in enumerate(parts):
            if part.exercise not in used:
                yield text.format(
                    where=f"{name}[{number}].exercise",
                    found=part.exercise,
                    what=_("isn't among the exercises"),
                )
    newest: dict[Any, _ResponsePart] = {}
    for number, entry in enumerate(archive.history):
        if entry.participant not in people:
            yield text.format(
                where=f"history[{number}].participant",
                found=entry.participant,
                what=_("isn't among the participants"),
            )
        if entry.place not in newest or entry.seq > newest[entry.place].seq:
            newest[entry.place] = entry
    for number, response in enumerate(archive.responses):
        if newest.pop(response.place, None) != response:
            yield text.format(
                where=f"responses[{number}]",
                found=response.item,
                what=_("isn't the newest of its history"),
            )
    for entry in newest.values():
        yield text.format(where="responses", found=entry.item, what=_("is missing, but is in the history"))


def _repeated(values: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    seen: set[Any] = set()
    for number, value in enumerate(values):
        if value in seen:
            yield number, value
        seen.add(value)


def _write(connection: Connection, database: Database, archive: _Archive) -> None:
    insert = database.insert(sessions).on_conflict_do_nothing(index_elements=["code"])
    session_id = connection.scalar(insert.values(archive.session.model_dump()).returning(sessions.c.id))
    if session_id is None:
        raise ExportError(
            _("session.code: there is a session “{code}” here already. Nothing was brought in.").format(
                code=archive.session.code
            )
        )

    def add(table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            connection.execute(table.insert(), [{"session_id": session_id, **row} for row in rows])

    people = [person.model_dump() for person in archive.participants]
    numbered = [{"number": int(person.pop("pseudonym")[1:]), **person} for person in people]
    add(participants, sorted(numbered, key=lambda person: person["number"]))
    ids = {
        pseudonym_of(row.number): row.id
        for row in connection.execute(select(participants).where(participants.c.session_id == session_id))
    }
    add(exercises_used, [part.model_dump() for part in archive.exercises])
    add(stage_changes, [part.model_dump() for part in archive.stage_changes])
    for table, entries in ((responses, archive.responses), (history, archive.history)):
        rows = [entry.model_dump() for entry in entries]
        add(table, [{"participant_id": ids[row.pop("participant")], **row} for row in rows])
    add(decisions, [part.model_dump() for part in archive.decisions])
    add(notes, [part.model_dump() for part in archive.notes])
