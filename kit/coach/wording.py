"""The coach's words to a learner: a sentence for each step, trap and extra, quoting theirs."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from kit.coach.recipe import Point, Recipe
from kit.coach.reviews import Review, Trap

QUOTE_LENGTH = 80


def describe_step(review: Review, text: str, step: Point) -> str:
    """One sentence about a step: what was found, or a question."""
    if not review.judged:
        return not_judged()
    verdict = review.steps[step.id]
    templates = _wording()["steps"].get(step.rule) or _wording()["steps"]["default"]
    span = review.evidence.get(step.id, (0, 0))
    return _fill(templates[verdict], quote(text, *span), label_of(step))


def ask_about(trap: Trap, text: str, recipe: Recipe) -> str:
    """The friendly question that a trap becomes."""
    point = next((point for point in recipe.traps if point.id == trap.kind), Point(trap.kind))
    traps = _wording()["traps"]
    template = point.question or traps.get(point.rule) or traps["default"]
    return _fill(template, quote(text, trap.start, trap.end), point.label or point.id)


def describe_extra(extra: str) -> str:
    """The praise for an extra."""
    return _wording()["extras"][extra]


def label_of(step: Point) -> str:
    """A step's name for learners."""
    return step.label or _wording()["labels"].get(step.rule) or step.id.replace("-", " ").capitalize()


def not_judged() -> str:
    """What the coach says about a language that it doesn't know."""
    return _wording()["other"]["language"]


def quote(text: str, start: int, end: int) -> str:
    """The learner's words on one line, shortened at a space where they are many."""
    words = " ".join(text[start:end].split())
    if len(words) <= QUOTE_LENGTH:
        return words
    cut = words[:QUOTE_LENGTH]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut} …"


def _fill(template: str, words: str, label: str) -> str:
    """Put words into a template; braces in a learner's words stay as they are."""
    head, *rest = template.replace("{label}", label).split("{quote}")
    return words.join([head, *rest])


@cache
def _wording() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("wording.toml").read_text("utf-8"))
