"""What went wrong where a file stops being YAML, for somebody who has never heard of YAML's grammar."""

import yaml

from kit.text import gettext as _

Explanation = tuple[int | None, str, str]
"""Line, what is wrong, how to fix it."""


def explain(error: Exception, lines: list[str]) -> Explanation:
    """The parser's error in plain words. ``lines`` are the file's. Understands both of PyYAML's parsers."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return None, _("the file can't be read as YAML."), _("Copy an exercise that works, and change it.")
    problem, context = error.problem or "", error.context or ""
    last = len(lines) - 1
    line = min(error.problem_mark.line, last)
    opened = min((error.context_mark or error.problem_mark).line, last)
    indent = lines[line][: len(lines[line]) - len(lines[line].lstrip())]
    if "\t" in indent:
        return line + 1, _("the line is indented with a tab."), _("Use spaces instead.")
    rest = lines[line][error.problem_mark.column :]
    if "cannot start any token" in problem:
        what = _("a text can't begin with '{character}'.").format(character=rest[:1])
        return line + 1, what, _("Put the text in quotes.")
    if "quoted scalar" in context:
        return opened + 1, *_bad_quotes(problem)
    if "',' or" in problem:
        what = _("a square or curly bracket opens here and isn't closed.")
        return opened + 1, what, _("Close it, or put a text that begins with a bracket in quotes.")
    if "expected ':'" in problem:
        what = _("this line is neither a key nor the rest of the text above.")
        return opened + 1, what, _("Put a colon after a key; begin the rest of a text with more spaces.")
    if "values are not allowed" in problem:
        what = _("a colon stands where none can be.")
        fix = _("Put a text with a colon in quotes; line a key up with the key above it.")
        return line + 1, what, fix
    if "alias" in context or "anchor" in context or "tag" in context + problem:
        what = _("a text can't begin with '*', '&' or '!'.")
        return line + 1, what, _("Put the text in quotes.")
    what = _("this line doesn't fit the lines above it.")
    fix = _("Line it up with the lines it belongs to, and put the whole of a text in quotes or none of it.")
    return line + 1, what, fix


def _bad_quotes(problem: str) -> tuple[str, str]:
    if "end of stream" in problem or "document" in problem:
        return _("a quotation mark opens here and isn't closed."), _("Close it at the end of the text.")
    what = _("a backslash has a meaning of its own in double quotes.")
    return what, _("Remove it, or use single quotes.")
