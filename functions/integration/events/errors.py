"""What the event log does not have."""

from shared_schemas.errors import NotFoundError, Text


class EventNotFoundError(NotFoundError):
    code = "event_not_found"
    text = Text("There is no event {event_id} in the log", "События {event_id} в журнале нет")


class TraceNotFoundError(NotFoundError):
    code = "trace_not_found"
    text = Text("There are no events of {correlation_id} in the log", "Событий с {correlation_id} в журнале нет")
