"""Golden files: what everybody sees, and what is taken home, in one whole session of each kind.

``python tests/golden.py`` renews the files under ``tests/golden``; ``tests/test_golden.py`` compares them. A difference
is either a fault or a change that you meant: read it, then renew the files.

Everything that this needs of the inside of the kit is imported here and used down to ``Page``; the rest plays by
HTML and messages. So a change of the kit's modules changes this part only.
"""

import io
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import openpyxl
from conftest import Server, free_port, start_server, stop_server
from playroom import Answering, Phone, Room, shown
from plays import NAMES, PARTNERS, PLAYS, PRACTICE
from readable import text_of, tree, words

from kit.links import Links
from kit.settings import Settings
from kit.store.store import Store
from kit.widgets.console import RunSheet as KitSheet
from kit.widgets.host import Host
from kit.widgets.panel import Panel
from kit.widgets.practise import Practice

FOLDER = Path(__file__).parent / "golden"
SHOWN_TO_FACILITATOR = ("counts", "ahead", "moderation", "result")


# What knows the inside of the kit


def database_of(folder: Path) -> Store:
    """A connection of one's own to the database of a server that runs on this folder."""
    return Store.open(f"sqlite:///{folder / 'workshop.sqlite'}")


@contextmanager
def host_of(server: Server) -> Iterator[Host]:
    """What a notebook's kernel has: settings, links and the database."""
    settings = Settings(data=server.data, public_url=server.url)
    with database_of(server.data) as store:
        yield Host(settings, store, Links.of(settings))


def make_console(exercise: str, at: Host) -> tuple[dict[str, Panel], Callable[[], None]]:
    """A run sheet: its panels by name, and what brings them up to date.

    "" is the panel of the session, "console" the one of the stages, "home" the one for taking home.
    """
    console = KitSheet(exercise, at)
    console.stop()  # nobody looks at it between two steps, and every step renews it
    return {"": console.welcome(), "console": console.console(), "home": console.take_home()}, console.refresh


def make_practice(exercise: str, at: Host) -> Panel:
    """The panel of a learner who practises alone."""
    return Practice(exercise, at).panel


class Page:
    """The page of a panel: what the kernel has told it, and what it tells the kernel."""

    def __init__(self, panel: Panel, key: str = "") -> None:
        self.panel, self.key = panel, key
        self.messages: list[dict[str, Any]] = []
        self.files: list[bytes] = []
        panel.comm.send = self._take
        self.open()

    def open(self) -> list[dict[str, Any]]:
        """Say hello, as a page does that was loaded; returns the answers."""
        return self.tell(type="hello", key=self.key)

    def _take(self, data: Any = None, metadata: Any = None, buffers: Any = None, **_more: Any) -> None:
        if data and data.get("method") == "custom":
            self.messages.append(data["content"])
            self.files += map(bytes, buffers or [])

    def tell(self, **message: Any) -> list[dict[str, Any]]:
        """Speak as the page does; returns the answers."""
        before = len(self.messages)
        self.panel._handle_custom_msg(message, [])
        return self.messages[before:]

    @property
    def html(self) -> str:
        """The panel as it was drawn, without its islands."""
        return str(self.panel.html)

    @property
    def islands(self) -> dict[str, str]:
        """The islands as they are now."""
        now: dict[str, str] = {}
        for message in self.messages:
            now |= message.get("islands", {})
        return now


# What plays


class RunSheet:
    """The facilitator, who presses the buttons of the console's panels."""

    def __init__(self, exercise: str, at: Host) -> None:
        panels, self._refresh = make_console(exercise, at)
        self.pages = {name: Page(panel) for name, panel in panels.items()}
        self._act("", "start", title="A golden workshop", names="optional")
        session = tree(self.pages[""].islands["session"])
        self.code = next(words(e) for e in session.iter("p") if e.get("class") == "joincode")
        links = (e.attrib["href"] for e in session.iter("a"))
        self.screen = next(link for link in links if "/screen/" in link)

    def _act(self, stage: str, action: str, /, **values: str) -> None:
        answers = self.pages[stage].tell(type="action", action=action, **values)
        said = [answer["text"] for answer in answers if answer.get("text")]
        assert not said or action == "note", said

    def open(self, stage: str) -> None:
        """Take the room to a stage, with the minutes that the form offers."""
        self._act("console", "read", value=stage)
        (form,) = tree(self._islands["words"]).iter("form")
        fields = {e.get("name"): e.get("value", "") for e in form.iter("input")}
        self._act("console", "open", **fields, whole="yes")

    def extend(self, stage: str) -> None:
        """Give the stage more minutes."""
        self._act("console", "extend")

    def press(self, stage: str, label: str, **values: str) -> None:
        """Press the first button for a decision whose form reads so; ``values`` are what is chosen in its lists."""
        self._refresh()
        forms = [f for f in tree(self._islands["moderation"]).iter("form")]
        form = next((f for f in forms if label in everything_in(f)), None)
        assert form is not None, f"{label!r} is not among {[everything_in(f) for f in forms]}"
        fields = {e.get("name"): e.get("value", "") for e in form.iter("input")}
        for choice in form.iter("select"):
            offered = [option.get("value", words(option)) for option in choice.iter("option")]
            fields[choice.get("name")] = chosen(offered, label, values.get(str(choice.get("name"))))
        fields |= {area.get("name"): values.get("words", area.text or "") for area in form.iter("textarea")}
        pressed = (button for button in form.iter("button") if button.get("name") and words(button) in label)
        fields |= {button.get("name"): button.get("value", "") for button in pressed}
        self._act("console", "decide", **{str(name): str(value) for name, value in fields.items()})

    def note(self, text: str) -> None:
        """Keep a note."""
        self._act("home", "note", text=text)

    def end(self) -> None:
        """End the session."""
        self._act("", "end")

    def text(self, stage: str) -> str:
        """What the run sheet shows at a stage."""
        self._refresh()
        return "\n".join(shown({name: self._islands[name] for name in SHOWN_TO_FACILITATOR}))

    @property
    def _islands(self) -> dict[str, str]:
        return self.pages["console"].islands

    def download(self, suffix: str) -> bytes:
        """A file to take home."""
        self._act("home", "download", value=suffix)
        return self.pages["home"].files[-1]


def everything_in(form: Element) -> str:
    """All that can be read in a form, what its lists offer included."""
    return " ".join("".join(form.itertext()).split())


def chosen(offered: list[str], label: str, value: str | None) -> str:
    """What is chosen in a list: the value that was asked for, or else the first."""
    assert value is None or value in offered, f"{label!r} offers {offered}, not {value}"
    return offered[0] if value is None else value


class Learner(Answering):
    """Somebody who practises alone; ``seen`` are the lines of what they saw."""

    def __init__(self, exercise: str, at: Host) -> None:
        super().__init__()
        self.exercise, self.seen, self._seq = exercise, list[str](), 0
        self._page = Page(make_practice(exercise, at), f"the browser of a learner of {exercise}")
        self._take(self._page.messages, "the page")

    def _take(self, answers: list[dict[str, Any]], heading: str) -> None:
        for view in (answer["html"] for answer in answers if answer["type"] == "view"):
            self.controls.learn(view)
            self.seen += [f"== {heading}", *text_of(view).splitlines(), ""]

    def again(self) -> None:
        """Start from the beginning again."""
        self._take(self._page.tell(type="action", action="again"), "again from the start")

    def change(self, item: str, value: str, round: int | None = None) -> None:
        """Answer; keep the islands that come back."""
        self._seq += 1
        number = self.controls.round_of(item) if round is None else round
        change = {"exercise": self.exercise, "round": number, "item": item, "value": value, "seq": self._seq}
        (answer,) = self._page.tell(type="change", **change)
        assert answer["type"] == "saved", answer
        for html in answer["islands"].values():
            self.controls.learn(html)
        self.seen += [f"== saved: {item} = {value}", *shown(answer["islands"]), ""]

    def reload(self) -> None:
        """Load the page again, in the same browser."""
        self._take(self._page.open(), "the page, loaded again")


@cache
def play(server: Server, exercise: str) -> Room:
    """Play a whole session; the room with all that was seen and sent. It is played once, whoever asks."""
    with host_of(server) as at:
        sheet = RunSheet(exercise, at)
        phones = [Phone(server, exercise, sheet.code, name) for name in NAMES]
        room = Room(server, sheet, phones)
        with room.gathered():
            PLAYS[exercise](room)
        room.kept |= results(sheet, exercise)
    return room


def practise(server: Server, exercise: str) -> str:
    """What a learner alone sees, from the first page to the last."""
    with host_of(server) as at:
        learner = Learner(exercise, at)
        PRACTICE[exercise](learner, learner.again)
        learner.reload()
    return "\n".join(learner.seen)


# What is kept


def files_of(server: Server, exercise: str) -> dict[str, str]:
    """All golden files of an exercise as they are now: path -> text."""
    room = play(server, exercise)
    kept = {**room.kept, "practice.txt": practise(server, exercise)}
    return {path: masked(text, room) for path, text in kept.items()}


def results(sheet: RunSheet, exercise: str) -> dict[str, str]:
    """The files to take home, as text."""
    kept = {
        "results.csv": sheet.download(".csv").decode("utf-8-sig").replace("\r\n", "\n"),
        "results.xlsx.txt": workbook_text(sheet.download(".xlsx")),
        "session.json": json_text(json.loads(sheet.download(".json"))),
    }
    if exercise == PARTNERS:
        kept["results.ics"] = sheet.download(".ics").decode().replace("\r\n", "\n")
    return kept


def workbook_text(content: bytes) -> str:
    """The values of every cell, a line each row."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    lines = []
    for sheet in book.worksheets:
        lines.append(f"== {sheet.title}")
        lines += [" | ".join(map(cell_text, row)) for row in sheet.iter_rows(values_only=True)]
    return "\n".join([*lines, ""])


def cell_text(value: Any) -> str:
    """A cell's value; times are masked, numbers have as many digits as matter."""
    if isinstance(value, (datetime, date, time)):
        return "(time)"
    return f"{value:.6g}" if isinstance(value, float) else "" if value is None else str(value)


def json_text(data: Any) -> str:
    """The export, with its times masked."""
    return json.dumps(masked_times(data), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def masked_times(data: Any) -> Any:
    """The same data without times (every value of a key that ends in "at") and the words of run sheets."""
    if isinstance(data, Mapping):
        timed = {key for key, value in data.items() if re.search(r"(^|_)at$", key) and value}
        masks = dict.fromkeys(timed, "(time)") | (
            {"guide": "(words of the run sheet)"} if "guide" in data else {}
        )
        return {key: masks.get(key) or masked_times(value) for key, value in data.items()}
    return [masked_times(one) for one in data] if isinstance(data, list) else data


def masked(text: str, room: Room) -> str:
    """The text without what is different each time: times, the code, the address."""
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|\+00:00)?", "(time)", text)
    text = re.sub(r"(?<=DTSTAMP:)\d+T\d+Z", "(time)", text)
    for varying, mask in (
        (room.facilitator.code, "(code)"),
        (room.server.url.partition("://")[2], "(address)"),
    ):
        text = text.replace(varying, mask)
    return text.rstrip("\n") + "\n"


def stored(exercise: str) -> dict[str, str]:
    """The golden files of an exercise as they are stored: path -> text."""
    folder = FOLDER / exercise
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in paths}


def renew(server: Server) -> None:
    """Write all golden files anew."""
    for exercise in PLAYS:
        files = files_of(server, exercise)
        shutil.rmtree(FOLDER / exercise, ignore_errors=True)
        for path, text in files.items():
            (FOLDER / exercise / path).parent.mkdir(parents=True, exist_ok=True)
            (FOLDER / exercise / path).write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def a_server(folder: Path) -> Iterator[Server]:
    """A server of our own."""
    port = free_port()
    process = start_server(folder, port, guesses_per_minute=10_000)
    try:
        with database_of(folder) as store:
            yield Server(f"http://127.0.0.1:{port}", "", folder, store)
    finally:
        stop_server(process)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, a_server(Path(folder)) as server:
        renew(server)
