"""Pictures of the big screen with 3, 40 and 300 people, for ``gallery.py``: drawn as the tests measure them."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser

from kit.settings import PROJECT

sys.path.insert(0, str(PROJECT / "tests"))
from partners_rooms import a_company, the_kind
from slides import easel, show, slides
from test_browser_sizes import rating

SCHEMES, SIZE, COLOURS = ("light", "dark"), {"width": 1280, "height": 720}, 64
PARTNERS = {
    "map": ("map map", "who is most depended on"),
    "one-way": ("map map-one-way", "links that run one way"),
    "role": ("map map~HR", "one role of the map"),
    "gap": ("gaps gap-", "a gap"),
    "served": ("gaps served", "how well we serve"),
    "agreements": ("agreements", "agreements as they come"),
    "agreed": ("debrief agreement-", "an agreement"),
}
RATING = {
    "spread": ("result difference/s0", "how one statement was rated"),
    "mean": ("result difference/s0/mean", "its means"),
    "means": ("result difference//1", "all statements at a glance"),
}
ROLES = {3: 3, 40: 12, 300: 30}
TITLES = {
    f"slide-{kind}-{name}-{people}": f"Big screen, {people} people: {title}"
    for kind, pictures in (("partners", PARTNERS), ("rating", RATING))
    for name, (_beat, title) in pictures.items()
    for people in ROLES
}


def take(browser: Browser, folder: Path, only: tuple[str, ...]) -> None:
    """Those whose name begins as asked."""
    if not any(name.startswith(only) for name in TITLES):
        return
    for people, roles in ROLES.items():
        for kind, pictures, room in (
            ("partners", PARTNERS, (the_kind(), a_company(people, roles))),
            ("rating", RATING, rating(people)),
        ):
            shown = slides(*room)
            for scheme in SCHEMES:
                with easel(browser, color_scheme=scheme, viewport=SIZE) as page:
                    for name, (beat, _title) in pictures.items():
                        file = f"slide-{kind}-{name}-{people}"
                        whole = beat[-1] != "-"
                        found = (
                            shown[id] for id in shown if id == beat or (not whole and id.startswith(beat))
                        )
                        html = next(found, "")
                        if html and file.startswith(only):
                            show(page, html)
                            picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                            picture.quantize(COLOURS, dither=Image.Dither.NONE).save(
                                folder / f"{file}-{scheme}.png", optimize=True
                            )


def listing(folder: Path) -> str:
    """The pictures that there are, as Markdown."""
    lines = [
        "",
        "# The big screen with 3, 40 and 300 people",
        "",
        "| | light | dark |",
        "| --- | --- | --- |",
    ]
    for name, title in TITLES.items():
        if (folder / f"{name}-light.png").exists():
            pictures = (f"![{title}, {scheme}]({name}-{scheme}.png)" for scheme in SCHEMES)
            lines.append(f"| {title} | " + " | ".join(pictures) + " |")
    return "\n".join([*lines, ""])
