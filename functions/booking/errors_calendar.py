"""Why the calendar refuses: exceptions, closures, external calendars and feeds."""

from shared_schemas.errors import ConflictError, NotFoundError, RejectedError, Text, TooLargeError, UnavailableError


class DateOverrideNotFoundError(NotFoundError):
    code = "date_override_not_found"
    text = Text("There is no exception {override_id}", "Исключение {override_id} не найдено")


class ClosureNotFoundError(NotFoundError):
    code = "closure_not_found"
    text = Text("There is no closure {closure_id}", "Закрытие {closure_id} не найдено")


class ExternalCalendarNotFoundError(NotFoundError):
    code = "external_calendar_not_found"
    text = Text("There is no external calendar {calendar_id}", "Внешний календарь {calendar_id} не найден")


class CalendarFeedNotFoundError(NotFoundError):
    """Also the answer for a revoked address and for somebody else's, so that guessing teaches nothing."""

    code = "calendar_feed_not_found"
    text = Text("There is no such calendar", "Такого календаря нет")


class BookingsInTheWayError(ConflictError):
    """`bookings` lists the number, id, start and end of each."""

    code = "bookings_in_the_way"
    text = Text("Bookings stand in the way: {numbers}", "Мешают бронирования: {numbers}")


class VisitsInTheWayError(ConflictError):
    """A visit that has begun cannot be called off any more; `bookings` lists them."""

    code = "visits_in_the_way"
    text = Text("Visits that have begun stand in the way: {numbers}", "Мешают уже начавшиеся визиты: {numbers}")


class MalformedCalendarError(RejectedError):
    """`reason` is the parser's own, in English."""

    code = "malformed_calendar"
    text = Text("This is not a valid iCalendar file: {reason}", "Это не корректный файл iCalendar: {reason}")


class TooManyEventsError(RejectedError):
    code = "too_many_events"
    text = Text("The calendar has more than {max} events until {until}", "В календаре больше {max} событий до {until}")


class NoAddressError(RejectedError):
    code = "no_address"
    text = Text("The calendar has no address: send its file instead", "У календаря нет адреса: пришлите его файл")


class AddressRefusedError(RejectedError):
    """The address leads where an outsider must not make us go."""

    code = "address_refused"
    text = Text(
        "Only public http and https addresses are read, and {host} is none",
        "Читаются только публичные адреса http и https, а {host} — не такой",
    )


class CalendarTooLargeError(TooLargeError):
    code = "calendar_too_large"
    text = Text("The calendar has more than {max_bytes} bytes", "В календаре больше {max_bytes} байт")


class CalendarUnreachableError(UnavailableError):
    """No usable answer from the address: later there may be one."""

    code = "calendar_unreachable"
    text = Text("The calendar's address does not answer: {reason}", "Адрес календаря не отвечает: {reason}")
    retry_after = 60
