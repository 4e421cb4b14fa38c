"""The facilitator's choices: the situations that are worked on, phrases hidden, phrases merged."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from kit.errors import SessionError
from kit.kinds.kind import Moment
from kit.kinds.phrasing_plan import Plan, Round
from kit.kinds.phrasing_pool import Phrase, Pool, alike
from kit.text import gettext as _

MOST_SITUATIONS = 6
"""More situations than this nobody finishes in the time of a stage."""

Params = dict[str, Any]


def steer(plan: Plan, params: Mapping[str, Any], choice: Mapping[str, str]) -> Params:
    """The params after a choice, a new dict.

    The choices, by the key ``do``: ``work-on`` and ``leave-out`` (with ``situation``), ``hide`` and ``show``
    (with ``phrase``), ``merge`` (``phrase`` with ``into``) and ``split`` (``phrase``).

    Raises:
        SessionError: There is no such choice, situation or phrase, or too many or no situations would be
        left.
    """
    acts: dict[str, Callable[[Plan, Params, Mapping[str, str]], None]] = {
        "work-on": _work_on,
        "leave-out": _leave_out,
        "hide": _hide,
        "show": _show,
        "merge": _merge,
        "split": _split,
    }
    act = acts.get(str(choice.get("do")))
    if act is None:
        text = _("There is no choice “{choice}”. Use one of: {known}.")
        raise SessionError(text.format(choice=str(choice.get("do"))[:40], known=", ".join(acts)))
    after = {
        **params,
        "situations": plan.picked(params),
        "hidden": list(params.get("hidden", ())),
        "merged": dict(params.get("merged", {})),
    }
    act(plan, after, choice)
    return after


def choices(plan: Plan, moment: Moment, responses: pd.DataFrame) -> dict[str, Any] | None:
    """What there is to choose in a stage, for the facilitator only; None where there is nothing.

    Returns:
        ``situations``, all of them, ``{situation, trade, text, recipe_title, picked}``, before the vote, else
        empty; ``tempting``, what the room wrote in the stage of that name; from ``say-this`` to ``showcase``
        ``phrases``, ``{key, situation, trade, text, people, hidden, merged_into}`` with the text of the
        phrase that stands for it, and ``suggestions``, ``{phrase, text, into, into_text, likeness}``; else
        empty.
    """
    stage, picked = moment.stage.id, plan.picked(moment.params)
    if stage in ("card", "debrief"):
        return None
    shown: dict[str, Any] = {
        "stage": stage,
        "situations": [],
        "tempting": [],
        "phrases": [],
        "suggestions": [],
    }
    if stage in ("brief", "tempting", "not-that", "say-this"):
        shown["situations"] = [
            {
                "situation": name,
                "trade": situation.trade,
                "text": situation.text,
                "recipe_title": plan.recipes[situation.recipe].title,
                "picked": name in picked,
            }
            for name, situation in plan.situations.items()
        ]
        entries = responses[(responses["round"] == Round.TEMPTING) & (responses["value"] != "")]
        # Sorted, so that their order doesn't tell who wrote what.
        shown["tempting"] = sorted(set(entries["value"]), key=str.casefold)
    if stage in ("say-this", "vote", "showcase"):
        pool = Pool(plan, responses, moment.params)
        mine = [phrase for phrase in pool.phrases.values() if phrase.situation in picked]
        shown["phrases"] = [_phrase(plan, pool, phrase) for phrase in mine]
        shown["suggestions"] = [
            {
                "phrase": drop.key,
                "text": drop.text,
                "into": keep.key,
                "into_text": keep.text,
                "likeness": score,
            }
            for keep, drop, score in alike([phrase for phrase in mine if phrase.is_shown])
        ]
    return shown


def _phrase(plan: Plan, pool: Pool, phrase: Phrase) -> dict[str, Any]:
    into = pool.phrases.get(phrase.merged_into)
    return {
        "key": phrase.key,
        "situation": phrase.situation,
        "trade": plan.situations[phrase.situation].trade,
        "text": phrase.text,
        "people": len(phrase.authors),
        "hidden": phrase.hidden,
        "merged_into": into.text if into else "",
    }


def _work_on(plan: Plan, params: Params, choice: Mapping[str, str]) -> None:
    params["situations"] = [*dict.fromkeys([*params["situations"], _situation(plan, choice)])]
    if len(params["situations"]) > MOST_SITUATIONS:
        text = _("A room can work on {most} situations at most. Leave one out first.")
        raise SessionError(text.format(most=MOST_SITUATIONS))


def _leave_out(plan: Plan, params: Params, choice: Mapping[str, str]) -> None:
    name = _situation(plan, choice)
    params["situations"] = [kept for kept in params["situations"] if kept != name]
    if not params["situations"]:
        text = _("“{situation}” is the only situation left. Choose another one first.")
        raise SessionError(text.format(situation=name))


def _hide(_plan: Plan, params: Params, choice: Mapping[str, str]) -> None:
    params["hidden"] = sorted({*params["hidden"], _key(choice, "phrase")})


def _show(_plan: Plan, params: Params, choice: Mapping[str, str]) -> None:
    key = _key(choice, "phrase")
    params["hidden"] = [kept for kept in params["hidden"] if kept != key]
    if "phrases" in params:
        params["phrases"] = sorted({*params["phrases"], key})


def _merge(_plan: Plan, params: Params, choice: Mapping[str, str]) -> None:
    key, into = _key(choice, "phrase"), _key(choice, "into")
    # The other way round would close a circle, so that way is opened first.
    following: str | None = into
    seen = set()
    while following is not None and following not in seen:
        seen.add(following)
        if params["merged"].get(following) == key:
            del params["merged"][following]
            break
        following = params["merged"].get(following)
    if key == into:
        raise SessionError(
            _("“{phrase}” can't be merged into itself. Choose another one.").format(phrase=key)
        )
    params["merged"][key] = into


def _split(_plan: Plan, params: Params, choice: Mapping[str, str]) -> None:
    params["merged"].pop(_key(choice, "phrase"), None)


def _situation(plan: Plan, choice: Mapping[str, str]) -> str:
    name = str(choice.get("situation"))
    if name not in plan.situations:
        text = _("“{situation}” is no situation of “{exercise}”. Use one of: {known}.")
        known = ", ".join(plan.situations)
        raise SessionError(text.format(situation=name[:60], exercise=plan.exercise.id, known=known))
    return name


def _key(choice: Mapping[str, str], name: str) -> str:
    key = str(choice.get(name, ""))
    if len(key) != 12 or not set(key) <= set("0123456789abcdef"):
        text = _("“{key}” is no phrase. Choose one from the list.")
        raise SessionError(text.format(key=key[:40]))
    return key
