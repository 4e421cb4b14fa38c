"""Codes, names and sequence numbers: what people and browsers may hand in."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import ResponseError, SessionError
from kit.session import (
    CODE_LENGTH,
    CODE_LETTERS,
    MAX_SEQ,
    NAME_LENGTH,
    Names,
    clean_code,
    clean_name,
    clean_seq,
    new_code,
)

codes = st.text(CODE_LETTERS, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
separators = st.text(" -\t_.·/", max_size=3)


def test_codes_can_be_read_aloud() -> None:
    assert not set(CODE_LETTERS) & set("0O1I2Z5S8BAEU")
    assert len(CODE_LETTERS) ** CODE_LENGTH > 10**8
    made = {new_code() for _code in range(500)}
    assert len(made) == 500
    assert all(clean_code(code) == code for code in made)


@given(codes, st.lists(separators, min_size=CODE_LENGTH, max_size=CODE_LENGTH), st.booleans())
def test_a_code_is_the_same_however_it_is_typed(code: str, between: list[str], small: bool) -> None:
    typed = "".join(f"{gap}{letter}" for gap, letter in zip(between, code, strict=True))
    assert clean_code(typed.lower() if small else typed) == code


@given(st.text(max_size=200))
def test_anything_else_is_no_code_or_cleans_to_one(typed: str) -> None:
    try:
        code = clean_code(typed)
    except SessionError as error:
        assert typed[:20] in str(error)
        assert "six" in str(error) or str(CODE_LENGTH) in str(error)
    else:
        assert len(code) == CODE_LENGTH
        assert set(code) <= set(CODE_LETTERS)
        assert clean_code(code) == code


@pytest.mark.parametrize("typed", ["", "KX4R7", "KX4R7WW", "KX4R70", "ÄÖÜßéè", "🎉" * 6])
def test_what_is_no_code_is_quoted(typed: str) -> None:
    with pytest.raises(SessionError) as fault:
        clean_code(typed)
    assert str(fault.value) == (
        f"“{typed}” isn't a code of ours. It has 6 letters and digits, as on the big screen."
    )


@given(st.text(max_size=400), st.sampled_from([Names.OPTIONAL, Names.REQUIRED]))
def test_a_name_fits_on_one_line_and_cleaning_it_again_changes_nothing(typed: str, names: Names) -> None:
    try:
        name = clean_name(typed, names)
    except SessionError as error:
        assert names is Names.REQUIRED
        assert "Please type a name" in str(error)
        return
    assert len(name) <= NAME_LENGTH
    assert name == name.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name)
    assert clean_name(name, names) == name


@given(st.text(max_size=50))
def test_where_names_are_off_none_is_kept(typed: str) -> None:
    assert clean_name(typed, Names.OFF) == ""


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("José", "José"),
        ("李小龙", "李小龙"),
        ("Ada\nLovelace\x00", "Ada Lovelace"),
        ("\u202egnp.exe", "gnp.exe"),
        ("x" * 100, "x" * NAME_LENGTH),
        ("\u200b", ""),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("👩\u200d🚀", "👩\u200d🚀"),
        ("\u200b" * NAME_LENGTH + "x", ""),
    ],
)
def test_names_are_kept_as_people_write_them(typed: str, kept: str) -> None:
    assert clean_name(typed, Names.OPTIONAL) == kept


@given(st.integers(1, MAX_SEQ))
def test_a_whole_number_in_bounds_is_a_sequence_number(seq: int) -> None:
    assert clean_seq(seq) == seq


@given(
    st.one_of(
        st.integers(max_value=0),
        st.integers(min_value=MAX_SEQ + 1),
        st.floats(),
        st.text(max_size=100),
        st.booleans(),
        st.none(),
        st.lists(st.integers(), max_size=3),
    )
)
def test_nothing_else_is_a_sequence_number(seq: object) -> None:
    with pytest.raises(ResponseError) as fault:
        clean_seq(seq)
    assert repr(seq)[:40] in str(fault.value)
