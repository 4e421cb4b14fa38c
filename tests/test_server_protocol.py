"""docs/protocol.md is true: its lists are those of the code, and a client that follows only it takes part."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from conftest import Server, deck
from phones import ANSWER_SECONDS
from websockets.sync.client import ClientConnection, connect

ROOT = Path(__file__).parents[1]
PROTOCOL = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
SCRIPT = (ROOT / "kit" / "static" / "kit.js").read_text(encoding="utf-8")
SERVER = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "kit" / "server").glob("*.py")))
NOTEBOOKS_ONLY = {"download", "address"}
"""Messages that a kernel sends to the same script; phones never get them."""


def listed(heading: str) -> set[str]:
    """The types in the table under a heading of the document."""
    section = PROTOCOL.partition(f"### {heading}\n")[2].partition("\n#")[0]
    return set(re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE))


def test_the_document_lists_what_the_server_sends() -> None:
    sent = set(re.findall(r'"type": "([\w-]+)"', SERVER))
    assert listed("Messages from the server") == sent


def test_the_document_lists_what_the_page_understands() -> None:
    understood = set(re.findall(r'message\.type === "([\w-]+)"', SCRIPT)) - NOTEBOOKS_ONLY
    assert understood <= listed("Messages from the server")
    # These carry only a text or islands, which the page takes from any message.
    assert listed("Messages from the server") - understood == {"islands", "delayed"}


def test_the_document_lists_what_the_page_sends_and_the_server_reads() -> None:
    listed_here = listed("Messages to the server")
    assert set(re.findall(r'\{ type: "([\w-]+)"', SCRIPT)) - {"hello"} - listed_here == set()
    read = set(re.findall(r'message\.get\("type"\) == "([\w-]+)"', SERVER))
    assert listed_here == read | {"ping"}, "whatever else is answered by pong"
    assert set(re.findall(r'message\.get\("action"\) == "([\w-]+)"', SERVER)) == {"return-link"}


def test_the_documents_numbers_are_those_of_the_code() -> None:
    from kit.activities.commit import LENGTH
    from kit.server.app import MAX_BODY_BYTES
    from kit.server.guard import Pace
    from kit.server.participants import SEAT_DAYS
    from kit.session import CODE_LENGTH, NAME_LENGTH
    from kit.settings import Settings

    settings = Settings()
    retries = re.search(r"RETRY_MS = \[(.*?)\]", SCRIPT)
    silence = re.search(r"SILENCE_MS = (\d+)", SCRIPT)
    assert retries
    assert silence
    for said in (
        f"{settings.max_message_bytes} bytes",
        f"{MAX_BODY_BYTES} bytes",
        f"{Pace.AT_ONCE} messages at once, after that {Pace.PER_SECOND} a second",
        f"{LENGTH} characters",
        f"{NAME_LENGTH} characters",
        f"{settings.guesses_per_minute} a minute",
        f"SameSite=Lax, {SEAT_DAYS} days",
        f"nothing for {int(silence[1]) // 1000} seconds",
        f"after {2 * int(silence[1]) // 1000}, give up",
    ):
        assert said in " ".join(PROTOCOL.split()), said
    assert CODE_LENGTH == 6
    assert "A code has six letters" in PROTOCOL
    assert [int(ms) for ms in retries[1].split(",")] == [300, 700, 1500, 3000, 5000]


@dataclass
class Client:
    """A participant's client, written from docs/protocol.md alone."""

    url: str
    cookies: dict[str, str] = field(default_factory=dict)
    waiting: dict[tuple[str, int, str], dict[str, Any]] = field(default_factory=dict)
    seq: int = 0
    view: str = ""
    view_id: str = ""
    live: str = ""
    notice: str = ""

    def join(self, typed: str) -> None:
        """From the typed code to the participant's page."""
        with httpx.Client(base_url=self.url, follow_redirects=True, cookies=self.cookies) as http:
            door = http.post("/join", data={"code": typed})
            page = http.post(door.url.path, data={"name": "Ada"})
            self.cookies = dict(http.cookies)
        start = {
            name: html.unescape(value) for name, value in re.findall(r'data-([\w-]+)="([^"]*)"', page.text)
        }
        self.live, self.view_id, self.seq = start["live"], start["view"], int(start["seq"])
        self.view = page.text

    @contextmanager
    def open(self) -> Iterator[ClientConnection]:
        """Connect, take what is due, send what waits."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        address = f"{self.url.replace('http', 'ws', 1)}{self.live}?view={self.view_id}"
        with connect(address, additional_headers=headers, close_timeout=2) as socket:
            self.hear(socket, "hello")
            for change in self.waiting.values():
                socket.send(json.dumps(change))
            yield socket

    def hear(self, socket: ClientConnection, until: str) -> None:
        """Take messages until one of that type has come."""
        kind = ""
        while kind != until:
            message = json.loads(socket.recv(timeout=ANSWER_SECONDS))
            kind = message["type"]
            if kind == "view":
                self.view_id, self.view = message["id"], message["html"]
            elif kind == "hello":
                self.seq = max(self.seq, message["seq"])
            elif kind == "saved" or (kind == "refused" and "above" not in message):
                self.waiting = {k: c for k, c in self.waiting.items() if c["seq"] != message["seq"]}
            self.notice = message.get("text", self.notice)

    def put(self, form: str, item: str, value: str) -> dict[str, Any]:
        """Note a change of a control of a form."""
        self.seq += 1
        found = re.search(r'data-exercise="([^"]+)" data-round="(\d+)"', form)
        assert found
        change = {
            "type": "change",
            "exercise": found[1],
            "round": int(found[2]),
            "item": item,
            "value": value,
            "seq": self.seq,
        }
        self.waiting[found[1], int(found[2]), item] = change
        return change


def test_a_client_that_knows_only_the_document_takes_part(server: Server) -> None:
    session = server.session()
    client = Client(server.url)
    client.join(f" {str(session.code).lower()} ")
    with client.open() as socket:
        server.open_stage(session, "sort")
        client.hear(socket, "view")
        items = dict.fromkeys(re.findall(r'data-item="([^"]+)"', client.view))
        assert list(items) == [card.id for card in deck("cx-vs-service").cards]
        for item in list(items)[:10]:
            socket.send(json.dumps(client.put(client.view, item, "service")))
            client.hear(socket, "saved")
    for item in list(items)[8:]:  # off line: two changes of mind, and the rest new
        client.put(client.view, item, "success")
    assert len(client.waiting) == len(items) - 8
    with client.open() as socket:
        while client.waiting:
            client.hear(socket, "saved")
        socket.send(json.dumps({"type": "change", "seq": 99}))
        client.hear(socket, "refused")
        assert "A change needs the texts" in client.notice
    client.join(str(session.code))
    assert client.seq == len(items) + 2
    frame = server.store.responses(session.id, "cx-vs-service")
    assert dict(zip(frame["item"], frame["value"], strict=True)) == {
        item: "service" if number < 8 else "success" for number, item in enumerate(items)
    }
    assert len(server.store.participants(session.id)) == 1
