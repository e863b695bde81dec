"""Errors that end a start with one clear line instead of a traceback."""


class LocalError(Exception):
    """A fault the person at the terminal can act on; its message is the whole report."""


class TemplateError(LocalError):
    """The template says something this runtime cannot run; the message names the resource."""


class PortTakenError(LocalError):
    """A component's port is in use by another program."""


class ChildDiedError(LocalError):
    """A supervised program ended by itself; the message holds the tail of its log."""


class AlreadyRunningError(LocalError):
    """Another instance holds the same state directory."""
