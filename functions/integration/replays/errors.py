"""Why replays are refused."""

from shared_schemas.errors import NotFoundError, Text


class ReplayNotFoundError(NotFoundError):
    code = "replay_not_found"
    text = Text("There is no replay {replay_id}", "Повтора {replay_id} нет")


class NotTakenError(Exception):
    """The broker did not take some of the events; the message says which, and why."""
