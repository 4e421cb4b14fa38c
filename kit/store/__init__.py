"""Where sessions, participants and responses are kept: SQLite by default, PostgreSQL by URL."""

from kit.store.rows import Revision
from kit.store.store import Store

__all__ = ["Revision", "Store"]
