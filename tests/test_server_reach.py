"""Signing in without fear, and whether phones reach the computer."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from conftest import Server, free_port
from phones import ANSWER_SECONDS, browser, socket_address
from test_catalogue import POT
from test_server_pages import from_address
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from kit.links import Links, entrance
from kit.server.reach import trouble
from kit.settings import Settings


@pytest.fixture
def facilitator(server: Server) -> Iterator[httpx.Client]:
    """Somebody who has opened the facilitator's link."""
    with browser(server) as client:
        assert client.get("/", params={"token": server.token}).headers["Location"].endswith("index.ipynb")
        yield client


def test_the_page_tells_at_once_that_a_phone_was_here(server: Server, facilitator: httpx.Client) -> None:
    page = facilitator.get("/reach").text
    assert "Can phones reach this computer?" in page
    assert f"{server.url.removeprefix('http://')}/join" in page
    assert "WORKSHOP_HOST is 127.0.0.1" in page, "the tests' server listens to this computer alone"
    cookies = "; ".join(f"{name}={value}" for name, value in facilitator.cookies.items())
    address, headers = socket_address(server, "/reach/live"), {"Cookie": cookies, "Origin": server.url}
    with connect(address, additional_headers=headers, close_timeout=2) as socket:

        def hear() -> dict[str, object]:
            return json.loads(socket.recv(timeout=ANSWER_SECONDS))

        assert [hear()["type"], hear()["type"]] == ["hello", "islands"]
        assert facilitator.get("/join").status_code == 200
        socket.send(json.dumps({"type": "ping"}))
        assert hear() == {"type": "pong"}, "this computer itself proves nothing"
        with from_address(server, "127.0.0.2") as phone:
            phone.get("/join")
        assert re.search(r"Yes\. A phone .* at \d\d:\d\d:\d\d", str(hear()["islands"]))
    assert "Yes. A phone or another computer was here" in facilitator.get("/reach").text


def test_only_the_facilitator_sees_it(server: Server) -> None:
    with browser(server) as somebody:
        assert somebody.get("/reach").headers["Location"].startswith("/login?next=")
    with (
        pytest.raises(InvalidStatus) as refusal,
        connect(socket_address(server, "/reach/live"), origin=server.url),  # type: ignore[arg-type]
    ):
        pass
    assert refusal.value.response.status_code == 403


def test_what_keeps_phones_away_is_said(tmp_path: Path) -> None:
    everywhere = Settings(data=tmp_path, port=free_port())
    here = Links.of(everywhere)
    moved = replace(here, public_url="http://192.0.2.7:1")
    assert "has changed its network" in trouble(everywhere, moved) or "on no network" in trouble(
        everywhere, here
    )
    assert "WORKSHOP_HOST is localhost" in trouble(replace(everywhere, host="localhost"), here)
    assert trouble(replace(everywhere, public_url="https://workshop.example"), moved) == ""


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/login", ""),
        ("/voila/render/index.ipynb", "This browser isn’t signed in, so that page stays closed."),
        ("/voila/render/index.ipynb?token=old", "That isn’t the facilitator’s link of this workshop."),
        ("/?token=old", "That isn’t the facilitator’s link of this workshop."),
    ],
)
def test_a_wrong_or_missing_sign_in_says_so(server: Server, path: str, said: str) -> None:
    with browser(server, follow_redirects=True) as somebody:
        page = somebody.get(path).text
    assert "s entrance</h1>" in page
    assert said in page
    assert ('role="alert"' in page) == bool(said)


def test_the_whole_link_or_its_end_may_be_pasted(server: Server) -> None:
    link = entrance(Settings(data=server.data))
    for typed in (link, f" {link} ", link.partition("=")[2], f"{link}&session=KX4R7W"):
        with browser(server) as somebody:
            assert somebody.post("/login", data={"link": typed}).status_code == 303, typed


def test_no_text_says_token_or_terminal() -> None:
    texts = POT.read_text(encoding="utf-8")
    assert not re.findall(r"(?i)^.*\b(?:tokens?|terminals?)\b.*$", texts, re.M)
