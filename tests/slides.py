"""The projector's pictures of an exercise without a server: every stage and beat of a room, and what can't be read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pandas as pd
from playwright.sync_api import Browser, Page, Route

from kit.activities.activity import Opened, Room
from kit.kinds.script import Kind
from kit.pages import pages
from kit.room import Attendance, Position
from kit.session import Names, Participant, Session, StageChange
from kit.settings import PROJECT

SIZES = ((1920, 1080), (3840, 2160), (1440, 900), (1280, 720))
"""Width and height of the projectors that are measured. Sizes of type are shares of the height, at most of 16 : 9."""

FULLEST = 60
"""So many slides of a room, those with the most on them, are measured on all but the first, too."""

STATIC, HOST = PROJECT / "kit" / "static", "http://kit.test/"
SHELL = f"""<!doctype html><html lang="en"><head><title>Slides</title><meta name="color-scheme" content="light dark">
<link rel="stylesheet" href="{HOST}kit.css"></head>
<body class="kit-page"><div class="kit screen"><main><div data-view="screen"></div></main></div></body></html>"""

UNREADABLE = """() => {
    const faults = [], high = Math.min(innerHeight, (innerWidth * 9) / 16);
    const join = document.querySelector(".join")?.getBoundingClientRect();
    const slide = document.querySelector(".slide"), shapes = [...slide.querySelectorAll(".shown .ring")];
    const covers = (shape, at) => {
        const its = shape.getBoundingClientRect();
        if (shape.matches("rect"))
            return at.left < its.right && at.right > its.left && at.top < its.bottom && at.bottom > its.top;
        const x = (its.left + its.right) / 2, y = (its.top + its.bottom) / 2;
        const nearest = [Math.min(Math.max(x, at.left), at.right), Math.min(Math.max(y, at.top), at.bottom)];
        return Math.hypot(nearest[0] - x, nearest[1] - y) < its.width / 2;
    };
    let largest = 0;
    if (slide.scrollHeight > slide.clientHeight + 1) faults.push("cut at the foot");
    if (document.documentElement.scrollWidth > innerWidth) faults.push("too wide");
    const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
        const text = node.textContent.trim(), box = node.parentElement;
        if (!text || box.closest(".unseen, .heads") || !box.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const at = range.getBoundingClientRect(), svg = box.closest("svg");
        const scale = svg ? svg.getBoundingClientRect().width / svg.viewBox.baseVal.width : 1;
        const size = parseFloat(getComputedStyle(box).fontSize) * scale;
        if (!box.closest(".join, .clock")) largest = Math.max(largest, size);
        if (size < 0.0238 * high) faults.push(`${text}: ${(100 * size / high).toFixed(2)} %`);
        const outside = at.left < 0 || at.top < 0 || at.right > innerWidth + 1 || at.bottom > innerHeight + 1;
        if (outside) faults.push(`${text}: outside`);
        const over = join && !box.closest(".join") && join.width && at.left < join.right && at.bottom > join.top;
        if (over && at.top < join.bottom) faults.push(`${text}: over the code`);
        if (!svg && shapes.some(shape => covers(shape, at))) faults.push(`${text}: under the picture`);
        const pill = box.closest(".pill, .focus")?.firstElementChild.getBoundingClientRect();
        if (pill && (at.left < pill.left || at.right > pill.right)) faults.push(`${text}: wider than its place`);
    }
    if (largest < 0.04 * high) faults.push("nothing large");
    return faults;
}"""
"""What is wrong with the picture that is shown: too small, cut, outside, or over something else."""


def slides(kind: Kind, responses: pd.DataFrame, decisions: Mapping[str, str] | None = None) -> dict[str, str]:
    """The HTML of the projector in every stage, all at once and in each of its beats, by stage and beat; with its
    clock, which is sent apart."""
    now, opened, found = datetime.now(UTC), Opened, {}
    session, decisions, name = (
        Session(1, "KX4R7W", "Spring", Names.OPTIONAL, now),
        decisions or {},
        kind.exercise.id,
    )
    names = sorted(set(responses["participant"]), key=lambda name: int(name[1:]))
    people = tuple(Participant(number, 1, int(who[1:]), "", now) for number, who in enumerate(names))
    opened = {}
    for stage in kind.script:
        here = dict.fromkeys(names, "")
        opened = stage.opening(Room(responses, opened, decisions, people=here))
        room = Room(responses, opened, decisions, people=here)
        for beat in ("", *(beat.id for _activity, beat in stage.beats(stage.within(room)))):
            change = StageChange(1, 1, name, stage.id, opened, now, 5, beat, now + timedelta(seconds=298.4))
            position = Position(session, {name: kind}, {}, change, decisions)
            attendance = Attendance(position, people, replace(room, beat=beat))
            shown, place = (
                pages.screen(attendance, "http://192.168.1.20:8866/join/KX4R7W"),
                'data-island="clock">',
            )
            found[f"{stage.id} {beat}".strip()] = shown.replace(place, place + pages.clock(position))
    return found


@contextmanager
def easel(browser: Browser, **options: object) -> Iterator[Page]:
    """A page with our stylesheet and fonts, on which slides are shown."""
    page = browser.new_page(reduced_motion="reduce", **options)

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST)
        route.fulfill(path=STATIC / path) if path else route.fulfill(
            body=SHELL, content_type="text/html; charset=utf-8"
        )

    page.route(f"{HOST}**", answer)
    page.goto(HOST)
    page.evaluate("() => document.fonts.load('800 20px \"Atkinson Hyperlegible Next\"', 'aŁ')")
    yield page
    page.close()


def show(page: Page, html: str) -> None:
    """Put one slide on the page."""
    page.evaluate("html => { document.querySelector('[data-view]').innerHTML = html; }", html)


def faults_of(page: Page, shown: Mapping[str, str]) -> list[str]:
    """What can't be read of the slides, at any of the sizes; leaves the page at the smallest."""
    every = f"""slides => Object.entries(slides).flatMap(([name, html]) => {{
        document.querySelector("[data-view]").innerHTML = html;
        return ({UNREADABLE})().map(fault => `${{name}}: ${{fault}}`);
    }})"""
    found, measured = [], dict(shown)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{width} x {height}, {fault}" for fault in page.evaluate(every, measured)]
        measured = {name: shown[name] for name in sorted(shown, key=lambda name: -len(shown[name]))[:FULLEST]}
    return found
