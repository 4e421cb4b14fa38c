"""The pages of the server by HTTP: joining, seats, headers, the projector, the facilitator's entrance."""

import gzip
import html
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from conftest import Server, deck, free_port, start_server, stop_server
from phones import Line, browser, facilitators_browser, on_line, socket_address, take_seat
from tornado.web import create_signed_value
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from kit.links import LINK_DAYS
from kit.session import Names
from kit.store.store import Store


@pytest.fixture
def visitor(server: Server) -> Iterator[httpx.Client]:
    """Somebody without any cookie."""
    with browser(server) as client:
        yield client


@pytest.fixture
def facilitator(server: Server) -> Iterator[httpx.Client]:
    with facilitators_browser(server) as client:
        yield client


# joining


@pytest.mark.parametrize("typed", ["{}", " {} ", "{}\t", "lower", "spaced", "hyphens"])
def test_a_code_is_understood_however_it_is_typed(server: Server, visitor: httpx.Client, typed: str) -> None:
    code = server.session().code or ""
    ways = {"lower": code.lower(), "spaced": f"{code[:3]} {code[3:]}", "hyphens": "-".join(code)}
    answer = visitor.post("/join", data={"code": ways.get(typed, typed.format(code))})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/join/{code}")


@pytest.mark.parametrize(
    "typed", ["CDFGHJ", "hello", "", "<script>alert(1)</script>", "a" * 5000, "\N{PARTY POPPER}"]
)
def test_a_wrong_code_is_quoted_and_asked_for_again(visitor: httpx.Client, typed: str) -> None:
    answer = visitor.post("/join", data={"code": typed})
    assert answer.status_code == 404
    assert html.escape(typed[:20], quote=False) in answer.text.replace("&#34;", '"')
    assert "<script>alert" not in answer.text
    assert 'name="code"' in answer.text


@pytest.mark.parametrize("path", ["/join/CDFGHJ", "/join/%00%ff", "/join/..%2F..%2Fetc", "/join/a b"])
def test_an_address_with_a_wrong_code_leads_to_the_form(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code in (400, 404)
    assert 'href="/join"' in answer.text or 'name="code"' in answer.text


@pytest.mark.parametrize("path", ["/join/CODE/", "/join/"])
def test_a_slash_at_the_end_does_no_harm(server: Server, visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path.replace("CODE", str(server.session().code)))
    assert answer.status_code == 200
    assert "<form" in answer.text


@pytest.mark.parametrize("path", ["/jion", "/join/CDFGHJ/what", "/join/" + "C" * 21, "/api/contents", "/%ff"])
def test_an_address_that_leads_nowhere_shows_the_way_in(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path)
    assert answer.status_code == 404
    assert 'href="/join"' in answer.text and "There is no such page" in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with narrow limits."""
    data, port = tmp_path_factory.mktemp("strict"), free_port()
    process = start_server(data, port, guesses_per_minute=3, max_participants=12)
    with Store.open(f"sqlite:///{data / 'workshop.sqlite'}") as store:
        yield Server(f"http://127.0.0.1:{port}", "", data, store)
    stop_server(process)


def from_address(server: Server, address: str) -> httpx.Client:
    """A browser on another computer, as far as the server can see: every 127.x is this one."""
    return browser(server, transport=httpx.HTTPTransport(local_address=address))


def test_a_full_room_behind_one_address_is_no_guesser_but_full(strict: Server) -> None:
    session = strict.session()
    for _phone in range(12):
        take_seat(strict, session)
    with browser(strict) as client:
        answer = client.post(f"/join/{session.code}", data={"name": ""})
    assert answer.status_code == 422
    assert "all 12 seats are taken" in answer.text
    assert len(strict.store.participants(session.id)) == 12


def test_who_guesses_codes_waits_and_others_do_not(strict: Server) -> None:
    with from_address(strict, "127.0.0.2") as client:
        answers = [client.post("/join", data={"code": f"CDFGH{letter}"}) for letter in "JKLM"]
        right = client.post("/join", data={"code": strict.session().code})
        token = client.post("/login", data={"link": "wrong"})
    assert [answer.status_code for answer in answers] == [404, 404, 404, 429]
    assert right.status_code == token.status_code == 429, "a right guess must not show"
    assert "Please wait a minute" in answers[-1].text
    assert "Please wait a minute" in token.text
    with from_address(strict, "127.0.0.3") as client:
        assert client.post("/join", data={"code": strict.session().code}).status_code == 303


def test_a_guesser_keeps_nobody_with_a_seat_from_their_page(strict: Server) -> None:
    session = strict.session()
    with from_address(strict, "127.0.0.4") as client:
        client.post(f"/join/{session.code}", data={"name": ""})
        for letter in "JKL":
            assert client.post("/join", data={"code": f"CDFGH{letter}"}).status_code == 404
        page = client.get(f"/join/{session.code}")
    assert page.status_code == 200
    assert "data-live" in page.text


def test_a_seat_is_a_cookie_that_no_script_reads(server: Server, visitor: httpx.Client) -> None:
    session = server.session()
    answer = visitor.post(f"/join/{session.code}", data={"name": "Ada"})
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"kit-seat-{session.code}=")
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert [person.name for person in server.store.participants(session.id)] == ["Ada"]
    page = visitor.get(f"/join/{session.code}")
    assert "Ada" in page.text
    secret = visitor.cookies[f"kit-seat-{session.code}"]
    assert secret not in page.text
    assert secret.encode() not in (server.data / "workshop.sqlite").read_bytes()


def test_joining_twice_keeps_the_one_seat(server: Server, visitor: httpx.Client) -> None:
    session = server.session()
    for name in ("Ada", "Ada again"):
        assert visitor.post(f"/join/{session.code}", data={"name": name}).status_code == 303
    assert [person.name for person in server.store.participants(session.id)] == ["Ada"]


def test_two_quick_taps_on_join_take_one_seat(server: Server, visitor: httpx.Client) -> None:
    session = server.session()
    assert visitor.get(f"/join/{session.code}").status_code == 200
    tap = {"headers": {"Cookie": "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())}}
    with ThreadPoolExecutor(2) as thumbs, browser(server) as phone:
        both = thumbs.map(
            lambda name: phone.post(f"/join/{session.code}", data={"name": name}, **tap), ("Ada", "Ada")
        )
        seats = {answer.headers["Set-Cookie"].split(";")[0] for answer in both}
    assert [person.name for person in server.store.participants(session.id)] == ["Ada"]
    assert len(seats) == 1
    assert "Ada" in visitor.get(f"/join/{session.code}", headers={"Cookie": seats.pop()}).text


def test_a_session_that_requires_a_name_says_so(server: Server, visitor: httpx.Client) -> None:
    session = server.session(names=Names.REQUIRED)
    answer = visitor.post(f"/join/{session.code}", data={"name": "  "})
    assert answer.status_code == 422
    assert "Please type a name" in answer.text
    assert server.store.participants(session.id) == []


def test_a_session_without_names_keeps_none(server: Server, visitor: httpx.Client) -> None:
    session = server.session(names=Names.OFF)
    assert 'name="name"' not in visitor.get(f"/join/{session.code}").text
    assert visitor.post(f"/join/{session.code}", data={"name": "Ada"}).status_code == 303
    assert [person.name for person in server.store.participants(session.id)] == [""]


def test_a_hostile_name_is_only_text(server: Server, visitor: httpx.Client) -> None:
    session = server.session(title="<img src=x onerror=alert(1)>")
    visitor.post(f"/join/{session.code}", data={"name": "<b onclick=x>&\"'"})
    page = visitor.get(f"/join/{session.code}").text
    assert "<img src=x" not in page
    assert "<b onclick" not in page
    assert "&lt;b onclick=x&gt;" in page


def test_an_ended_session_takes_nobody_in(server: Server, visitor: httpx.Client) -> None:
    session = server.session()
    seat = take_seat(server, session)
    server.store.close_session(session.id)
    assert visitor.get(f"/join/{session.code}").status_code == 410
    assert visitor.post(f"/join/{session.code}", data={"name": ""}).status_code == 422
    mine = visitor.get(f"/join/{session.code}", headers={"Cookie": seat})
    assert "This session has ended" in mine.text


# moving a seat


def test_the_return_link_moves_a_seat_once(server: Server) -> None:
    session = server.session()
    old = take_seat(server, session, "Ada")
    with on_line(server, session, old) as line:
        line.send(type="action", action="return-link")
        shown = line.until("islands")["islands"]["return-link"]
        link = re.search(r'href="http://[^/]+(/join/[^"]+/return/[^"]+)"', shown)
        assert link
        with browser(server) as device:
            asked = device.get(link[1])
            assert asked.status_code == 200
            assert "Move your place" in asked.text
            assert not device.cookies, "opening a link is no consent"
            moved = device.post(link[1])
            assert (moved.status_code, moved.headers["Location"]) == (303, f"/join/{session.code}")
            assert "Ada" in device.get(f"/join/{session.code}").text
            again = device.post(link[1])
            assert (again.status_code, "has been used" in again.text) == (410, True)
        assert line.until("leave")["url"] == f"/join/{session.code}"
        with pytest.raises(ConnectionClosed):
            line.listen()
    with browser(server) as client:
        page = client.get(f"/join/{session.code}", headers={"Cookie": old})
        assert "has moved to another one" in page.text
    assert len(server.store.participants(session.id)) == 1


def test_a_return_link_of_another_session_moves_nothing(server: Server, visitor: httpx.Client) -> None:
    mine, other = server.session(), server.session()
    take_seat(server, mine)
    token = server.store.return_token(server.store.participants(mine.id)[0].id)
    assert visitor.post(f"/join/{other.code}/return/{token}").status_code == 410
    assert visitor.post(f"/join/{mine.code}/return/{token}").status_code == 303


# headers


@pytest.mark.parametrize("path", ["/join", "/join/CODE", "/login", "/screen/CODE", "/lead/CODE"])
def test_pages_allow_nothing_from_elsewhere(server: Server, visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path.replace("CODE", str(server.session().code)))
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    host = server.url.removeprefix("http://")
    assert policy["connect-src"] == f"'self' ws://{host} wss://{host}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert not re.findall(r"<script(?![^>]*src=)|<style|style=|\son\w+=", answer.text)


def test_all_text_is_compressed_and_assets_are_kept(server: Server, visitor: httpx.Client) -> None:
    session = server.session()
    server.open_stage(session, "sort")
    headers = {"Cookie": take_seat(server, session), "Accept-Encoding": "gzip"}
    page = visitor.get(f"/join/{session.code}", headers=headers)
    assert page.headers["Content-Encoding"] == "gzip"
    assets = re.findall(r'(?:src|href)="(/kit/static/[^"]+)"', page.text)
    assert len(assets) == 2
    for address in assets:
        assert re.search(r"\?v=[0-9a-f]{12}$", address)
        with visitor.stream("GET", address, headers={"Accept-Encoding": "gzip"}) as answer:
            wire = b"".join(answer.iter_raw())
        assert answer.headers["Content-Encoding"] == "gzip"
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert len(wire) < len(gzip.decompress(wire)) / 2


@pytest.mark.parametrize(
    "path", ["/kit/static/../app.py", "/kit/static/%2e%2e/server/app.py", "/kit/static/"]
)
def test_only_the_script_and_the_stylesheet_are_served(visitor: httpx.Client, path: str) -> None:
    assert visitor.get(path).status_code in (403, 404)


def test_a_huge_form_is_refused_and_the_server_goes_on(server: Server, visitor: httpx.Client) -> None:
    with suppress(httpx.TransportError):  # hanging up is an answer too
        assert visitor.post("/join", content=b"x" * 2_000_000).status_code in (400, 413)
    with browser(server) as client:
        assert client.get("/join").status_code == 200


def test_who_asks_for_the_headers_alone_hears_what_the_page_would_say(
    server: Server, visitor: httpx.Client, facilitator: httpx.Client
) -> None:
    session = server.session()
    paths = ["/", "/join", f"/join/{session.code}", "/join/CDFGHJ", f"/join/{session.code}/return/void"]
    paths += ["/login", "/reach", f"/screen/{session.code}", f"/lead/{session.code}", "/nowhere"]
    for client in (visitor, facilitator):
        for path in paths:
            page, head = client.get(path), client.head(path)
            assert (head.status_code, head.content) == (page.status_code, b""), path
            for name in ("Content-Type", "Content-Security-Policy", "Location"):
                assert head.headers.get(name) == page.headers.get(name), path


# the projector


def test_the_screen_needs_a_key_or_the_cookie(
    server: Server, visitor: httpx.Client, facilitator: httpx.Client
) -> None:
    session = server.session()
    path = server.links.screen(session).removeprefix(server.url)
    assert visitor.get(f"/screen/{session.code}").status_code == 403
    assert visitor.get(path).status_code == 200
    assert facilitator.get(f"/screen/{session.code}").status_code == 200


def keys(server: Server, code: str, other: str) -> dict[str, str]:
    """Keys that must open nothing."""
    secret, days = server.links.secret, LINK_DAYS + 1
    good = create_signed_value(secret, "screen", code).decode()
    return {
        "none": "",
        "forged": create_signed_value("0" * 48, "screen", code).decode(),
        "changed": good[:-1] + ("0" if good[-1] != "0" else "1"),
        "other session's": create_signed_value(secret, "screen", other).decode(),
        "other purpose's": create_signed_value(secret, "seat", code).decode(),
        "expired": create_signed_value(
            secret, "screen", code, clock=lambda: time.time() - 86400 * days
        ).decode(),
        "no key at all": "\N{PARTY POPPER}|1:0",
    }


@pytest.mark.parametrize(
    "which", ["none", "forged", "changed", "other session's", "other purpose's", "expired", "no key at all"]
)
def test_a_bad_key_opens_neither_screen_nor_socket(server: Server, visitor: httpx.Client, which: str) -> None:
    session, other = server.session(), server.session()
    key = quote(keys(server, str(session.code), str(other.code))[which])
    assert visitor.get(f"/screen/{session.code}?key={key}").status_code == 403
    address = socket_address(server, f"/screen/{session.code}/live?key={key}")
    with pytest.raises(InvalidStatus) as refusal, connect(address, origin=server.url):  # type: ignore[arg-type]
        pass
    assert refusal.value.response.status_code == 403


# the facilitator's entrance


def test_the_token_opens_the_facilitators_door(server: Server, visitor: httpx.Client) -> None:
    asked = visitor.get("/voila/render/index.ipynb")
    assert asked.status_code == 302
    assert asked.headers["Location"].startswith("/login?next=")
    answer = visitor.post(asked.headers["Location"], data={"link": server.token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/voila/render/index.ipynb")
    assert "HttpOnly" in answer.headers["Set-Cookie"]
    assert server.token not in answer.headers["Set-Cookie"]
    home = visitor.get("/")
    assert home.headers["Location"] == "/voila/render/index.ipynb"


def test_a_wrong_token_is_refused_kindly(visitor: httpx.Client) -> None:
    for token in ("wrong", "", "\N{PARTY POPPER}", "a" * 10_000):
        answer = visitor.post("/login", data={"link": token, "next": '"><script>alert(1)</script>'})
        assert answer.status_code == 403
        assert "That isn’t the facilitator’s link of this workshop" in answer.text
        assert "<script>alert" not in answer.text
        assert not visitor.cookies


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "///evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "http:evil.example",
    ],
)
def test_the_entrance_sends_nobody_elsewhere(server: Server, visitor: httpx.Client, evil: str) -> None:
    answer = visitor.post("/login", data={"link": server.token, "next": evil})
    landed = httpx.URL(server.url).join(re.sub(r"[\t\r\n]", "", answer.headers["Location"]))
    assert answer.status_code == 303
    assert str(landed).startswith(server.url + "/")
    by_link = visitor.get("/login", params={"next": evil})
    assert by_link.headers["Location"] == answer.headers["Location"]


def test_somebody_without_a_token_is_led_to_the_room(visitor: httpx.Client) -> None:
    assert visitor.get("/").headers["Location"] == "/join"
    assert visitor.get("/voila/tree").headers["Location"] == "/join"


# the facilitator's remote


def refused(server: Server, path: str, **options: Any) -> bool:
    """Whether a socket of that path is refused before it opens."""
    try:
        with connect(socket_address(server, path), **options):
            return False
    except InvalidStatus as refusal:
        return refusal.response.status_code == 403


def test_the_remote_opens_by_its_own_link_alone(
    server: Server, visitor: httpx.Client, facilitator: httpx.Client
) -> None:
    session, other = server.session(), server.session()
    path = server.links.lead(session).removeprefix(server.url)
    key = path.partition("?")[2]
    seat = take_seat(server, session)
    screen = server.links.screen(session).partition("?")[2]
    assert visitor.get(path).status_code == 200
    assert facilitator.get(f"/lead/{session.code}").status_code == 200
    for asked in ("", screen, key.replace("key=2", "key=3"), server.links.lead(other).partition("?")[2]):
        for cookies in ({}, {"Cookie": seat}):
            assert visitor.get(f"/lead/{session.code}?{asked}", headers=cookies).status_code == 403, asked
            path = f"/lead/{session.code}/live?{asked}"
            assert refused(server, path, origin=server.url, additional_headers=cookies), asked
    assert refused(server, f"/lead/{session.code}/live?{key}", origin="http://evil.example")
    phone = visitor.get(f"/join/{session.code}", headers={"Cookie": seat}).text
    big_screen = visitor.get(f"/screen/{session.code}?{screen}").text
    assert "/lead/" not in phone + big_screen


def test_a_socket_that_stays_closed_is_no_trouble_in_the_facilitators_window(server: Server) -> None:
    code = server.session().code
    already = (server.data / "server.log").stat().st_size
    for path in ("reach/live", f"lead/{code}/live", f"screen/{code}/live", f"join/{code}/live"):
        assert refused(server, f"/{path}", origin=server.url)
    log = (server.data / "server.log").read_bytes()[already:].decode()
    assert "403 GET /reach/live" in log
    assert "Traceback" not in log


def test_the_big_screen_takes_what_a_clicker_presses_and_no_more(server: Server) -> None:
    session = server.session()
    server.store.plan(session.id, deck("cx-vs-service"))
    path = server.links.screen(session).removeprefix(server.url).replace("?", "/live?")
    with connect(socket_address(server, path), origin=server.url) as socket:  # type: ignore[arg-type]
        line = Line(socket)
        line.until("hello")
        for action in ("end", "lock", "open", "ask", "person"):
            line.send(type="action", action=action, value="yes", stage="reveal")
            assert line.until("islands", text="")
        now = server.store.session_by_id(session.id)
        assert (now.closed_at, now.locked, server.store.stage_now(session.id)) == (None, False, None)
        for blank in (True, False):
            line.send(type="action", action="blank")
            assert line.until("islands", text="")
            assert server.store.session_by_id(session.id).blank == blank
        line.send(type="action", action="next")
        assert line.until("islands", text="")
        assert server.store.stage_now(session.id).stage == "brief"


def test_the_remote_leads_its_session_until_that_ends(server: Server) -> None:
    session, other = server.session(), server.session()
    for each in (session, other):
        server.store.plan(each.id, deck("cx-vs-service"))
    path = server.links.lead(session).removeprefix(server.url).replace("?", "/live?")
    with connect(socket_address(server, path), origin=server.url) as socket:  # type: ignore[arg-type]
        line = Line(socket)
        line.until("hello")
        for broken in ("[]", "{", '"next"', "[" * 5000):
            socket.send(broken)
            line.until("pong")
        line.send(type="action", action="next", session=other.code, code=other.code)
        assert line.until("islands", text="")
        assert server.store.stage_now(session.id).stage == "brief"
        assert server.store.stage_now(other.id) is None
        for action in ("start", "resume", "download", "note", "__init__", ""):
            line.send(type="action", action=action, value=other.code)
            assert "can't be done here" in next(m for m in iter(line.listen, None) if m.get("text"))["text"]
        line.send(type="action", action="end", value=other.code)
        line.send(type="action", action="next")
        assert "has ended" in next(m for m in iter(line.listen, None) if m.get("text"))["text"]
    assert server.store.stage_now(session.id).stage == "brief"
    assert refused(server, path, origin=server.url)
    with browser(server) as client:
        assert client.get(path.replace("/live", "")).status_code == 403
