"""What a phone's page asks: the controls in its HTML, as a browser finds them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser

VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())
"""Elements without an end tag."""

FOLDED = "folded"
"""The mark of what lies in a part of the page that is closed, such as the field for what isn't on a list."""

_Attributes = Mapping[str, str]
_Place = tuple[tuple[tuple[str, str], ...], tuple[str, ...]]
"""Where an island is: the attributes of what is around it, and the islands in which it lies, itself included."""


@dataclass(frozen=True)
class Control:
    """One field or button of a page.

    Attributes:
        type: ``radio``, ``checkbox``, ``date``, ``text`` (one line) or ``textarea``.
        value: What a button stands for, or what is in the field.
        longest: How many characters a field takes.
        around: The attributes of the elements around it, the inner ones first.
        islands: The parts of the page in which it stands; what comes for one of them replaces it.
    """

    item: str
    type: str
    value: str
    longest: int
    around: _Attributes
    islands: tuple[str, ...]

    @property
    def exercise(self) -> str:
        """To which exercise it belongs."""
        return self.around["data-exercise"]

    @property
    def round(self) -> int:
        """In which round its answer counts."""
        return int(self.around["data-round"])

    @property
    def place(self) -> tuple[str, int, str]:
        """What it answers: exercise, round, item."""
        return self.exercise, self.round, self.item

    @property
    def is_button(self) -> bool:
        """Whether one presses it instead of typing."""
        return self.type in ("radio", "checkbox")


class Controls:
    """The controls of a page as it is now. What has come is read when somebody looks."""

    def __init__(self) -> None:
        self.show("")

    def __iter__(self) -> Iterator[Control]:
        for island, html in self._unread:
            if island in self._places:
                self._all = [control for control in self._all if island not in control.islands]
                found = _read(html, *self._places[island])
                self._all += found.controls
                self._places |= found.places
        self._unread = []
        return iter(self._all)

    def show(self, html: str) -> None:
        """Take a new view in place of the one before."""
        self._all: list[Control] = []
        self._places: dict[str, _Place] = {"": ((), ())}
        self._unread = [("", html)]

    def fill(self, island: str, html: str) -> None:
        """Take a new part of the page; one that the page doesn't have changes nothing."""
        self._unread.append((island, html))


@lru_cache(maxsize=512)
def _read(html: str, around: tuple[tuple[str, str], ...], islands: tuple[str, ...]) -> "_Reader":
    """A reader that has read it; what many phones are shown is read once."""
    reader = _Reader(dict(around), islands)
    reader.feed(html)
    reader.close()
    return reader


class _Reader(HTMLParser):
    """Collects the controls of a piece of HTML, each with what is around it."""

    def __init__(self, around: _Attributes, islands: tuple[str, ...]) -> None:
        super().__init__()
        self.controls: list[Control] = []
        self.places: dict[str, _Place] = {}
        self._open: list[tuple[str, _Attributes, tuple[str, ...]]] = [("", around, islands)]
        self._field: dict[str, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Go into an element."""
        own = {name: value or "" for name, value in attrs}
        _tag, around, islands = self._open[-1]
        if "data-item" in own and "data-exercise" in around:
            self._meet(tag, own)
        if name := own.get("data-island"):
            islands = (*islands, name)
            self.places[name] = tuple(around.items()), islands
        if tag == "details" and "open" not in own:
            own[FOLDED] = ""
        if tag not in VOID:
            self._open.append((tag, {**around, **own}, islands))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element; a textarea is known now."""
        if tag == "textarea" and self._field is not None:
            self._keep(tag, self._field)
            self._field = None
        if tag not in VOID:
            while len(self._open) > 1 and self._open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        """What stands in a textarea is its value."""
        if self._field is not None:
            self._field["value"] = self._field.get("value", "") + data

    def _meet(self, tag: str, own: dict[str, str]) -> None:
        if tag == "textarea":
            self._field = own
        elif tag == "input":
            self._keep(own.get("type", "text"), own)

    def _keep(self, type: str, own: _Attributes) -> None:
        _tag, around, islands = self._open[-1]
        longest, value = int(own.get("maxlength") or 10_000), own.get("value", "")
        self.controls.append(Control(own["data-item"], type, value, longest, around, islands))
