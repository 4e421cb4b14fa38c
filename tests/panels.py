"""The panels of notebooks without a browser: speak to them as their page does, and read what they answer.

A test module makes the fixtures its own: ``store = pytest.fixture(panels.store)``, ``at = pytest.fixture(panels.at)``.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from readable import text_of, tree, words
from rooms import RINGS, a_store

from kit.links import Links
from kit.session import Session
from kit.settings import Settings
from kit.store.store import Store
from kit.widgets.console import RunSheet
from kit.widgets.host import Host
from kit.widgets.panel import Panel


def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A database of this test's own, and a page without a question in its address."""
    monkeypatch.delenv("QUERY_STRING", raising=False)
    with a_store(tmp_path) as opened:
        yield opened


def at(store: Store, tmp_path: Path) -> Host:
    """A kernel's host with that store."""
    return Host(Settings(data=tmp_path), store, Links("http://10.0.0.7:8866", "0" * 48))


class Told:
    """What a panel's page has been told, taken where the widget hands it over."""

    def __init__(self, panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
        self.panel = panel
        self.messages: list[dict[str, Any]] = []
        self.buffers: list[Any] = []
        monkeypatch.setattr(panel.comm, "send", self._take)

    def _take(self, data: Any = None, metadata: Any = None, buffers: Any = None, **_more: Any) -> None:
        if data and data.get("method") == "custom":
            self.messages.append(data["content"])
            self.buffers += buffers or []

    def say(self, **message: Any) -> None:
        """Speak as the page does."""
        self.panel._handle_custom_msg(message, [])

    def act(self, action: str, **values: Any) -> str:
        """Take an action; returns the sentence that came back."""
        before = len(self.messages)
        self.say(type="action", action=action, **values)
        return " ".join(message.get("text", "") for message in self.messages[before:]).strip()

    def islands(self) -> dict[str, str]:
        """The islands as they are now."""
        shown: dict[str, str] = {}
        for message in self.messages:
            shown |= message.get("islands", {})
        return shown


def console(
    at: Host, monkeypatch: pytest.MonkeyPatch, name: str = RINGS, session: Session | None = None
) -> dict[str, Told]:
    """All panels of a run sheet, by name, greeted; with the session in the page's address, if one is given."""
    if session:
        monkeypatch.setenv("QUERY_STRING", f"session={session.code}")
    sheet = RunSheet(name, at)
    panels = {"welcome": sheet.welcome(), "console": sheet.console(), "home": sheet.take_home()}
    told = {name: Told(panel, monkeypatch) for name, panel in panels.items()}
    for one in told.values():
        one.say(type="hello", key="k")
        assert {"type": "hello", "seq": 0} in one.messages
    return told


def started(at: Host, monkeypatch: pytest.MonkeyPatch, name: str = RINGS) -> tuple[Told, Session]:
    """The console of a session that has just been started."""
    told = console(at, monkeypatch, name)
    assert told["welcome"].act("start", title="Tuesday", names="off") == ""
    return told["console"], at.store.sessions()[0]


def on_now(at: Host, session: Session) -> str:
    """The stage in which the room is, by the store."""
    change = at.store.stage_now(session.id)
    return change.stage if change else ""


def marked(told: Told, sign: str) -> list[str]:
    """The stages of the strip that carry this attribute."""
    buttons = tree(told.islands()["strip"]).iter("button")
    return [button.attrib["value"] for button in buttons if sign in button.attrib]


def press(told: Told, action: str) -> str:
    """Press the button of the bar that does so, as it stands there; returns the sentence that came back."""
    buttons = [b for b in tree(told.islands()["keys"]).iter("button") if b.attrib["data-action"] == action]
    return told.act(action, value=buttons[0].attrib["value"]) if buttons else f"no button for {action}"


def next_of(told: Told) -> str:
    """What stands on the button that goes on; empty where there is none."""
    found = [b for b in tree(told.islands()["keys"]).iter("button") if b.attrib.get("id") == "go-on"]
    return words(found[0]).removeprefix("Next: ") if found else ""


def plain(shown: str) -> str:
    """What is read on a page, on one line."""
    return " ".join(text_of(shown).split())
