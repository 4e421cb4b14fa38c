"""How far a deck can be sorted by its words alone: what somebody gets right who looks for keywords and doesn't think.

    python tests/keywords.py

prints both figures for every deck that ships. The words of a text are its runs of letters, lower-cased; nothing is
stemmed or left out.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from kit.activities.place.deck import Cards
from kit.library import load

EXERCISES = Path(__file__).parents[1] / "exercises"

SERVICE_WORDS = re.compile(r"\b(?:help|employee|colleague|guide|support)")
"""What makes a hasty reader say "service" of a card of the deck ``SERVICE_DECK``; "helps" and "guided" as well."""

SERVICE_DECK, OUTSIDE = "cx-vs-service", "experience"

MOST_BY_SERVICE_WORDS = 0.70
"""Two classes, so that chance is about half."""

MOST_BY_WORDS = 0.60
"""Of the cards of any deck."""


def words(text: str) -> list[str]:
    """Its words in order, lower-cased."""
    return re.findall(r"[^\W\d_]+", text.lower())


def right_by_service_words(deck: Cards) -> float:
    """Of which share of the cards the service words say rightly whether it is inside or outside of service."""
    said = [bool(SERVICE_WORDS.search(card.text.lower())) for card in deck.cards]
    inside = [card.answer != OUTSIDE for card in deck.cards]
    return _share(one == other for one, other in zip(said, inside, strict=True))


def right_by_words(deck: Cards) -> float:
    """Of which share of the cards a bag of words finds a category that fits; what is also accepted fits.

    Each card is left out once; the definitions, with the categories' names, and all other cards are what is learnt
    from. The classifier is multinomial naive Bayes with add-one smoothing; words that it hasn't met don't count.
    """
    definitions = [(f"{category.name} {category.definition}", category.id) for category in deck.categories]
    cards = [(card.text, card.answer) for card in deck.cards]
    found = [
        likeliest(card.text, [*definitions, *cards[:place], *cards[place + 1 :]])
        for place, card in enumerate(deck.cards)
    ]
    return _share(
        said in (card.answer, *card.also_accepted) for said, card in zip(found, deck.cards, strict=True)
    )


def likeliest(text: str, learnt: Sequence[tuple[str, str]]) -> str:
    """The category of a text by multinomial naive Bayes; of equally likely ones the first that was learnt.

    Args:
        learnt: Texts with their categories.
    """
    texts = Counter(category for _text, category in learnt)
    met = {category: Counter[str]() for category in texts}
    for other, category in learnt:
        met[category].update(words(other))
    vocabulary = set().union(*met.values())

    def log_likelihood(category: str) -> float:
        total = met[category].total() + len(vocabulary)
        known = (word for word in words(text) if word in vocabulary)
        return math.log(texts[category]) + sum(math.log((met[category][word] + 1) / total) for word in known)

    return max(texts, key=log_likelihood)


def decks() -> list[Cards]:
    """The decks that ship."""
    exercises = (load(path) for path in sorted(EXERCISES.glob("*.yaml")))
    return [exercise for exercise in exercises if isinstance(exercise, Cards)]


def _share(right: Iterable[bool]) -> float:
    said = list(right)
    return sum(said) / len(said)


def main() -> None:
    """Print the table."""
    print(f"{'deck':24} {'cards':>5} {'by words':>9} {'by service words':>17}")
    print(f"{'at most':24} {'':5} {MOST_BY_WORDS:9.0%} {MOST_BY_SERVICE_WORDS:17.0%}")
    for deck in decks():
        service = f"{right_by_service_words(deck):.0%}" if deck.id == SERVICE_DECK else ""
        print(f"{deck.id:24} {len(deck.cards):5} {right_by_words(deck):9.0%} {service:>17}")


if __name__ == "__main__":
    main()
