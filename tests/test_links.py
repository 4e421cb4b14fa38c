"""Addresses for phones and the projector, and the secrets that sign them."""

import stat
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kit.errors import SettingsError
from kit.links import Links, kept_secret, local_address
from kit.session import Names, Session
from kit.settings import Settings

SESSION = Session(1, "KX4R7W", "Tuesday", Names.OFF, datetime(2025, 5, 6, tzinfo=UTC))
OTHER = Session(2, "CDFGHJ", "Wednesday", Names.OFF, datetime(2025, 5, 7, tzinfo=UTC))
LINKS = Links("http://10.0.0.7:8866", "s" * 48)


def key_of(link: str) -> str:
    return link.partition("?key=")[2]


def test_phones_join_under_the_public_address() -> None:
    assert LINKS.join(SESSION) == "http://10.0.0.7:8866/join/KX4R7W"


def test_the_projectors_link_opens_its_own_session_only() -> None:
    link = LINKS.screen(SESSION)
    assert link.startswith("http://10.0.0.7:8866/screen/KX4R7W?key=")
    assert LINKS.opens("screen", key_of(link), SESSION)
    assert not LINKS.opens("screen", key_of(link), OTHER)
    assert not Links(LINKS.public_url, "t" * 48).opens("screen", key_of(link), SESSION)
    assert not LINKS.opens("screen", "", SESSION)
    assert not LINKS.opens("screen", key_of(link)[:-1], SESSION)


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({"host": "127.0.0.1", "port": 8123}, "http://127.0.0.1:8123"),
        ({"host": "::1", "port": 8123}, "http://[::1]:8123"),
        ({"public_url": "https://workshop.example/"}, "https://workshop.example"),
        ({"public_url": "https://workshop.example/room/"}, "https://workshop.example/room"),
    ],
)
def test_the_public_address_comes_from_the_settings(
    tmp_path: Path, settings: dict[str, object], address: str
) -> None:
    links = Links.of(Settings(data=tmp_path, **settings))  # type: ignore[arg-type]
    assert links.public_url == address


def test_links_survive_a_restart(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, host="127.0.0.1")
    link = Links.of(settings).screen(SESSION)
    assert Links.of(settings).opens("screen", key_of(link), SESSION)


@pytest.mark.parametrize("held", ["", "  \n", "short", "\N{SNOWMAN}"])
def test_a_secret_that_is_none_opens_nothing(tmp_path: Path, held: str) -> None:
    path = tmp_path / "token"
    path.write_text(held, encoding="utf-8")
    with pytest.raises(SettingsError, match="token holds “.*Delete the file"):
        kept_secret(path)
    assert path.read_text(encoding="utf-8") == held
    path.unlink()
    assert kept_secret(path) == kept_secret(path) != ""
    assert [left.name for left in tmp_path.iterdir()] == ["token"]


def test_a_folder_that_cannot_hold_a_secret_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for path in (file / "token", file / "deeper" / "token", tmp_path):
        with pytest.raises(SettingsError) as fault:
            kept_secret(path)
        assert str(fault.value).startswith(f"{path} can't be read or made: ")
        assert str(fault.value).endswith(". Set WORKSHOP_DATA to a folder that is yours to write.")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other rights")
def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret"
    secret = kept_secret(path)
    assert len(secret) == 48
    assert kept_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert kept_secret(tmp_path / "another") != secret


def test_a_computer_on_every_network_knows_one_address_of_its_own() -> None:
    assert local_address("192.0.2.7") == "192.0.2.7"
    found = local_address("0.0.0.0")
    assert found not in ("", "0.0.0.0")
    assert len(found.split(".")) == 4
