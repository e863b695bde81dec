"""Why the calendar refuses: exceptions, closures, external calendars and feeds."""

from shared_schemas.errors import (
    ConflictError,
    Locale,
    NotFoundError,
    RejectedError,
    Text,
    TooLargeError,
    UnavailableError,
)


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
    """`problem` says why; where one line is to blame, `line`, `property`, `uid` and the start of its `value`, too."""

    code = "malformed_calendar"
    text = Text("This is not a valid iCalendar file: {reason}", "Это не корректный файл iCalendar: {reason}")

    def __init__(self, problem: Text, **where: object) -> None:
        self.problem = problem
        self.where = {name: value for name, value in where.items() if value is not None}
        super().__init__(**self.where, reason=self._reason("en"))

    def message(self, locale: Locale = "en") -> str:
        return self.text.render(locale, {"reason": self._reason(locale)})

    def _reason(self, locale: Locale) -> str:
        parts = [AT[name].render(locale, {name: value}) for name, value in self.where.items()]
        return ", ".join([*parts, self.problem.render(locale, {})])


AT = {
    "line": Text("line {line}", "строка {line}"),
    "property": Text("{property}", "{property}"),
    "uid": Text("UID {uid}", "UID {uid}"),
    "value": Text("“{value}”", "«{value}»"),
}
"""How a line of a calendar is named."""


class TooManyEventsError(RejectedError):
    """`found` is where the count was given up."""

    code = "too_many_events"
    text = Text(
        "The calendar has more than {max} events until {until}: at least {found}",
        "В календаре больше {max} событий до {until}: не меньше {found}",
    )


class CalendarTooComplexError(RejectedError):
    """Rules that would have to be followed for too long; steps are days, or hours and minutes of denser rules."""

    code = "calendar_too_complex"
    text = Text(
        "The repetitions of the calendar take more than {max} steps to follow: at least {found}",
        "Повторения календаря требуют больше {max} шагов: не меньше {found}",
    )


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
    text = Text(
        "The calendar has more than {max_bytes} bytes: at least {found}",
        "В календаре больше {max_bytes} байт: не меньше {found}",
    )


class CalendarUnreachableError(UnavailableError):
    """No usable answer from the address: later there may be one."""

    code = "calendar_unreachable"
    text = Text("The calendar's address does not answer: {reason}", "Адрес календаря не отвечает: {reason}")
    retry_after = 60
