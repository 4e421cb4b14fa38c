"""The workshop kit: live exercises on customer service, practised alone, and their results.

In a notebook: ``kit.facilitate("cx-vs-service")``, ``kit.practise("cx-vs-service")``, ``kit.results()``.
"""

from typing import Any

__all__ = ["choose_session", "facilitate", "practise", "results", "start_page"]

_HOMES = {
    "choose_session": "kit.widgets.choose",
    "facilitate": "kit.widgets.console",
    "practise": "kit.widgets.practise",
    "results": "kit.widgets.choose",
    "start_page": "kit.widgets.choose",
}


def __getattr__(name: str) -> Any:
    """Import what a notebook asks for when it asks: the server and the command line need no widgets."""
    if name not in _HOMES:
        raise AttributeError(f"module 'kit' has no {name!r}. It offers: {', '.join(__all__)}.")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
