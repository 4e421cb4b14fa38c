"""Where sessions, participants and responses are kept: SQLite by default, PostgreSQL by URL."""
