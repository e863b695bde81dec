"""Repetitions in a hall's local wall time: a closure at 10:00 stays at 10:00 when summer time begins."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from booking.time.ranges import TimeRange
from shared_schemas.calendar import Recurrence
from shared_schemas.errors import RuleViolationError, Text, Violation

MAX_OCCURRENCES = 366
MAX_DAYS = 5 * 366
"""How far from its start a repetition may reach."""
ENDINGS = ("COUNT", "UNTIL")

LocalStarts = Callable[[str, datetime, datetime], Iterator[datetime]]
"""The starts of an RRULE without an end, from a first local time up to a last one, all without a zone."""


OFF_THE_RULE = Text(
    "The rule does not include its own start, {start}; start with an occurrence, the first of which is {first}",
    "Правило не включает само начало, {start}; начните с повторения, первое из которых {first}",
)
NO_SUCH_OCCURRENCE = Text("Nothing starts at {exception}", "В {exception} ничего не начинается")
REPEATED_EXCEPTION = Text("{exception} is listed twice", "{exception} указано дважды")


@dataclass(frozen=True)
class Repeated:
    """A slot that is repeated in a zone's local time; `field` is what the request calls its start."""

    slot: TimeRange
    zone: ZoneInfo
    field: str = "start"


def occurrences(
    slot: TimeRange, recurrence: Recurrence | None, zone: ZoneInfo, local_starts: LocalStarts
) -> list[TimeRange]:
    """Every occurrence of one slot, as `all_occurrences` finds them."""
    return all_occurrences([Repeated(slot, zone)], recurrence, local_starts)[0]


def all_occurrences(
    wanted: Sequence[Repeated], recurrence: Recurrence | None, local_starts: LocalStarts
) -> list[list[TimeRange]]:
    """Every occurrence of each slot in UTC, in order.

    `RuleViolationError` if a slot has none or too many, where the rule leaves a slot's own start out, and where an
    exception is the start of nothing: what is passed over would be booked, or not booked, without a word."""
    if recurrence is None:
        return [[one.slot.utc()] for one in wanted]
    found = [list(_occurrences(one, recurrence, local_starts)) for one in wanted]
    if broken := list(_wrong_exceptions(recurrence, {span.start for spans in found for span in spans})):
        raise RuleViolationError(broken)
    exceptions = set(recurrence.exceptions)
    # What lies entirely in the hour skipped by DST takes no time.
    kept = [[span for span in spans if span.start < span.end and span.start not in exceptions] for spans in found]
    if not all(kept):
        raise _refusal(
            "no_occurrences", "The rule yields no occurrences", "По этому правилу не остаётся ни одного повторения"
        )
    return kept


def _occurrences(one: Repeated, recurrence: Recurrence, local_starts: LocalStarts) -> Iterator[TimeRange]:
    """Exceptions included."""
    zone = one.zone
    begins, ends = one.slot.start.astimezone(zone), one.slot.end.astimezone(zone)
    length = ends.replace(tzinfo=None) - begins.replace(tzinfo=None)
    starts = _starts(recurrence, begins, local_starts)
    if starts and starts[0] != begins.replace(tzinfo=None):
        params: dict[str, object] = {"start": f"{begins:%Y-%m-%d %H:%M}", "first": f"{starts[0]:%Y-%m-%d %H:%M}"}
        fields = (one.field, "recurrence.rule")
        raise RuleViolationError([Violation(field, "start_not_in_rule", OFF_THE_RULE, params) for field in fields])
    for start in starts:
        # Which of the two 02:30 of an autumn night is meant is what the first one says.
        yield TimeRange(_instant(start, begins.fold, zone), _instant(start + length, ends.fold, zone))


def _wrong_exceptions(recurrence: Recurrence, starts: Iterable[datetime]) -> Iterator[Violation]:
    left = set(starts)
    seen: set[datetime] = set()
    for place, exception in enumerate(recurrence.exceptions):
        field, params = f"recurrence.exceptions.{place}", {"exception": exception.isoformat()}
        if exception in seen:
            yield Violation(field, "repeated_exception", REPEATED_EXCEPTION, dict(params))
        elif exception not in left:
            yield Violation(field, "no_such_occurrence", NO_SUCH_OCCURRENCE, dict(params))
        seen.add(exception)


def _starts(recurrence: Recurrence, begins: datetime, local_starts: LocalStarts) -> list[datetime]:
    """Local starts, exceptions included."""
    rule, count, until = _parts(recurrence, begins)
    first = begins.replace(tzinfo=None)
    last = first + timedelta(days=MAX_DAYS)
    most = MAX_OCCURRENCES + 1 if count is None else min(count, MAX_OCCURRENCES + 1)
    found = list(islice(local_starts(rule, first, min(until or last, last)), most))
    if len(found) > MAX_OCCURRENCES:
        raise _refusal(
            "too_many_occurrences",
            "The rule may yield at most {max} occurrences",
            "Правило может давать не больше {max} повторений",
            max=MAX_OCCURRENCES,
        )
    if (until or first) > last or (until is None and len(found) < most):
        raise _refusal(
            "recurrence_too_long",
            "The repetition must end within {days} days of its start",
            "Повторение должно закончиться не позже чем через {days} дней после начала",
            days=MAX_DAYS,
        )
    return found


def _parts(recurrence: Recurrence, begins: datetime) -> tuple[str, int | None, datetime | None]:
    """The rule without its end, its count, and its last local moment, which may be written as local, UTC or a date."""
    parts = dict(part.partition("=")[::2] for part in recurrence.rule.upper().split(";"))
    rule = ";".join(f"{name}={value}" for name, value in parts.items() if name not in ENDINGS)
    try:
        count = int(parts["COUNT"]) if "COUNT" in parts else None
        until = _until(parts["UNTIL"], begins) if "UNTIL" in parts else None
        # An interval of nothing would never get anywhere.
        sensible = int(parts.get("INTERVAL", "1")) > 0 and (count is None or count > 0) and rule.isprintable()
    except ValueError:
        sensible = False
    if not sensible:
        raise _refusal(
            "invalid_recurrence",
            "The repetition must be a rule of iCalendar (RRULE of RFC 5545)",
            "Повторение должно быть правилом iCalendar (RRULE из RFC 5545)",
        )
    return rule, count, until


def _until(text: str, begins: datetime) -> datetime:
    """The last local moment of the rule; a date includes its whole day."""
    if len(text) == len("20261231"):
        return datetime.strptime(text, "%Y%m%d") + timedelta(days=1, microseconds=-1)  # noqa: DTZ007 - local by intent
    moment = datetime.strptime(text.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 - the zone follows
    if text.endswith("Z"):
        moment = moment.replace(tzinfo=UTC).astimezone(begins.tzinfo).replace(tzinfo=None)
    return moment


def _instant(local: datetime, fold: int, zone: ZoneInfo) -> datetime:
    return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)


def _refusal(code: str, en: str, ru: str, **params: object) -> RuleViolationError:
    return RuleViolationError([Violation("recurrence.rule", code, Text(en, ru), params)])
