"""What a phone is sent, and when: nothing of others and no answer before the stage that shows it.

A whole session of each kind is played (see plays.py), and everything that each of the five phones got is looked
through as it came: pages and frames, attributes included. Each test says which stage may show what.
"""

import base64
import html
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import Server
from golden import play
from playroom import ENDED, Phone, Room, Sent
from plays import PARTNERS, PHRASING, SORT

pytestmark = pytest.mark.xdist_group("golden")  # a session is played once for both files

WARM_UP = {"zebra-191", "zebra-192", "zebra-193"}
"""Words that were on the big screen while people came in, or were taken off it."""

EXERCISES = Path(__file__).parents[1] / "exercises"
NEVER = None
"""Instead of a stage: no stage shows it to a phone."""

MARK = re.compile(r"(?:zebra|Quagga)-\d+")
PERSONS = {"Quagga-1", "Quagga-2", "Quagga-4"}


def content_of(exercise: str) -> dict[str, Any]:
    """An exercise as its author wrote it."""
    return yaml.safe_load((EXERCISES / f"{exercise}.yaml").read_text(encoding="utf-8"))


def plain(raw: str) -> str:
    """What was sent, without the escapes of JSON and HTML, and with files inside addresses opened."""
    if raw.startswith("{"):
        raw = json.dumps(json.loads(raw), ensure_ascii=False)
        raw = raw.replace("\\n", " ").replace('\\"', '"')
    text = html.unescape(raw)
    files = [base64.b64decode(found).decode() for found in re.findall(r"base64,([\w+/=]+)", text)]
    bare = re.sub(r"base64,[\w+/=]+", "", text)
    return " ".join(" ".join([bare, *files]).split())


def squashed(texts: Iterable[str]) -> list[str]:
    """Texts of an exercise file, each on one line."""
    return [" ".join(text.split()) for text in texts]


def before(phone: Phone, stage: str | None) -> list[Sent]:
    """What a phone got before a stage; all of it for NEVER."""
    stages = [sent.stage for sent in phone.sent]
    return phone.sent[: len(stages) if stage is NEVER else stages.index(stage)]


def assert_nobody_gets(room: Room, texts: Iterable[str], until: str | None) -> None:
    """No phone was sent any of the texts before that stage; in it, or after it, some were."""
    texts = squashed(texts)
    for number, phone in enumerate(room.phones, 1):
        for sent in before(phone, until):
            found = [text for text in texts if text in plain(sent.raw)]
            assert not found, f"phone {number} was sent {found} in {sent.stage}"
    if until is not NEVER:
        everything = " ".join(plain(sent.raw) for phone in room.phones for sent in phone.sent)
        assert any(text in everything for text in texts), "nobody was ever sent any of it"


def marks(texts: Iterable[str]) -> set[str]:
    """The animals with their numbers in some texts."""
    return {found for text in texts for found in MARK.findall(text)}


def own_marks(phone: Phone) -> set[str]:
    """What a person has typed, their name included."""
    return marks([*phone.typed, phone.name])


def assert_only_the_writer_gets(room: Room, until: str | None, typed: set[str]) -> None:
    """Before that stage, no phone was sent any of these that somebody else has typed; in or after it, some were."""
    everybody = set().union(*map(own_marks, room.phones))
    assert typed <= everybody, f"nobody typed {typed - everybody}"
    for number, phone in enumerate(room.phones, 1):
        for sent in before(phone, until):
            found = marks([plain(sent.raw)]) & (typed - own_marks(phone))
            assert not found, f"phone {number} was sent {found} of others in {sent.stage}"
    if until is not NEVER:
        foreign = (marks(plain(s.raw) for s in phone.sent) - own_marks(phone) for phone in room.phones)
        assert typed & set().union(*foreign), "nobody was ever sent any of it"


def assert_nobody_is_named(room: Room, partners: Mapping[int, set[str]] | None = None) -> None:
    """No phone was sent another person's name or pseudonym, from the door to the end.

    Args:
        partners: Number of a phone -> the names that it may be sent where people talk in pairs.
    """
    for number, phone in enumerate(room.phones, 1):
        assert phone.sent[-1].stage == ENDED
        for sent in phone.sent:
            found = set(re.findall(r"\bP[1-9]\b", plain(sent.raw))) - {f"P{number}"}
            found |= marks([plain(sent.raw)]) & PERSONS - own_marks(phone)
            may = partners[number] if partners and sent.stage == "discuss" else set()
            assert not found - may, f"phone {number} was sent {found} in {sent.stage}"


def zebras(*numbers: range | int) -> set[str]:
    """The marks with these numbers."""
    every = [n for one in numbers for n in (one if isinstance(one, range) else (one,))]
    return {f"zebra-{number}" for number in every}


def test_sort_tells_reasons_in_the_answers_and_nothing_of_others(server: Server) -> None:
    room, content = play(server, SORT), content_of(SORT)
    mistaken = content["misconceptions"]
    assert_nobody_gets(room, [card["reason"] for card in content["cards"]], until="answers")
    assert_nobody_gets(room, [one["name"] for one in mistaken], until="answers")
    assert_nobody_gets(room, [one["explanation"] for one in mistaken], until="answers")
    assert_nobody_gets(room, ["Best fit", "verdict"], until="answers")
    assert_only_the_writer_gets(room, NEVER, zebras(range(11, 16)))  # commitments
    assert_only_the_writer_gets(room, "ours", zebras(161, 162, 165))  # moments that were let through
    assert_only_the_writer_gets(room, NEVER, zebras(164, 166))  # taken back; on no ring
    assert_only_the_writer_gets(room, NEVER, WARM_UP)
    assert_nobody_is_named(room, partners_in(room))


def partners_in(room: Room) -> dict[int, set[str]]:
    """Number of a phone -> the names of those with whom it is paired; the last of five joins the first pair."""
    changes = json.loads(room.kept["session.json"])["stage_changes"]
    opened = next(change["params"]["together-pairs"] for change in changes if change["stage"] == "discuss")
    first, second = ({int(person[1:]) for person in entry.split()[1:]} for entry in opened)
    first |= set(range(1, 6)) - first - second
    of = {number: pair for pair in (first, second) for number in pair}
    names = {number: own_marks(phone) & PERSONS for number, phone in enumerate(room.phones, 1)}
    return {me: set().union(*(names[other] for other in pair)) for me, pair in of.items()}


def test_phrasing_shows_first_versions_in_the_vote_and_models_in_the_showcase(server: Server) -> None:
    room, recipes = play(server, PHRASING), content_of(PHRASING)["recipes"]
    assert_nobody_gets(room, [recipe[key] for recipe in recipes for key in ("good", "why_good")], "showcase")
    assert_nobody_gets(room, [recipe[key] for recipe in recipes for key in ("bad", "why_bad")], NEVER)
    assert_only_the_writer_gets(room, "vote", zebras(range(41, 47)))
    assert_only_the_writer_gets(room, NEVER, zebras(47))  # hidden by the facilitator
    assert_only_the_writer_gets(room, NEVER, zebras(48))  # taken back
    assert_only_the_writer_gets(
        room, NEVER, zebras(range(21, 25), 26, range(31, 38))
    )  # what tempts, wrong phrases
    assert_only_the_writer_gets(room, "not-that", zebras(25))  # what the facilitator made a situation of
    assert_only_the_writer_gets(room, NEVER, zebras(range(51, 54), range(61, 65)))  # revised ones, cards
    assert_only_the_writer_gets(room, NEVER, WARM_UP)
    assert_nobody_is_named(room)


def test_partners_show_needs_in_the_gaps_and_agreements_to_their_sides(server: Server) -> None:
    room = play(server, PARTNERS)
    thought, said = zebras(71, 72, 73, 75, 76, 77, 78), zebras(*range(81, 87))
    assert_only_the_writer_gets(room, "gaps", thought | said)
    assert_only_the_writer_gets(room, NEVER, zebras(74))  # taken back
    assert_only_the_writer_gets(room, "roles", {"Quagga-6", "Quagga-7"})  # roles, suggested to whoever types
    for phone in room.phones:
        for sent in (sent for sent in phone.sent if sent.stage == "roles"):
            unlisted = re.sub(r'<option value="[^"]*">', "", plain(sent.raw))
            assert not marks([unlisted]) - own_marks(phone)
    assert_only_the_writer_gets(room, "agreements", zebras(range(91, 97)))
    assert_only_the_writer_gets(room, NEVER, zebras(range(101, 104)))  # commitments
    between_hr_and_it = zebras(71, 72, 75, 76, 78, 81, 83, 84, 85, 91, 92, 93)
    sales = marks(plain(sent.raw) for sent in room.phones[3].sent)
    assert not sales & between_hr_and_it
    assert_only_the_writer_gets(room, NEVER, WARM_UP)
    assert_nobody_is_named(room)


def test_partners_tell_how_a_case_ended_to_who_has_answered_it(server: Server) -> None:
    room, told = play(server, PARTNERS), 0
    for phone in room.phones:
        for case in content_of(PARTNERS)["cases"]:
            sides = {f"case/{case['id']}/{number}": side for number, side in enumerate(case["sides"], 1)}
            for sent in phone.sent:
                text, open_sides = plain(sent.raw), sides.keys() - set(sent.answered)
                reasons = squashed(sides[item]["reason"] for item in open_sides)
                assert not [reason for reason in reasons if reason in text]
                ended = squashed([case["ending"]])[0] in text
                assert not (ended and open_sides)
                told += ended
    assert told, "nobody was ever told"
