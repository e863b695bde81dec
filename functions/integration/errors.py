"""Why the integration service refuses, with stable codes and texts in both languages."""

from shared_schemas.errors import NotFoundError, Text, UnavailableError


class EventNotFoundError(NotFoundError):
    code = "event_not_found"
    text = Text("There is no event {event_id} in the log", "События {event_id} в журнале нет")


class TraceNotFoundError(NotFoundError):
    code = "trace_not_found"
    text = Text("There are no events of {correlation_id} in the log", "Событий с {correlation_id} в журнале нет")


class BrokerUnavailableError(UnavailableError):
    code = "broker_unavailable"
    text = Text("The broker does not answer", "Брокер не отвечает")


class ConfirmationRefusedError(Exception):
    """Booking will not confirm, now or later; `code` is the stable code of its refusal."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
