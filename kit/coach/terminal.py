"""A review for a terminal: the phrase with its evidence marked, then a line for each step and trap."""

from unicodedata import category

from kit.coach.recipe import Recipe, get_recipe
from kit.coach.reviews import Review
from kit.coach.wording import ask_about, describe_extra, describe_step, label_of, not_judged

_SIGNS = {"found": "✓", "missing": "○", "unclear": "?"}
_GREEN, _YELLOW, _END = "\x1b[32m", "\x1b[33m", "\x1b[0m"


def render(review: Review, text: str, recipe: str | Recipe, *, colour: bool = False) -> str:
    """A review as lines of text.

    Args:
        review: the review of `text`.
        text: the phrase as it was given to `review`.
        recipe: the recipe as it was given to `review`.
        colour: mark evidence with colours; else with brackets.
    """
    plan = get_recipe(recipe)
    lines = [_marked(review, text, colour), ""]
    if not review.judged:
        return "\n".join([*lines, not_judged()])
    for step in plan.steps:
        sign = _SIGNS[review.steps[step.id]]
        lines.append(f"{sign} {label_of(step)}: {_printable(describe_step(review, text, step))}")
    lines += [f"→ {_printable(ask_about(trap, review, text, plan))}" for trap in review.traps]
    lines += [f"+ {describe_extra(extra)}" for extra in review.extras]
    return "\n".join(lines)


def _marked(review: Review, text: str, colour: bool) -> str:
    """The phrase with the words of steps [marked] and those of traps {marked}."""
    step_marks, trap_marks = ((_GREEN, _END), (_YELLOW, _END)) if colour else ("[]", "{}")
    spans = [(start, end, trap_marks) for start, end in review.traps.values()]
    spans += [
        (start, end, step_marks) for step, (start, end) in review.evidence.items() if step != "no-blame"
    ]
    marked, reached = [], 0
    for start, end, (before, after) in sorted(spans, key=lambda span: span[0]):
        if start < reached:  # spans that overlap: the first one stays, of two with one start the trap
            continue
        marked += [_printable(text[reached:start]), before, _printable(text[start:end]), after]
        reached = end
    return "".join([*marked, _printable(text[reached:])])


def _printable(text: str) -> str:
    """The text without control characters and lone surrogates, which a terminal would obey or refuse."""
    return "".join(char if char == "\n" or category(char) not in ("Cc", "Cs") else "�" for char in text)
