"""What went wrong where a file stops being YAML, for somebody who has never heard of YAML's grammar."""

import re

import yaml

from kit.text import gettext as _

Explanation = tuple[int | None, str]
"""Line, and what is wrong with how to fix it."""

OPENED = "quoted scalar|(',' or|expected ':').* / [^'\"]?$"
"""PyYAML's words for what went wrong because of what began further up: that line helps, not the last one."""


class UnreadableError(Exception):
    """Reading can't go on. Its arguments are the Explanation."""


def explain(error: Exception, lines: list[str]) -> Explanation:
    """The error in plain words. ``lines`` are the file's. Understands both of PyYAML's parsers."""
    if isinstance(error, UnreadableError):
        return error.args
    if isinstance(error, UnicodeDecodeError):
        line = error.object[: error.start].count(b"\n") + 1
        return line, _("this line is not UTF-8 text. Save the file with the encoding UTF-8.")
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return None, _("the file can't be read as YAML. Copy an exercise that works, and change it.")
    said = f"{error.context or ''} / {error.problem or ''}"
    mark, opened = error.problem_mark, error.context_mark
    number = min(mark.line + 1, len(lines))
    line = lines[number - 1]
    if re.match(r" *\t", line):
        return number, _("the line is indented with a tab. Use spaces instead.")
    if re.search("expected", said):
        said += f" / {line[: mark.column].rstrip()[-1:]}"  # perhaps the mark that closed a text too early
    if opened and re.search(OPENED, said):
        number = min(opened.line + 1, len(lines))
    for at in (number, max(number - 1, 1)):
        if dash := re.match(" *([–—•·])", lines[at - 1]):
            text = _("the line begins with '{character}'. Begin an entry of a list with a plain hyphen, '-'.")
            return at, text.format(character=dash[1])
        if re.match(r" *-\w", lines[at - 1]):
            return at, _("an entry of a list begins here without a space. Put one after the hyphen.")
    if curly := re.search(r":[ ]+([“”„‘’«»])", line[: mark.column]):
        text = _("{character} doesn't put a text in quotes. Type straight marks, \" or ', around the text.")
        return number, text.format(character=curly[1])
    sentence = next(words for pattern, words in _sentences().items() if re.search(pattern, said))
    word = line[mark.column :].partition(" ")[0]
    return number, sentence.replace("{character}", word[:1]).replace("{word}", word)


def _sentences() -> dict[str, str]:
    """What we say by what PyYAML says (context / problem); the first that fits counts."""
    return {
        " / '$": _(
            "an apostrophe closes the text before “{word}”. "
            "Write it twice, as in 'it''s here', or put the text in double quotes."
        ),
        ' / "$': _(
            "a quotation mark closes the text before “{word}”. "
            "Put a backslash before each mark inside the text, or put the text in single quotes."
        ),
        "cannot start any token": _("a text can't begin with '{character}'. Put the text in quotes."),
        "quoted.* / .*(stream|document)": _("a quotation mark opens here. Close it at the end of the text."),
        "quoted": _(
            "a backslash has a meaning of its own in double quotes. Remove it, or use single quotes."
        ),
        "',' or": _("a bracket opens here and isn't closed. Close it, or put the text in quotes."),
        "expected ':'": _(
            "this line is neither a key nor the rest of the text above. "
            "Put a colon and a space after a key; begin the rest of a text with more spaces."
        ),
        "values are not allowed": _(
            "a colon stands where none can be. "
            "Put a text with a colon in quotes; line a key up with the key above it."
        ),
        "(alias|anchor).* / |tag": _("a text can't begin with '*', '&' or '!'. Put the text in quotes."),
        "": _(
            "this line doesn't fit the lines above it. Line it up with the lines it belongs to, "
            "and put the whole of a text in quotes or none of it."
        ),
    }
