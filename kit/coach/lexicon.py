"""The word lists of `lexicon.toml`, read once. What a list is for stands beside it in the file."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def lexicon() -> dict[str, dict[str, Any]]:
    """The tables of the file by name; the first call reads it, later ones don't."""
    return tomllib.loads(resources.files(__package__).joinpath("lexicon.toml").read_text("utf-8"))


def word_list(name: str) -> frozenset[str]:
    """One of the lists of single words."""
    return frozenset(lexicon()["words"][name].split())
