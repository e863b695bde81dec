"""Why an iCalendar file is refused, with stable codes and texts in both languages."""

from shared_schemas.errors import Locale, RejectedError, Text


class MalformedCalendarError(RejectedError):
    """`problem` says why; if one line is at fault, so do `line`, `property`, `uid` and the start of its `value`."""

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
    """`found` is the count at which reading stopped."""

    code = "too_many_events"
    text = Text(
        "The calendar has more than {max} events until {until}: at least {found}",
        "В календаре больше {max} событий до {until}: не меньше {found}",
    )


class CalendarTooComplexError(RejectedError):
    """The repetition rules take too many steps: days, or hours and minutes for denser rules."""

    code = "calendar_too_complex"
    text = Text(
        "The repetitions of the calendar take more than {max} steps to follow: at least {found}",
        "Повторения календаря требуют больше {max} шагов: не меньше {found}",
    )
