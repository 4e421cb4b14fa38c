"""HTML as the text that a person reads: one line a block, controls in words, no markup.

Attributes, classes and ids are left out, and so are wrapping elements; what stays is text, the state of controls,
``data-item``, ``data-round``, ``data-most``, and a cell's ``data-name``, which the stylesheet shows on phones.
"""

from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, TreeBuilder

VOID = frozenset("area base br col embed hr img input link meta source track wbr rect circle path".split())
UNREAD = frozenset("head script style template".split())
INLINE = frozenset("a abbr b cite code em i mark q s small span strong sub sup time tspan u".split())
CONTROLS = ("input", "select", "textarea")


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.builder = TreeBuilder()
        self.builder.start("fragment", {})
        self.open = ["fragment"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self.builder.end(tag)
        else:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.builder.start(tag, {name: value or "" for name, value in attrs})
        self.builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag not in VOID and tag in self.open:
            last = self.open.pop()
            self.builder.end(last)
            if last == tag:
                return

    def handle_data(self, data: str) -> None:
        self.builder.data(data)


def tree(html: str) -> Element:
    """The elements of a page or of a part of one."""
    parser = _Parser()
    parser.feed(str(html))  # a Markup would escape its own parts again
    parser.close()
    while parser.open:
        parser.builder.end(parser.open.pop())
    return parser.builder.close()


def squash(text: str) -> str:
    """The text on one line, every run of white space one space."""
    return " ".join(text.split())


def words(element: Element) -> str:
    """All text in an element, but that of the controls in it."""
    return squash("".join(_pieces(element)))


def _pieces(element: Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if child.tag not in (*CONTROLS, *UNREAD):
            yield from _pieces(child) if child.tag in INLINE else (" ", *_pieces(child), " ")
        yield child.tail or ""


def text_of(html: str) -> str:
    """What a person reads, a line each block."""
    return "\n".join(_Reader(tree(html)).lines)


class _Reader:
    """Walks the elements and gathers lines."""

    def __init__(self, root: Element) -> None:
        self.lines: list[str] = []
        self._line = ""
        controls = {e.get("id"): e for e in root.iter() if e.tag in CONTROLS and e.get("id")}
        labels = [e for e in root.iter("label") if e.get("for") in controls]
        self._labels = {label.get("for"): words(label) for label in labels}
        self._read(root)
        self._end()

    def _end(self) -> None:
        if line := squash(self._line):
            self.lines.append(line)
        self._line = ""

    def _own(self, text: str) -> None:
        """A line of its own."""
        self._end()
        self._line = text
        self._end()

    def _read(self, element: Element) -> None:
        self._line += element.text or ""
        for child in element:
            self._child(child)
            self._line += child.tail or ""

    def _child(self, child: Element) -> None:
        tag = child.tag
        if tag in UNREAD or (tag == "label" and child.get("for") in self._labels):
            return
        if tag in CONTROLS:
            self._control(child, self._labels.get(child.get("id"), ""))
        elif tag == "label":
            self._label(child)
        elif tag in ("button", "a"):
            self._own(f"[{'button' if tag == 'button' else 'link'}] {words(child)}")
        elif tag == "tr":
            self._own(" | ".join(_cell(cell) for cell in child))
        elif child.get("role") == "timer":
            self._line += "(time left)"
        elif tag in INLINE:
            self._read(child)
            self._line += " " if tag == "tspan" else ""  # a line of a label that was too long
        else:
            self._block(child)

    def _block(self, block: Element) -> None:
        self._end()
        if block.tag == "form" and "data-round" in block.attrib:
            most = f", at most {block.get('data-most')}" if "data-most" in block.attrib else ""
            self._own(f"[form of round {block.get('data-round')}{most}]")
        if block.tag == "details":
            self._details(block, "[open]" if "open" in block.attrib else "[folded]")
        else:
            self._read(block)
        self._end()

    def _details(self, details: Element, state: str) -> None:
        """The summary beside the sign of being open or folded, then the rest."""
        for child in details:
            if child.tag == "summary":
                self._own(f"{state} {words(child)}")
            else:
                self._child(child)
            self._line += child.tail or ""

    def _label(self, label: Element) -> None:
        """A label around its control is the control's; a label without one is a block."""
        control = next((e for e in label.iter() if e.tag in CONTROLS), None)
        if control is None:
            self._block(label)
        else:
            self._control(control, words(label))

    def _control(self, control: Element, label: str) -> None:
        kind = control.get("type", "text") if control.tag == "input" else control.tag
        if kind == "hidden":
            return
        kind = "text" if kind == "textarea" else kind
        head = f"[{kind} {control.get('data-item')}]" if "data-item" in control.attrib else f"[{kind}]"
        if kind in ("radio", "checkbox"):
            self._own(f"{head} {label}{' (checked)' if 'checked' in control.attrib else ''}")
        else:
            self._own(f"{head} {label}: {_value(control)}")


def _cell(cell: Element) -> str:
    name = cell.get("data-name", "")
    return f"{name}: {words(cell)}" if name else words(cell)


def _value(control: Element) -> str:
    """What is typed or chosen; of a list also what there is to choose from."""
    if control.tag != "select":
        return squash(control.get("value", "") or control.text or "")
    options = list(control.iter("option"))
    chosen = next((o for o in options if "selected" in o.attrib), options[0] if options else None)
    every = "; ".join(words(option) for option in options)
    return f"{words(chosen) if chosen is not None else ''} (of: {every})"
