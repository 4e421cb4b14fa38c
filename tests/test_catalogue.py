"""Every text that a person sees goes through the catalogue, and the catalogue's template is current."""

import ast
import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from gettext import NullTranslations
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po
from onstage import controls_on
from rooms import (
    FIRST_VERSIONS,
    FLAT,
    GIFTS,
    PARTNERS,
    PHRASES,
    REVISED,
    RINGS,
    a_partners_session,
    a_phrasing_session,
    a_session,
    exercise,
)

from kit import text
from kit.activities.activity import Room, Seat
from kit.activities.place.picture import short_names
from kit.errors import KitError
from kit.kinds import KINDS, kind_of
from kit.kinds.guide import guide_of
from kit.lead import Lead
from kit.library import load, load_folder
from kit.links import Links
from kit.pages import lead as lead_pages
from kit.pages import pages, stages
from kit.pages.rendering import qr_svg, render
from kit.room import Attendance, Position, accept, begin, open_stage, show_beat
from kit.session import Change, Names, Session
from kit.settings import PROJECT, Settings
from kit.store.store import Store
from kit.widgets import choose
from kit.widgets.console import RunSheet
from kit.widgets.host import Host
from kit.widgets.practise import Practice

SERVICE = "how-good-is-our-service"
POT = text.LOCALE_FOLDER / f"{text.DOMAIN}.pot"
RENEW = "-q extract --no-location --sort-output --omit-header -F pyproject.toml -o kit/locale/kit.pot kit"
"""What ``make texts`` gives to pybabel."""

FRAME = {"base_url": "/", "script": "/kit.js", "style": "/kit.css", "look": "", "logo": ""}
SEEN_ATTRIBUTES = (
    "aria-label",
    "title",
    "alt",
    "placeholder",
    "data-saved",
    "data-waiting",
    "data-offline",
    "data-over",
    "data-confirm",
    "data-lost",
    "data-unanswered",
)
STAGES = tuple(stage.id for stage in kind_of(exercise(RINGS)).script)
PAGES = (
    "join",
    "name",
    "name-off",
    "name-required",
    "entrance",
    "message",
    "return",
    "return-link",
    "phone",
    "screen",
)
SCREENS = ("screen-join", "screen-closed", *(f"screen {stage}" for stage in STAGES))
VIEWS = ("waiting", "closed", *STAGES)
PANELS = ("start", "choose", "practise", "console", "console before", "console closed", "console home")


class Brackets(NullTranslations):
    """A catalogue in which every message stands in brackets."""

    def gettext(self, message: str) -> str:
        """The message in brackets."""
        return f"⟦{message}⟧" if message else ""

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The right form in brackets."""
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


class Visible(HTMLParser):
    """What a page shows or says: its texts and the attributes that are read aloud."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take the attributes that somebody sees or hears."""
        self._skipped += tag in ("style", "script")
        self.texts += [value for name, value in attrs if name in SEEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        """Leave what isn't shown."""
        self._skipped -= tag in ("style", "script")

    def handle_data(self, data: str) -> None:
        """Take a text."""
        if not self._skipped:
            self.texts.append(data)


@cache
def content_texts() -> list[str]:
    """What comes out of exercise files and the guides of kinds, the longest first; long ones by the line, too."""
    everything = [known.model_dump() for known in load_folder(PROJECT / "exercises").exercises.values()]
    everything += [cue.model_dump() for kind in (*KINDS, "question", "") for cue in guide_of(kind).values()]
    found = [text for known in everything for text in strings_in(known)]
    texts = {" ".join(text.split()) for whole in found for text in (whole, *whole.split("\n"))}
    return sorted(texts - {""}, key=len, reverse=True)


def strings_in(data: Any) -> Iterator[str]:
    """Every text anywhere in nested lists and mappings."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping | list | tuple):
        for part in data.values() if isinstance(data, Mapping) else data:
            yield from strings_in(part)


A_DATE = re.compile(r"(\w+day, )?\d{1,2} \w+ 20\d\d")
"""Its words are those of the reader's language, which babel knows."""


def outside_the_catalogue(shown: str, typed: tuple[str, ...] = ()) -> list[str]:
    """The words on a page that came neither from the catalogue, nor from content, nor from people."""
    reader = Visible()
    reader.feed(shown)
    return [html.unescape(seen.strip()) for seen in reader.texts if is_of_our_own(seen, typed)]


@cache
def is_of_our_own(seen: str, typed: tuple[str, ...]) -> bool:
    """Whether a text has words that came from nowhere else; most stand on many pages."""
    rest = A_DATE.sub("", " ".join(seen.split()))
    for known in sorted((*typed, *content_texts()), key=len, reverse=True):
        rest = rest.replace(known, "")
    while (shorter := re.sub(r"⟦[^⟦⟧]*⟧", "", rest)) != rest:
        rest = shorter
    rest = re.sub(r"⟦[^⟦⟧]*$|^[^⟦⟧]*⟧", "", rest)  # a message around an element, such as a role in bold
    rest = re.sub(r"https?://\S+|[\w.]+:\d+\S*|\.\w{3,4}\b", "", rest)
    return bool(re.search(r"[^\W\d_]{2,}", rest))


@pytest.fixture
def brackets() -> Iterator[None]:
    """The kit speaks in brackets; afterwards as before."""
    before = text._catalogue
    text.use_catalogue(Brackets())
    yield
    text.use_catalogue(before)


TYPED = ("Tuesday's workshop", "Ada", "I'll listen.", "A note")
RING_NAMES = short_names({ring.id: ring.name for ring in exercise(RINGS).categories}).values()
"""The names of the rings, as they stand in the picture of them."""


def typed_in(session: Session) -> tuple[str, ...]:
    code = str(session.code)
    return (*TYPED, code, code[:3], code[3:], *RING_NAMES, *(f"P{number}" for number in range(1, 30)))


# the template


def test_the_template_of_the_catalogue_is_current() -> None:
    fresh = Catalog()
    mappings = [("**.py", "python"), ("**.html", "jinja2")]
    options = {"**.html": {"silent": "false"}}
    for _file, _line, message, _comments, context in extract_from_dir(PROJECT / "kit", mappings, options):
        fresh.add(message, context=context)
    with POT.open("rb") as file:
        kept = read_po(file)
    new = sorted(str(m.id) for m in fresh if m.id and m.id not in kept)
    old = sorted(str(m.id) for m in kept if m.id and m.id not in fresh)
    assert (new, old) == ([], []), "Renew it with: make texts"


def test_no_text_hides_in_an_f_string() -> None:
    """Whether the extractor finds a text in there depends on the Python that runs it."""
    hidden = [
        f"{path.relative_to(PROJECT)}, line {text.lineno}"
        for path in (PROJECT / "kit").rglob("*.py")
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in ("_", "N_", "ngettext")
    ]
    assert hidden == []


def test_the_command_that_renews_it_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(PROJECT)
    made = tmp_path / "kit.pot"
    assert RENEW in (PROJECT / "Makefile").read_text(encoding="utf-8")
    CommandLineInterface().run(["pybabel", *RENEW.replace("kit/locale/kit.pot", str(made)).split()])
    assert made.read_text(encoding="utf-8") == POT.read_text(encoding="utf-8"), "Renew it with: make texts"


def test_the_check_finds_a_text_that_bypasses_the_catalogue(brackets: None) -> None:
    assert outside_the_catalogue("<p>⟦Hello⟧ there</p>") == ["⟦Hello⟧ there"]
    assert outside_the_catalogue('<p title="Best fit">⟦One of ⟦two⟧⟧ 12 %</p>') == ["Best fit"]
    assert outside_the_catalogue(f"<p>{html.escape(exercise(RINGS).title)} ⟦x⟧</p>") == []


class Brazilian(NullTranslations):
    """A catalogue that says which language it is of."""

    def info(self) -> dict[str, str]:
        """Its language."""
        return {"language": "pt_BR"}


def page_in(language: str) -> bool:
    """Whether a page is marked as being in that language."""
    page = render("join.html", **FRAME, problem="", typed="")
    return page.startswith(f'<!doctype html>\n<html lang="{language}">')


def test_pages_are_marked_with_the_language_in_which_they_speak(monkeypatch: pytest.MonkeyPatch) -> None:
    assert page_in("en-GB")
    monkeypatch.setattr(text, "_catalogue", Brazilian())
    assert page_in("pt-BR")


# pages


@pytest.mark.parametrize("which", PAGES)
def test_a_page_says_nothing_of_its_own(store: Store, brackets: None, which: str) -> None:
    names = {"off": Names.OFF, "required": Names.REQUIRED}.get(which.partition("-")[2], Names.OPTIONAL)
    session = store.create_session("Tuesday's workshop", names)
    person, _secret = store.join(session.id, "Ada")
    shown = {"session": session, "participant": person, "problem": "⟦x⟧", "moved": True, "Names": Names}
    shown |= {
        "typed": "",
        "title": "⟦t⟧",
        "text": "⟦t⟧",
        "again": "/join/x",
        "next": "",
        "address": "http://x/y",
        "view": "",
        "seq": 0,
    }
    shown |= {"view_id": "1", "live": "/live", "qr": qr_svg("http://x/y")}
    template = f"{which.removesuffix('-off').removesuffix('-required')}.html"
    page = render(template, **FRAME, **shown)
    assert "⟦" in page
    assert outside_the_catalogue(page, typed_in(session)) == []


@pytest.mark.parametrize("deck", [RINGS, FLAT])
@pytest.mark.parametrize("which", VIEWS)
def test_a_phone_says_nothing_of_its_own(store: Store, brackets: None, which: str, deck: str) -> None:
    session, position = at_stage(store, which, deck)
    attendance = Attendance.read(store, position)
    for person in attendance.people[:2]:
        view = pages.participant(position, attendance.room, attendance.seat(person))
        assert "⟦" in view
        assert outside_the_catalogue(view, typed_in(session)) == []


def at_stage(store: Store, which: str, deck: str = RINGS, people: int = 6) -> tuple[Session, Position]:
    """A session of some people that is before, in, or past a stage."""
    session = a_session(store, people, [exercise(deck)] if which != "waiting" else [], TYPED[2:3])
    if which == "closed":
        store.close_session(session.id)
    elif which != "waiting":
        open_stage(store, session, exercise(deck), which)
    return session, Position.read(store, store.session_by_id(session.id))


@pytest.mark.parametrize("people", [2, 6])
@pytest.mark.parametrize("which", SCREENS)
def test_the_projector_says_nothing_of_its_own(store: Store, brackets: None, which: str, people: int) -> None:
    where = {"screen-join": "waiting", "screen-closed": "closed"}.get(which, which.removeprefix("screen "))
    session, position = at_stage(store, where, people=people)
    shown = pages.screen(Attendance.read(store, position), "http://10.0.0.7:8866/join/" + str(session.code))
    assert "⟦" in shown
    assert outside_the_catalogue(shown, typed_in(session)) == []


# panels


def the_host(store: Store, folder: Path) -> Host:
    """A kernel's host with that store."""
    return Host(Settings(data=folder), store, Links("http://10.0.0.7:8866", "0" * 48))


@pytest.mark.parametrize("which", PANELS)
def test_a_panel_says_nothing_of_its_own(
    store: Store, tmp_path: Path, brackets: None, which: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = the_host(store, tmp_path)
    session = None
    if which != "console before":
        session, _position = at_stage(store, "answers")
        store.add_note(session.id, RINGS, "A note")
    if which == "console closed" and session:
        monkeypatch.setenv("QUERY_STRING", f"session={session.code}")
        store.close_session(session.id)
    store.create_session("Tuesday's workshop", Names.OFF)
    if which == "start":
        shown = choose._start_html(at)
    elif which == "choose":
        shown = render("choose.html", sessions=store.sessions(), chosen=session and session.code)
        shown += render("choose.html", sessions=[], chosen="")
    elif which == "practise":
        shown = practised(at)
    else:
        shown = consoles(at)
    known = [str(one.code) for one in store.sessions()]
    assert "⟦" in shown
    assert outside_the_catalogue(shown, (*TYPED, *RING_NAMES, *known)) == []


def practised(at: Host) -> str:
    """All that a learner meets: before, during and after."""
    practice = Practice(RINGS, at)
    wrong = {(1, card.id): "success" for card in exercise(RINGS).cards}
    return practice.panel.html + "".join(
        pages.practise(practice.kind, practice.script, Seat(answers)) for answers in ({}, wrong)
    )


def consoles(at: Host, name: str = RINGS) -> str:
    """Every panel of a run sheet, as it stands now, with the words of every stage."""
    sheet = RunSheet(name, at)
    panels = [sheet.welcome(), sheet.console(), sheet.take_home()]
    shown = [panel.html + "".join(panel._shown.values()) for panel in panels]
    for stage in sheet.kind.script:
        panels[1]._heard(None, {"type": "action", "action": "read", "value": stage.id}, [])
        shown.append(panels[1]._shown["words"])
    return "".join(shown)


MARKED = (
    "We got your day wrong",
    "I'll bring the cake to you by four",
    "That's our mistake",
    "and I'm putting it right now",
)
"""Words of a phrase that show a step; they stand for themselves."""


def a_rating_session(store: Store) -> Session:
    """Five people have rated two statements, four of them for both subjects."""
    session, used = store.create_session("Tuesday's workshop", Names.OPTIONAL), exercise(SERVICE)
    for stage in ("rate", "rate-second"):
        open_stage(store, session, used, stage)
    for number in range(1, 6):
        seat, _secret = store.join(session.id, "Ada")
        places = [(round, item) for round in (1, 2)[: 1 + (number > 1)] for item in ("overall", "easy")]
        for seq, (round, item) in enumerate(places, 1):
            store.save(Change(session.id, seat.id, SERVICE, round, item, str(number), seq)).result(30)
    return session


@pytest.mark.parametrize(
    ("name", "a_room", "said"),
    [
        (SERVICE, a_rating_session, ()),
        (PHRASES, a_phrasing_session, (*FIRST_VERSIONS, REVISED, *MARKED)),
        (PARTNERS, a_partners_session, (*GIFTS, "Ask HR what they miss", "a laptop", "notice")),
    ],
)
def test_no_page_of_the_other_kinds_says_anything_of_its_own(
    store: Store, tmp_path: Path, brackets: None, name: str, a_room: Any, said: tuple[str, ...]
) -> None:
    at, session = the_host(store, tmp_path), a_room(store)
    practice = Practice(name, at)
    shown = {"alone": practice.panel.html + pages.practise(practice.kind, practice.script, Seat())}
    for stage in kind_of(exercise(name)).script:
        open_stage(store, session, exercise(name), stage.id)
        attendance = Attendance.read(store, Position.read(store, session))
        room, address = attendance.room, f"http://10.0.0.7:8866/join/{session.code}"
        views = [
            pages.participant(attendance.position, room, attendance.seat(person))
            for person in attendance.people
        ]
        steps = [
            stages.projector(stage, replace(room, beat=beat.id))
            for _activity, beat in stage.beats(stage.within(room))
        ]
        shown[stage.id] = "".join([*views, *steps, pages.screen(attendance, address), consoles(at, name)])
    for where, page in shown.items():
        assert "⟦" in page
        assert outside_the_catalogue(page, (*typed_in(session), *said)) == [], where


@pytest.mark.parametrize("form", ["rating", "choice", "word", "text", "warm-up"])
def test_no_page_of_a_question_says_anything_of_its_own(store: Store, brackets: None, form: str) -> None:
    session = store.create_session("Tuesday's workshop", Names.OFF)
    begin(store, session, load(PROJECT / "exercises" / f"{RINGS}.yaml"))
    lead, address = Lead(store, session), f"http://10.0.0.7:8866/join/{session.code}"
    if form != "warm-up":
        own = {"text": "qq-1", "form": form, "low": "qq-2", "high": "qq-3", "options": "qq-4\nqq-5"}
        lead.act({"action": "ask", **own})
    for answers in (0, 2, 4):  # nobody, too few, enough; of words one is taken off
        position = Position.read(store, session)
        control = controls_on(pages.participant(position, position.empty_room(), Seat()))[0]
        for number in range(answers):
            seat, said = store.join(session.id, "")[0], control.answer(number, "qq-6")
            message = {"exercise": position.exercise, "item": control.item, "value": said, "seq": 1}
            store.save(position.accept(seat, {**message, "round": control.round})).result(30)
        for stage in position.kind.script[:2]:
            open_stage(store, session, position.kind.exercise, stage.id, beat=0)
            attendance = Attendance.read(store, Position.read(store, session))
            scene = lead.scene(attendance)
            shown = pages.screen(attendance, address)
            shown += "".join(lead_pages.islands(scene, address).values()) if scene else ""
            for person in attendance.people[:1]:
                shown += pages.participant(attendance.position, attendance.room, attendance.seat(person))
            assert outside_the_catalogue(shown, ("qq-", *typed_in(session))) == []
        open_stage(store, session, position.kind.exercise, position.kind.script[0].id)


def test_what_a_person_did_wrong_is_said_in_the_readers_language(
    store: Store, tmp_path: Path, brackets: None
) -> None:
    session, kind = store.create_session("Tuesday's workshop", Names.REQUIRED), kind_of(exercise(RINGS))
    person, _secret = store.join(session.id, "Ada")
    said = []
    for mistake in (
        lambda: store.session("nonsense"),
        lambda: store.session("CDFGHJ"),
        lambda: store.join(session.id, ""),
        lambda: store.create_session("", Names.OFF),
        lambda: store.add_note(session.id, RINGS, ""),
        lambda: open_stage(store, session, exercise(RINGS), "no-such"),
        lambda: (
            open_stage(store, session, exercise(RINGS), "reveal") and show_beat(store, session, "no-such")
        ),
        lambda: Practice("no-such", the_host(store, tmp_path)),
        lambda: kind.script.accept(1, "no-such", "service"),
        lambda: kind.script.accept(1, kind.exercise.cards[0].id, "no-such"),
        lambda: kind.script.accept(0, "commitment", "a" * 281),
        lambda: kind.decide("no-such", "yes", Room.empty()),
        lambda: accept(kind, kind.script, person, {}),
        lambda: Position.read(store, session).accept(person, {}),
        lambda: store.save(Change(session.id, 1, RINGS, 1, "", "x", 1)).result(),
    ):
        with pytest.raises(KitError) as fault:
            mistake()
        said.append(str(fault.value))
    assert not [text for text in said if "⟦" not in text]
