"""What an exercise is about. People read; nobody answers."""

from collections.abc import Sequence
from typing import Any

from kit.activities.activity import Activity
from kit.activities.place import Place


class Brief(Activity[None]):
    """Asks people to read.

    Attributes:
        coming: What happens next, in a sentence for phones.
        words: What the words of the exercise mean; ``name``, ``definition`` and ``source`` each.
        nested: Whether each of the words lies inside the one before.
        rings: What they are drawn as, if they can be.
        recipes: Ways of doing it, each with ``title`` and ``steps`` (``title``, ``hint``).
        signs: By what one recognises it.
    """

    title: str
    objective: str
    coming: str = ""
    words: Sequence[Any] = ()
    nested: bool = False
    rings: Place | None = None
    recipes: Sequence[Any] = ()
    signs: Sequence[str] = ()
    signs_title: str = ""
    name = "brief"
    template = "brief/brief.html"
