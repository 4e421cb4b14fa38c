"""The look of the company whose people come: its colour, readable wherever it stands, and its logo."""

import hashlib
import re
from collections.abc import Mapping
from colorsys import hls_to_rgb, rgb_to_hls
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tornado.web import HTTPError, RequestHandler

from kit.errors import SettingsError
from kit.pages.rendering import render
from kit.settings import Settings

BLACK, WHITE = "#000000", "#ffffff"
ON_LIGHT, ON_DARK = ("#a99bff", 0.0, 3.0), ("#17392f", 1.0, 4.5)
"""The hardest ground of each scheme on which the stylesheet puts ``--action``, where to move a colour that doesn't show
on it, and the contrast that makes it show: a ring by its edge, a tint by its text (WCAG 2.2, 1.4.11 and 1.4.3)."""

MOST_LOGO_BYTES = 200_000
"""Every phone in the room loads it through the same Wi-Fi."""

BEGINNINGS = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/webp": rb"RIFF....WEBP",
}

HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",  # the fingerprint in the address lets browsers keep it
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
}
"""An SVG may hold scripts. Pages show it as a picture, where none runs; opened by its address, none runs either."""


def luminance(colour: str) -> float:
    """How bright a colour (``#0a5c8a``) looks, from 0 to 1, as WCAG counts it."""
    shares = [channel / 255 for channel in bytes.fromhex(colour[1:])]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast of two colours by WCAG, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def shown_on(ground: str, end: float, least: float, colour: str) -> str:
    """The colour itself where it has that contrast with the ground, else its next shade on the way to ``end``."""
    hue, light, full = rgb_to_hls(*(channel / 255 for channel in bytes.fromhex(colour[1:])))
    shades = (hls_to_rgb(hue, light + (end - light) * step / 100, full) for step in range(101))
    named = ("#" + bytes(round(255 * channel) for channel in shade).hex() for shade in shades)
    return next(shade for shade in named if contrast(shade, ground) >= least)


def stylesheet(colour: str) -> str:
    """The stylesheet that puts a company's colour in.

    Raises:
        SettingsError: It is no colour.
    """
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise SettingsError(
            f"WORKSHOP_COLOUR is {colour!r}. Use # and six digits or letters from a to f, such as #0a5c8a."
        )
    words = max(BLACK, WHITE, key=lambda ink: contrast(ink, colour))
    light, dark = shown_on(*ON_LIGHT, colour), shown_on(*ON_DARK, colour)
    return render("look.css", colour=colour, words=words, light=light, dark=dark)


def logo(path: Path) -> tuple[str, bytes]:
    """The media type and the content of a logo.

    Raises:
        SettingsError: It can't be read, is too large, or is no picture.
    """
    said = f"WORKSHOP_LOGO is {str(path)!r}"
    try:
        with path.open("rb") as file:
            content = file.read(MOST_LOGO_BYTES + 1)
    except OSError as error:
        raise SettingsError(
            f"{said}: {error.strerror}. Give the path of a PNG, SVG, JPEG or WebP file."
        ) from None
    if len(content) > MOST_LOGO_BYTES:
        raise SettingsError(
            f"{said}. Every phone loads it, so use a file of at most {MOST_LOGO_BYTES // 1000} KB."
        )
    for kind, beginning in BEGINNINGS.items():
        if re.match(beginning, content, re.DOTALL):
            return kind, content
    try:
        if ElementTree.fromstring(content).tag == "{http://www.w3.org/2000/svg}svg":
            return "image/svg+xml", content
    except (ElementTree.ParseError, ValueError, LookupError):
        pass
    raise SettingsError(f"{said}, in which there is no picture. Use a PNG, SVG, JPEG or WebP file.")


@dataclass(frozen=True)
class Look:
    """What pages load of it: name -> media type and content. Empty where nothing is set."""

    files: Mapping[str, tuple[str, bytes]]

    @classmethod
    def of(cls, settings: Settings) -> "Look":
        """The look that is set.

        Raises:
            SettingsError: The colour or the logo can't be used.
        """
        files = {}
        if settings.colour:
            files["look.css"] = ("text/css; charset=utf-8", stylesheet(settings.colour).encode())
        if settings.logo:
            files["logo"] = logo(settings.logo)
        return cls(files)

    def path(self, name: str) -> str:
        """Where pages find a file, below the server's address; empty where there is none."""
        _kind, content = self.files.get(name, ("", b""))
        return f"kit/{name}?v={hashlib.sha256(content).hexdigest()[:12]}" if content else ""


class LookFile(RequestHandler):
    """The stylesheet of the colour, and the logo."""

    def get(self, name: str) -> None:
        """Send it; browsers may keep it."""
        kind, content = self.settings["kit"].look.files.get(name, ("", b""))
        if not kind:
            raise HTTPError(404)
        for header, value in HEADERS.items() | {("Content-Type", kind)}:
            self.set_header(header, value)
        self.finish(content)
