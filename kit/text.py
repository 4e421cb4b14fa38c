"""The one catalogue of texts that people read. Every such text passes through ``gettext`` or ``ngettext`` here."""

from collections.abc import Sequence
from functools import reduce
from gettext import NullTranslations, translation
from pathlib import Path

LOCALE_FOLDER = Path(__file__).parent / "locale"
DOMAIN = "kit"

_catalogue: NullTranslations = translation(DOMAIN, LOCALE_FOLDER, fallback=True)


def use_catalogue(catalogue: NullTranslations) -> None:
    """Speak with another catalogue from now on."""
    global _catalogue
    _catalogue = catalogue


def gettext(message: str) -> str:
    """The message in the reader's language; English when the catalogue has no other."""
    return _catalogue.gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The message in the form that fits the number."""
    return _catalogue.ngettext(singular, plural, number)


def language() -> str:
    """The reader's language, as ``babel`` names it; ours is British English when the catalogue has no other."""
    return _catalogue.info().get("language") or "en_GB"


def either(names: Sequence[str]) -> str:
    """Names of which any will do, in words."""
    return reduce(lambda before, name: gettext("{before} or {name}").format(before=before, name=name), names)


def N_(message: str) -> str:  # the name that every extractor of messages knows
    """The message as it is: it goes into the catalogue here, and through ``gettext`` where it is shown."""
    return message
