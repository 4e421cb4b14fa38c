"""The coach's words to a learner: a sentence for each step, trap and extra, quoting theirs.

``{quote}`` stands for their own words. Friendly questions, never a red mark. The sentences are kept in English and
looked up in the catalogue when they are shown.
"""

from kit.coach.recipe import Point, Recipe
from kit.coach.reviews import Review
from kit.text import N_
from kit.text import gettext as _

QUOTE_LENGTH = 80

STEPS = {
    "found": {
        "own": N_("You take it on for the company: “{quote}”"),
        "apology": N_("You take this on as ours: “{quote}”"),
        "explanation": N_("You give one short reason: “{quote}”"),
        "solution": N_("You say what happens next: “{quote}”"),
        "no-blame": N_("The customer hears no blame for it."),
        "ease": N_("You make it feel small: “{quote}”"),
        "bearable": N_("You take it seriously and make it bearable: “{quote}”"),
        "acknowledge": N_("You take the wish seriously: “{quote}”"),
        "protects": N_("You say what the rule protects: “{quote}”"),
        "options": N_("You leave a choice: “{quote}”"),
        "default": N_("{label}: “{quote}”"),
    },
    "missing": {
        "own": N_("Who does the customer hear taking this on? A “we” or “that's on us” would say it."),
        "apology": N_("What would you say sorry for, in a few words with “we” or “our”?"),
        "explanation": N_("After the apology, what one short reason would help the customer understand?"),
        "solution": N_("What happens next for this customer? An action, a time or an offer would tell."),
        "no-blame": N_("Might the customer hear that it's their fault? How could you say it without that?"),
        "ease": N_("What could you say so that the customer feels less awkward? It may happen to many."),
        "bearable": N_(
            "Where does the customer hear that you know how much this weighs, and that it can be borne?"
        ),
        "acknowledge": N_("How would the customer hear, in concrete words, that you understand the wish?"),
        "protects": N_("What or whom does the rule protect? One sentence would say it."),
        "options": N_("What can you do instead? Two ways forward leave the customer a choice."),
        "default": N_("{label}: where would that go?"),
    },
    "unclear": {
        "own": N_("I'm not sure whether you take this on or leave it open. How would “we” sound here?"),
        "apology": N_(
            "I'm not sure that the customer hears an apology. What would a plain “we're sorry” add?"
        ),
        "explanation": N_("I'm not sure whether that is a reason. What happened, in one plain sentence?"),
        "solution": N_("I'm not sure what will happen, or when. Could you name one thing that you'll do?"),
        "no-blame": N_("I'm not sure how the question lands. Could it sound like doubt?"),
        "ease": N_("I'm not sure whether that comforts. How would you say it to a friend?"),
        "bearable": N_(
            "I'm not sure that both are in it. What would you add: that it matters, or how it can be borne?"
        ),
        "acknowledge": N_(
            "I'm not sure that the customer feels understood. What do they wish for, in your words?"
        ),
        "protects": N_("I'm not sure what the rule is good for. Whom does it protect, in one sentence?"),
        "options": N_("I'm not sure that there is a choice. What would a second way forward be?"),
        "default": N_("{label}: I'm not sure. Can you make it plainer?"),
    },
}

TRAPS = {
    "deflect": N_("Whose fault does the customer hear in “{quote}”?"),
    "blame-customer": N_("What might the customer feel on hearing “{quote}”?"),
    "policy-shield": N_("After “{quote}”, what can the customer still do?"),
    "helpless": N_("Where does “{quote}” leave the customer? What could you offer instead?"),
    "non-apology": N_("What are we sorry for in “{quote}”: what we did, or how they feel?"),
    "but-apology": N_("What is left of the sorry after “{quote}”?"),
    "excuse-first": N_("What does the customer hear first: “{quote}”, or that we're sorry?"),
    "interrogate": N_("What does the customer have to defend in “{quote}”?"),
    "default": N_("How does “{quote}” sound to the customer?"),
}

EXTRAS = {
    "names-it": N_("You name the thing itself."),
    "names-a-time": N_("You say when."),
    "gives-choice": N_("You leave the choice to the customer."),
    "thanks": N_("You thank the customer for something real."),
}

LABELS = {
    "own": N_("Own it with “we”"),
    "apology": N_("Apologise"),
    "explanation": N_("Explain briefly, after the apology"),
    "solution": N_("Turn to the solution"),
    "no-blame": N_("Avoid blame"),
    "ease": N_("Ease the embarrassment"),
    "bearable": N_("Take it seriously, then make it bearable"),
    "acknowledge": N_("Acknowledge the wish"),
    "protects": N_("Say what the rule protects"),
    "options": N_("Say what you can do, two options"),
}


def describe_step(review: Review, text: str, step: Point) -> str:
    """One sentence about a step of a phrase that was judged: what was found, or a question."""
    templates = STEPS[review.steps[step.id]]
    span = review.evidence.get(step.id, (0, 0))
    return _fill(_(templates.get(step.rule, templates["default"])), quote(text, *span), label_of(step))


def ask_about(trap: str, review: Review, text: str, recipe: Recipe) -> str:
    """The friendly question that a trap of a phrase becomes."""
    point = next(point for point in recipe.traps if point.id == trap)
    template = point.question or _(TRAPS.get(point.rule, TRAPS["default"]))
    return _fill(template, quote(text, *review.traps[trap]), point.label or trap)


def describe_extra(extra: str) -> str:
    """The praise for an extra."""
    return _(EXTRAS[extra])


def label_of(step: Point) -> str:
    """A step's name for learners."""
    if step.label or step.rule not in LABELS:
        return step.label or step.id.replace("-", " ").capitalize()
    return _(LABELS[step.rule])


def not_judged() -> str:
    """What the coach says about a language that it doesn't know."""
    return _(
        "I can only read English so far, so I won't guess. Your trainer or a neighbour can tell you more."
    )


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
