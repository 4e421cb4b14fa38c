"""Questions that a facilitator can ask: three ready ones, and one's own as it was typed."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from kit.activities.group.teams import SIZES, By, teams
from kit.activities.typed import line_or_nothing, on_one_line
from kit.content.exercise import END_LENGTH
from kit.content.fault import HIDDEN
from kit.errors import ResponseError, SessionError
from kit.kinds.question.content import ASKED_LENGTH, MOST_OPTIONS, OPTION_LENGTH, AskedExercise, Form
from kit.text import gettext as _

MINUTES = {Form.TEXT: 2, Form.GROUPS: 8}
"""How long a form takes; those without a word one minute."""


def ready() -> Mapping[str, Mapping[str, Any]]:
    """Questions that need no typing, by a name of their own."""
    return {
        "arriving": {
            "title": _("How are you arriving today?"),
            "form": Form.RATING,
            "ends": (_("tired"), _("wide awake")),
        },
        "pace": {
            "title": _("Is the pace right for you?"),
            "form": Form.CHOICE,
            "options": (_("Slower, please"), _("Just right"), _("Faster, please")),
        },
        "doubt": {"title": _("What is still unclear, or what do you doubt?"), "form": Form.TEXT},
    }


def question(name: str, said: Mapping[str, Any], roles: Mapping[str, str]) -> AskedExercise:
    """What a facilitator asks: ``value`` names a ready one, else it is their own.

    Args:
        name: Its id in the session.
        said: Of their own the texts ``text``, ``form``, ``options`` (a line each), ``low`` and ``high``; of groups
            ``by`` and ``size``.
        roles: Everybody here, in order: pseudonym -> role, empty where somebody told none.

    Raises:
        ResponseError: A text is empty or too long.
        SessionError: It can't be asked so.
    """
    given = ready().get(str(said.get("value"))) or _typed(said, roles)
    try:
        return AskedExercise(id=name, minutes=MINUTES.get(given["form"], 1), **given)
    except ValidationError as error:
        raise SessionError(" ".join(detail["msg"] for detail in error.errors())) from None


def _typed(said: Mapping[str, Any], roles: Mapping[str, str]) -> dict[str, Any]:
    form = str(said.get("form"))
    if form not in list(Form):
        raise SessionError(
            _("Choose how people answer: by a number, a choice, a word or a text, or in groups.")
        )
    title = _line(_("Your question"), said.get("text"), ASKED_LENGTH)
    given: dict[str, Any] = {"title": title, "form": Form(form)}
    if form == Form.RATING:
        low = _line(_("1 means"), said.get("low"), END_LENGTH)
        given["ends"] = low, _line(_("5 means"), said.get("high"), END_LENGTH)
    if form == Form.CHOICE:
        lines = [line for line in str(said.get("options") or "").splitlines() if line.strip()]
        if len(lines) > MOST_OPTIONS:
            text = _("{n} answers are too many to choose from. Use {most} or fewer.")
            raise SessionError(text.format(n=len(lines), most=MOST_OPTIONS))
        given["options"] = tuple(_line(_("Answers"), line, OPTION_LENGTH) for line in lines)
        folded = [option.casefold() for option in given["options"]]
        if twice := [option for option in given["options"] if folded.count(option.casefold()) > 1]:
            text = _("Of the answers “{option}” is there twice. Change one of the two, or remove it.")
            raise SessionError(text.format(option=twice[-1]))
    if form == Form.GROUPS:
        by, size = str(said.get("by")), str(said.get("size"))
        if by not in list(By) or size not in map(str, SIZES):
            text = _(
                "Groups of {size} by “{by}” can't be made. Choose {least} to {most}, and one of: {known}."
            )
            names = {"least": SIZES[0], "most": SIZES[-1], "known": ", ".join(By)}
            raise SessionError(text.format(size=size[:20], by=by[:20], **names))
        given["teams"] = tuple(teams(By(by), int(size), roles))
    return given


def _line(field: str, typed: Any, longest: int) -> str:
    """What was typed into the field of that name."""
    seen = HIDDEN.sub("", str(typed or ""))
    if line := line_or_nothing(seen, longest):
        return line
    text = _("In “{field}” there is nothing to read: “{typed}”. Type a word or a few there.")
    raise ResponseError(text.format(field=field, typed=on_one_line(seen)[:20]))
