"""Why there is no report just now."""

from shared_schemas.errors import Text, UnavailableError


class HallsUnavailableError(UnavailableError):
    code = "halls_unavailable"
    text = Text(
        "The booking service does not say when halls are open; try again shortly",
        "Сервис бронирования не сообщает часы работы залов; повторите запрос чуть позже",
    )
