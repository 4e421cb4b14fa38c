"""What the facilitator decides: situations to work on, phrases to hide, phrases to show as one."""

from typing import Any

import pandas as pd

from kit.errors import ResponseError
from kit.kinds.kind import Moment
from kit.kinds.phrasing_plan import NO, YES, Plan, Round, is_key
from kit.kinds.phrasing_pool import Phrase, Pool, alike
from kit.text import gettext as _


def check(plan: Plan, item: str, value: str, responses: pd.DataFrame) -> str:
    """A decision as it is kept.

    ``situation/<id>`` and ``hide/<phrase>`` are "yes" or "no"; ``merge/<phrase>`` is the key of the phrase that
    stands for it, or empty for none. Situations count from the next opening of a stage on.

    Raises:
        ResponseError: There is no such decision, situation or phrase.
    """
    group, _slash, name = item.partition("/")
    if group == "situation" and name not in plan.situations:
        text = _("“{situation}” is no situation of “{exercise}”. Use one of: {known}.")
        known = ", ".join(plan.situations)
        raise ResponseError(text.format(situation=name[:60], exercise=plan.exercise.id, known=known))
    if group not in ("situation", "hide", "merge"):
        text = _("“{item}” can't be decided. Use situation, hide or merge.")
        raise ResponseError(text.format(item=item[:60]))
    if group == "merge":
        return _checked_merge(plan, name, value, responses)
    if group == "hide" and not is_key(name):
        raise ResponseError(_("“{key}” is no phrase. Choose one from the list.").format(key=name[:40]))
    if value not in (YES, NO):
        raise ResponseError(_("A decision is “yes” or “no”, not “{value}”.").format(value=value[:20]))
    return value


def _checked_merge(plan: Plan, key: str, into: str, responses: pd.DataFrame) -> str:
    phrases = Pool(plan, responses).phrases
    for name in (key, into) if into else (key,):
        if name not in phrases:
            raise ResponseError(_("“{key}” is no phrase. Choose one from the list.").format(key=name[:40]))
    if into and (key == into or phrases[key].situation != phrases[into].situation):
        text = _("“{one}” and “{other}” can't be shown as one. Choose two phrases for one situation.")
        raise ResponseError(text.format(one=phrases[key].text[:40], other=phrases[into].text[:40]))
    return into


def choices(plan: Plan, moment: Moment, responses: pd.DataFrame) -> dict[str, Any] | None:
    """What there is to decide in a stage, for the facilitator only; None where there is nothing.

    Returns:
        ``situations``, all of them, ``{situation, trade, text, recipe_title, picked}``, before the vote, else
        empty; ``tempting``, what the room wrote in the stage of that name; from ``say-this`` to ``showcase``
        ``phrases``, ``{key, situation, trade, text, people, hidden, merged_into}`` with the text of the
        phrase that stands for it, and ``suggestions``, ``{phrase, text, into, into_text, likeness}``; else
        empty.
    """
    stage, picked = moment.stage.id, plan.picked({}, moment.decisions)
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
        pool = Pool(plan, responses, moment.decisions, moment.params.get("phrases"))
        here = plan.picked(moment.params, moment.decisions)
        mine = [phrase for phrase in pool.phrases.values() if phrase.situation in here]
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
