"""Why the calendar refuses: exceptions, closures, external calendars and feeds."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text, TooLargeError, UnavailableError


class ClosureNotFoundError(NotFoundError):
    code = "closure_not_found"
    text = Text("There is no closure {closure_id}", "Закрытие {closure_id} не найдено")


class ExternalCalendarNotFoundError(NotFoundError):
    code = "external_calendar_not_found"
    text = Text("There is no external calendar {calendar_id}", "Внешний календарь {calendar_id} не найден")


class BookingsInTheWayError(ConflictError):
    """`bookings` lists the number, id, start and end of each."""

    code = "bookings_in_the_way"
    text = Text("These bookings are in the way: {numbers}", "Мешают бронирования: {numbers}")


class VisitsInTheWayError(ConflictError):
    """A visit that has begun cannot be cancelled any more; `bookings` lists them."""

    code = "visits_in_the_way"
    text = Text(
        "These visits have already begun and cannot be cancelled: {numbers}", "Мешают уже начавшиеся визиты: {numbers}"
    )


class NoAddressError(RejectedError):
    code = "no_address"
    text = Text("The calendar has no address: send its file instead", "У календаря нет адреса: пришлите его файл")


class AddressRefusedError(RejectedError):
    """The address leads where an outsider must not make us go."""

    code = "address_refused"
    text = Text(
        "Only public http and https addresses can be read, and {host} is not one",
        "Читаются только публичные адреса http и https, а {host} — не такой",
    )


class CalendarTooLargeError(TooLargeError):
    code = "calendar_too_large"
    text = Text(
        "The calendar has more than {max_bytes} bytes: at least {found}",
        "В календаре больше {max_bytes} байт: не меньше {found}",
    )


class CalendarUnreachableError(UnavailableError):
    """No usable answer from the address: later there may be one."""

    code = "calendar_unreachable"
    text = Text("The calendar's address is not responding: {reason}", "Адрес календаря не отвечает: {reason}")
    retry_after = 60
