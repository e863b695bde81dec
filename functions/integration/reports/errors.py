"""Errors of reports."""

from shared_schemas.errors import Text, UnavailableError


class HallsUnavailableError(UnavailableError):
    code = "halls_unavailable"
    text = Text(
        "Opening hours are not available right now; try again shortly",
        "Сервис бронирования не сообщает часы работы залов; повторите запрос чуть позже",
    )
