"""A room that plays a whole session: phones over HTTP and WebSocket, a projector, and what each of them saw.

Nothing here knows the inside of the kit: phones read their controls from the HTML that they get, and the facilitator
is what ``golden.Facilitator`` makes of the console.
"""

import json
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from conftest import Server
from phones import ANSWER_SECONDS, browser
from readable import text_of, tree, words
from websockets.sync.client import ClientConnection, connect

WATCHED = (0, 4)
"""The phones whose views are kept, by their place in the row."""


WAITING, ENDED = "waiting", "ended"
"""What a phone shows before the first stage and after the end."""


class Facilitator(Protocol):
    """Who leads: presses the buttons of the run sheet."""

    code: str
    screen: str
    """The path and query of the projector's link."""

    def open(self, stage: str) -> None:
        """Take the room to a stage."""

    def extend(self, stage: str) -> None:
        """Give the stage more minutes."""

    def press(self, stage: str, label: str, **values: str) -> None:
        """Press a button that decides something; ``values`` are what is chosen in its lists."""

    def note(self, text: str) -> None:
        """Keep a note."""

    def end(self) -> None:
        """End the session."""

    def text(self, stage: str) -> str:
        """What the run sheet shows at a stage."""


class Controls:
    """The controls that a person sees, each with its round, from the newest HTML that holds it."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[int, list[Element]]] = {}
        self._form = 0

    def learn(self, html: str) -> None:
        """Take in a view or an island; an island's controls belong to the form that was there last."""
        fresh: dict[str, tuple[int, list[Element]]] = {}
        for number, control in self._all(tree(html), None):
            item = control.attrib["data-item"]
            before = self._found.get(item, (self._form, []))[0]
            fresh.setdefault(item, (before if number is None else number, []))[1].append(control)
        self._found |= fresh

    def _all(self, element: Element, number: int | None) -> Iterator[tuple[int | None, Element]]:
        if "data-round" in element.attrib:
            self._form = number = int(element.attrib["data-round"])
        if "data-item" in element.attrib:
            yield number, element
        for child in element:
            yield from self._all(child, number)

    def round_of(self, item: str) -> int:
        """The round of a control."""
        return self._found[item][0]

    def items(self, start: str = "", round: int | None = None) -> list[str]:
        """The names of all controls that begin so, maybe of one round only, in the order of their first showing."""
        of_round = [item for item, (number, _all) in self._found.items() if round in (None, number)]
        return [item for item in of_round if item.startswith(start)]

    def values(self, item: str) -> list[str]:
        """What may be chosen at a control."""
        controls = self._found[item][1]
        options = [option for one in controls for option in one.iter("option")]
        return [one.get("value", words(one)) for one in options or controls]


class Answering(ABC):
    """Somebody who answers by the controls that they were shown: with a room, or alone.

    Attributes:
        typed: All texts that they have typed.
    """

    def __init__(self) -> None:
        self.controls = Controls()
        self.typed: list[str] = []

    def choose(self, item: str, value: str) -> None:
        """Choose a value that the page offers, and wait until it is saved."""
        offered = self.controls.values(item)
        assert value in offered, f"{item} offers {offered}, not {value}"
        self.change(item, value)

    def write(self, item: str, text: str, round: int | None = None) -> None:
        """Type a text, and wait until it is saved. The round is said where an item stands in two forms of a page."""
        self.typed.append(text)
        self.change(item, text, round)

    @abstractmethod
    def reload(self) -> None:
        """Load the page again, in the same browser."""

    @abstractmethod
    def change(self, item: str, value: str, round: int | None = None) -> None:
        """Send one change; keep the islands that come with its acknowledgement."""


def shown(islands: Mapping[str, str]) -> list[str]:
    """The text of islands, each under a line of its own."""
    return [
        line
        for name, html in islands.items()
        for line in ("~ progress" if name == "progress" else "~", *text_of(html).splitlines())
    ]


class Sent(NamedTuple):
    """A page or a message as it came: in which stage, and what its receiver had answered by then."""

    stage: str
    answered: tuple[str, ...]
    raw: str


class Phone(Answering):
    """One participant.

    Attributes:
        stage: Where the room is, as far as this phone has been told.
        coming: The stage of the next view.
        sent: Everything that the server has sent.
        answered: The items that this person has answered, in order.
        pushed: The islands that came by themselves since the view, as they were last.
        seen: The text of it, a list of lines a stage.
    """

    def __init__(self, server: Server, exercise: str, code: str, name: str) -> None:
        super().__init__()
        self.server, self.exercise, self.code, self.name = server, exercise, code, name
        self.stage = self.coming = WAITING
        self.sent: list[Sent] = []
        self.answered: list[str] = []
        self.pushed: dict[str, str] = {}
        self.seen: dict[str, list[str]] = defaultdict(list)
        self._cookie = ""
        self._seq = 0
        self._socket: ClientConnection | None = None

    def join(self) -> None:
        """Type the code, give a name or none, get the page."""
        with browser(self.server) as client:
            door = client.post("/join", data={"code": self.code.lower()})
            client.post(door.headers["location"], data={"name": self.name})
            self._cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        self._load("the page")

    def reload(self) -> None:
        """Load the page again, in the same browser."""
        self._load("the page, loaded again")

    def _load(self, heading: str) -> None:
        with browser(self.server, headers={"Cookie": self._cookie}) as client:
            answer = client.get(f"/join/{self.code}")
        assert answer.status_code == 200, answer.text
        self._take(answer.text, heading, answer.text)

    def _take(self, raw: str, heading: str, html: str) -> None:
        self.sent.append(Sent(self.stage, tuple(self.answered), raw))
        self.controls.learn(html)
        self.seen[self.stage] += [f"== {heading}", *text_of(html).splitlines(), ""]

    @contextmanager
    def on_line(self) -> Iterator[None]:
        """Keep the socket open, greeted."""
        with self._tab() as self._socket:
            self.hear("hello")
            yield

    def _tab(self) -> ClientConnection:
        address = self.server.url.replace("http", "ws", 1) + f"/join/{self.code}/live?view="
        headers = {"Cookie": self._cookie, "Origin": self.server.url}
        return connect(address, additional_headers=headers, close_timeout=2)

    def hear_of_decision(self) -> None:
        """Wait until the server knows of it: it looks before it greets a second tab."""
        with self._tab() as tab:
            while json.loads(tab.recv(timeout=ANSWER_SECONDS))["type"] != "hello":
                pass

    def hear(self, *types: str, **values: Any) -> dict[str, Any]:
        """The next message of these types with these values; whatever comes before it is kept as well."""
        while True:
            message = self._next()
            if message["type"] in types and values.items() <= message.items():
                return message

    def _next(self) -> dict[str, Any]:
        assert self._socket
        raw = str(self._socket.recv(timeout=ANSWER_SECONDS))
        message: dict[str, Any] = json.loads(raw)
        if message["type"] == "view":
            self.stage, self.pushed = self.coming, {}
            self._take(raw, "the view", message["html"])
            return message
        self.sent.append(Sent(self.stage, tuple(self.answered), raw))
        islands = message.get("islands", {})
        for html in islands.values():
            self.controls.learn(html)
        if message["type"] == "islands":
            self.pushed |= {name: html for name, html in islands.items() if name != "clock"}
        return message

    def catch_up(self) -> None:
        """Take in all that has been sent so far."""
        assert self._socket
        self._socket.send(json.dumps({"type": "ping"}))
        self.hear("pong")

    def keep_pushed(self) -> None:
        """Keep the islands that came by themselves, in the order of their names: when they came is chance."""
        if self.pushed:
            self.seen[self.stage] += ["== came by itself", *shown(dict(sorted(self.pushed.items()))), ""]

    def hear_of(self, island: str) -> None:
        """Wait for a part of the page."""
        while island not in self.hear("islands")["islands"]:
            pass

    def change(self, item: str, value: str, round: int | None = None) -> None:
        """Send one change; keep the islands that come with its acknowledgement."""
        assert self._socket
        self._seq += 1
        number = self.controls.round_of(item) if round is None else round
        change = {"item": item, "value": value, "seq": self._seq, "round": number}
        self.answered.append(item)
        self._socket.send(json.dumps({"type": "change", "exercise": self.exercise, **change}))
        answer = self.hear("saved", "refused", seq=self._seq)
        assert answer["type"] == "saved", answer
        islands = answer["islands"] if "islands" in answer else self._worked_out()
        self.seen[self.stage] += [f"== saved: {item} = {value}", *shown(islands), ""]

    def _worked_out(self) -> dict[str, str]:
        """What is told of an answer after its acknowledgement, because it took long to work out."""
        while "progress" not in (islands := self.hear("islands")["islands"]):
            pass
        self.pushed = {name: html for name, html in self.pushed.items() if name not in islands}
        return dict(islands)


@dataclass
class Room:
    """Five phones, a facilitator and a projector, and the texts of what they saw, by the name of a file."""

    server: Server
    facilitator: Facilitator
    phones: list[Phone]
    kept: dict[str, str] = field(default_factory=dict)
    number: int = 0

    @contextmanager
    def stage(self, stage: str) -> Iterator[None]:
        """Be at a stage; at its end keep what everybody sees."""
        self._go(stage, self.facilitator.open)
        yield
        self.number += 1
        self.keep(stage)

    def _go(self, stage: str, take: Callable[[str], None]) -> None:
        for phone in self.phones:
            phone.coming = stage
        take(stage)
        for phone in self.phones:
            phone.hear("view")

    def keep(self, stage: str) -> None:
        """Keep what the watched phones, the projector and the console show now."""
        folder = f"{self.number}-{stage}"
        self.kept[f"{folder}/projector.txt"] = text_of(self._settled())
        for place in WATCHED:
            phone = self.phones[place]
            phone.keep_pushed()
            phone.reload()
            self.kept[f"{folder}/phone-{place + 1}.txt"] = "\n".join(phone.seen[stage])
        if stage not in (WAITING, ENDED):
            self.kept[f"{folder}/console.txt"] = self.facilitator.text(stage)

    def _settled(self) -> str:
        """The projector's HTML, once phones have been told all as well.

        What is drawn first for a new connection may have been begun before the last answer; the next drawing wasn't.
        It goes to the projectors first and then to the phones, and is with all of them when a third one begins.
        """
        self._drawing()
        html = self._drawing()
        for phone in self.phones:
            phone.catch_up()
        if any(phone.pushed for phone in self.phones):
            self._drawing()
            for phone in self.phones:
                phone.catch_up()
        return html

    def _drawing(self) -> str:
        """The first drawing that a projector gets that connects now."""
        with self._screen() as socket:
            while True:
                message = json.loads(socket.recv(timeout=ANSWER_SECONDS))
                if "screen" in message.get("islands", {}):
                    return str(message["islands"]["screen"])

    def _screen(self) -> ClientConnection:
        parts = urlsplit(self.facilitator.screen)
        address = f"{self.server.url.replace('http', 'ws', 1)}{parts.path}/live?{parts.query}"
        return connect(address, additional_headers={"Origin": self.server.url}, close_timeout=2)

    def press(self, stage: str, label: str, **values: str) -> None:
        """Let the facilitator decide."""
        self.facilitator.press(stage, label, **values)
        self.phones[0].hear_of_decision()

    def extend(self, stage: str) -> None:
        """Let the facilitator give more time; every phone hears of it."""
        self.facilitator.extend(stage)
        for phone in self.phones:
            phone.hear_of("clock")

    def end(self, afterwards: Callable[[], None] = lambda: None) -> None:
        """End the session; keep what phones and projector show then. ``afterwards`` somebody may still answer."""
        self._go(ENDED, lambda _stage: self.facilitator.end())
        afterwards()
        self.number += 1
        self.keep(ENDED)

    @contextmanager
    def gathered(self) -> Iterator[None]:
        """Everybody joins, one after the other, and stays connected."""
        with ExitStack() as lines:
            for phone in self.phones:
                phone.join()
                lines.enter_context(phone.on_line())
            self.keep(WAITING)
            yield
