"""What went wrong where a file stops being YAML, for somebody who has never heard of YAML's grammar."""

import re

import yaml

from kit.text import gettext as _

Explanation = tuple[int | None, str, str]
"""Line, what is wrong, how to fix it."""

OPENED = "quoted scalar|',' or|expected ':'"
"""PyYAML's words for what went wrong because of what began further up: that line helps, not the last one."""


class UnreadableError(Exception):
    """Reading can't go on. Its arguments are the Explanation."""


def explain(error: Exception, lines: list[str]) -> Explanation:
    """The error in plain words. ``lines`` are the file's. Understands both of PyYAML's parsers."""
    if isinstance(error, UnreadableError):
        return error.args
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return None, _("the file can't be read as YAML."), _("Copy an exercise that works, and change it.")
    said = f"{error.context or ''} / {error.problem or ''}"
    mark, opened = error.problem_mark, error.context_mark
    number = min(mark.line + 1, len(lines))
    line = lines[number - 1]
    if re.match(r" *\t", line):
        return number, _("the line is indented with a tab."), _("Use spaces instead.")
    if opened and re.search(OPENED, said):
        number = min(opened.line + 1, len(lines))
    return number, *_words(said, line[mark.column :][:1])


def _words(said: str, character: str) -> tuple[str, str]:
    """What is wrong and how to fix it, when the parser said that, before that character."""
    if "cannot start any token" in said:
        what = _("a text can't begin with '{character}'.").format(character=character)
        return what, _("Put the text in quotes.")
    if re.search("quoted scalar.* / .*(end of stream|document)", said):
        return _("a quotation mark opens here and isn't closed."), _("Close it at the end of the text.")
    if "quoted scalar" in said:
        what = _("a backslash has a meaning of its own in double quotes.")
        return what, _("Remove it, or use single quotes.")
    if "',' or" in said:
        what = _("a square or curly bracket opens here and isn't closed.")
        return what, _("Close it, or put a text that begins with a bracket in quotes.")
    if "expected ':'" in said:
        what = _("this line is neither a key nor the rest of the text above.")
        return what, _("Put a colon after a key; begin the rest of a text with more spaces.")
    if "values are not allowed" in said:
        fix = _("Put a text with a colon in quotes; line a key up with the key above it.")
        return _("a colon stands where none can be."), fix
    if "another document" in said:
        what = _("a second document begins with '---'.")
        return what, _("Put each exercise into a file of its own.")
    if re.search("(alias|anchor).* / |tag", said):
        return _("a text can't begin with '*', '&' or '!'."), _("Put the text in quotes.")
    fix = _("Line it up with the lines it belongs to, and put the whole of a text in quotes or none of it.")
    return _("this line doesn't fit the lines above it."), fix
