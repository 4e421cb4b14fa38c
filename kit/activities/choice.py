"""Choosing one of what there is."""

from collections.abc import Collection

from kit.errors import ResponseError
from kit.text import gettext as _


def one_of(value: str, known: Collection[str]) -> str:
    """The value itself.

    Raises:
        ResponseError: It isn't among the known.
    """
    if value not in known:
        text = _("“{value}” can't be chosen here. Use one of: {known}.")
        raise ResponseError(text.format(value=value[:60], known=", ".join(known)))
    return value
