"""The kit's exceptions, all from one base. This module imports nothing of the kit."""


class KitError(Exception):
    """Base of every error that the kit raises on purpose. Its text says what, where and how to fix."""


class SettingsError(KitError):
    """A setting in the environment has a value that can't be used."""


class ContentError(KitError):
    """An exercise file can't be used as it stands."""


class CoachError(KitError):
    """The coach doesn't know the recipe, or a recipe can't be used as it stands."""


class ResponseError(KitError):
    """A participant's response can't be taken: unknown item, value out of bounds, round not open."""


class SequenceError(ResponseError):
    """The number of a change was used for another value. The same change with a higher number is welcome."""


class SessionError(KitError):
    """A session can't do what was asked: unknown code, closed, name refused, no such stage."""


class StoreError(KitError):
    """The database can't be opened, migrated, read or written."""


class ExportError(KitError):
    """Results can't be written, or a file can't be brought back in."""
