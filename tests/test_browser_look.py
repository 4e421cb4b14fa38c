"""A company's colour and logo on the projector and the phones of a real workshop."""

from collections.abc import Iterator
from pathlib import Path

import browser
import httpx
import pytest
from browser import Room, barriers
from conftest import Server, free_port, start_server, stop_server
from playwright.sync_api import Browser, Page, expect

from kit.store.store import Store

NAVY = "rgb(0, 31, 91)"
SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 50" width="200" height="50" onload="fetch('/ran')">
<style>text { font: 800 40px sans-serif; fill: #001f5b }</style><script>fetch("/ran")</script>
<text x="4" y="40">Acme</text></svg>"""


@pytest.fixture
def room(tmp_path: Path, chromium: Browser) -> Iterator[Room]:
    """The room of a workshop that has a look."""
    (tmp_path / "logo.svg").write_text(SVG, encoding="utf-8")
    port = free_port()
    process = start_server(tmp_path, port, colour="#001f5b", logo=tmp_path / "logo.svg")
    with Store.open(f"sqlite:///{tmp_path / 'workshop.sqlite'}") as store:
        token = (tmp_path / "token").read_text(encoding="ascii").strip()
        yield from browser.room(Server(f"http://127.0.0.1:{port}", token, tmp_path, store), chromium)
    stop_server(process)


def style(page: Page, selector: str, name: str, pseudo: str = "") -> str:
    """A computed style of the first element."""
    read = "([selector, name, pseudo]) => getComputedStyle(document.querySelector(selector), pseudo)[name]"
    return str(page.evaluate(read, [selector, name, pseudo]))


def expect_logo(page: Page) -> None:
    """The logo is there, and has been drawn."""
    logo = page.get_by_role("img", name="Company logo")
    expect(logo).to_be_visible()
    assert logo.evaluate("logo => logo.decode().then(() => logo.naturalWidth)") == 200


def test_colour_and_logo_are_on_the_projector_and_the_phones(room: Room) -> None:
    server, session = room.server, room.server.session("Spring")
    phone = room.visitor(**browser.PHONE)
    phone.page.goto(f"{server.url}/join/{session.code}")
    expect_logo(phone.page)
    assert style(phone.page, "button.main", "backgroundColor") == NAVY
    assert not barriers(phone.page)
    room.take_seat(phone, session, "Ada")
    expect_logo(phone.page)
    assert style(phone.page, "body", "backgroundColor", "::before") == NAVY
    screen = room.projector(session, color_scheme="light").page
    expect(screen.locator(".heads li")).to_have_text("Ada")
    expect_logo(screen)
    assert style(screen, ".arrive", "backgroundColor") == NAVY
    assert style(screen, ".welcome h2", "color") == style(screen, ".here b", "color") == "rgb(255, 255, 255)"
    assert style(screen, ".address", "color") == "rgb(34, 26, 58)", "on the door, which stays white"
    assert not barriers(screen)
    server.open_stage(session, "sort")
    for page in (screen, phone.page):
        expect(page.locator("h1")).to_have_text(browser.STAGES["sort"])
        expect_logo(page)
        assert not barriers(page)
    logo, title = screen.locator(".logo").bounding_box(), screen.locator("h1").bounding_box()
    assert logo and title and logo["y"] + logo["height"] <= title["y"]
    ran = room.visitor()
    ran.troubled = True  # the browser says that it has stopped the script
    address = str(screen.locator(".logo").get_attribute("src"))
    ran.page.goto(server.url + address, wait_until="load")
    assert not [url for url in (*ran.requests, *phone.requests) if "/ran" in url]
    answer = httpx.get(server.url + address)
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
