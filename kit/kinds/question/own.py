"""Questions that a facilitator can ask: three ready ones, and one's own as it was typed."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from kit.activities.typed import clean_line
from kit.content.exercise import END_LENGTH
from kit.content.fault import HIDDEN
from kit.errors import SessionError
from kit.kinds.question.content import ASKED_LENGTH, MOST_OPTIONS, OPTION_LENGTH, AskedExercise, Form
from kit.text import gettext as _


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


def question(name: str, said: Mapping[str, Any]) -> AskedExercise:
    """What a facilitator asks: ``value`` names a ready one, else it is their own.

    Args:
        name: Its id in the session.
        said: Of their own the texts ``text``, ``form``, ``options`` (a line each), ``low`` and ``high``.

    Raises:
        ResponseError: A text is empty or too long.
        SessionError: It can't be asked so.
    """
    given = ready().get(str(said.get("value"))) or _typed(said)
    try:
        return AskedExercise(id=name, minutes=2 if given["form"] == Form.TEXT else 1, **given)
    except ValidationError as error:
        raise SessionError(" ".join(detail["msg"] for detail in error.errors())) from None


def _typed(said: Mapping[str, Any]) -> dict[str, Any]:
    form = str(said.get("form"))
    if form not in list(Form):
        raise SessionError(_("Choose how people answer: by a number, a choice, a word or a text."))
    given: dict[str, Any] = {"title": _line(said.get("text"), ASKED_LENGTH), "form": Form(form)}
    if form == Form.RATING:
        given["ends"] = tuple(_line(said.get(end), END_LENGTH) for end in ("low", "high"))
    if form == Form.CHOICE:
        lines = [line for line in str(said.get("options") or "").splitlines() if line.strip()]
        if len(lines) > MOST_OPTIONS:
            raise SessionError(
                _("{n} answers are too many to choose from. Use {most} or fewer.").format(
                    n=len(lines), most=MOST_OPTIONS
                )
            )
        given["options"] = tuple(_line(line, OPTION_LENGTH) for line in lines)
    return given


def _line(typed: Any, longest: int) -> str:
    return clean_line(HIDDEN.sub("", str(typed or "")), longest)
