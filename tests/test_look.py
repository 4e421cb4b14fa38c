"""The look of a company: its colour can be read wherever it stands, its logo is a picture, faults are told at once."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kit.errors import SettingsError
from kit.server.look import MOST_LOGO_BYTES, Look, contrast, stylesheet
from kit.settings import PROJECT, Settings

SVG = b'<?xml version="1.0"?><!-- ours --><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
TOKEN = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")
KIT_CSS = (PROJECT / "kit" / "static" / "kit.css").read_text(encoding="utf-8")
SCHEMES = [dict(TOKEN.findall(part)) for part in KIT_CSS.split("@media (prefers-color-scheme: dark)")[:2]]
GROUNDS = (
    "paper",
    "surface",
    "field-work",
    *(f"{hue}-tint" for hue in ("sun", "coral", "violet", "mint", "sky")),
)


def test_contrast_is_counted_as_wcag_does() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert round(contrast("#ffffff", "#0000ff"), 2) == 8.59


@given(st.integers(0, 0xFFFFFF).map("#{:06x}".format))
@example("#000000")
@example("#ffffff")
@example("#757575")
def test_any_colour_can_be_read_wherever_it_stands(colour: str) -> None:
    css = stylesheet(colour)
    actions = re.findall(r"--action: (#\w+)", css)
    for action, tokens in zip(actions, SCHEMES, strict=True):
        assert min(contrast(action, tokens[ground]) for ground in (*GROUNDS, "on-action")) >= 4.5
    fills = [SCHEMES[0][fill] for fill in ("sun", "coral", "violet", "mint", "sky")]
    assert min(contrast(actions[0], fill) for fill in fills) >= 3, "the edge of a chosen ring"
    (words,) = re.findall(r"--ink: (#\w+)", css)
    assert contrast(words, colour) >= 4.5
    assert f"--brand: {colour};" in css


def test_a_colour_that_shows_stays_as_it_is() -> None:
    assert "--action: #0a4c7a;" in stylesheet("#0a4c7a")
    assert "--action: #ffcc00;" in stylesheet("#ffcc00"), "by dark"


@pytest.mark.parametrize("colour", ["blue", "0a5c8a", "#0a5", "#0a5c8g", "#0a5c8a; } body { display: none"])
def test_what_is_no_colour_is_quoted(colour: str) -> None:
    with pytest.raises(SettingsError) as fault:
        Look.of(Settings(colour=colour))
    told = "Use # and six digits or letters from a to f, such as #0a5c8a."
    assert str(fault.value) == f"WORKSHOP_COLOUR is {colour!r}. {told}"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n\0", "image/png"),
        (b"\xff\xd8\xff\xe0\0", "image/jpeg"),
        (b"RIFF\n\0\0\0WEBPVP8 ", "image/webp"),
        (SVG, "image/svg+xml"),
        (b"\xef\xbb\xbf" + SVG, "image/svg+xml"),
    ],
)
def test_a_logo_is_known_by_its_content(content: bytes, kind: str, tmp_path: Path) -> None:
    (tmp_path / "logo.txt").write_bytes(content)
    assert Look.of(Settings(logo=tmp_path / "logo.txt")).files == {"logo": (kind, content)}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, ": No such file or directory. Give the path of a PNG, SVG, JPEG or WebP file."),
        (b"", ", in which there is no picture. Use a PNG, SVG, JPEG or WebP file."),
        (b"<html><svg/></html>", ", in which there is no picture. Use a PNG, SVG, JPEG or WebP file."),
        (SVG[:-1], ", in which there is no picture. Use a PNG, SVG, JPEG or WebP file."),
        (
            b'<?xml version="1.0" encoding="no"?>',
            ", in which there is no picture. Use a PNG, SVG, JPEG or WebP file.",
        ),
        (b"\xff\xd8\xff" * MOST_LOGO_BYTES, ". Every phone loads it, so use a file of at most 200 KB."),
    ],
)
def test_what_is_no_logo_is_told_with_its_cure(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "logo.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError) as fault:
        Look.of(Settings(logo=path))
    assert str(fault.value) == f"WORKSHOP_LOGO is {str(path)!r}{said}"
