"""Local time as contracts write it: zones, the 15-minute grid, opening hours, repetitions."""

from collections.abc import Sequence
from datetime import time
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from shared_schemas.common import Contract, Instant
from shared_schemas.errors import Text
from shared_schemas.texts import Line
from shared_schemas.validation import refuse

Weekday = Annotated[int, Field(ge=1, le=7, description="ISO weekday: 1 is Monday, 7 is Sunday")]
STEP_MINUTES: Literal[15] = 15
MAX_RULE_LENGTH = 500
# Those of RFC 5545; python-dateutil reads more, such as BYEASTER.
RULE_PARTS = frozenset(
    {
        "FREQ",
        "INTERVAL",
        "COUNT",
        "UNTIL",
        "WKST",
        "BYMONTH",
        "BYWEEKNO",
        "BYYEARDAY",
        "BYMONTHDAY",
        "BYDAY",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
        "BYSETPOS",
    }
)
WEEKLY_EXAMPLE = "FREQ=WEEKLY;BYDAY=TU;COUNT=8"


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ValueError, LookupError, OSError):
        raise refuse(
            "unknown_time_zone",
            Text("An IANA time zone is needed, such as {example}", "Нужен часовой пояс IANA, например {example}"),
            example="Europe/Moscow",
        ) from None


def _on_grid(value: time) -> time:
    if value.minute % STEP_MINUTES or value.second or value.microsecond or value.tzinfo:
        raise refuse(
            "off_grid",
            Text(
                "Local time in steps of {step} minutes is needed",
                "Нужно местное время, кратное {step} минутам",
            ),
            step=STEP_MINUTES,
        )
    return value


def _end_of_day(value: Any) -> Any:
    """24:00 is the same moment as the next day's 00:00, by which we write it."""
    return "00:00" if value in ("24:00", "24:00:00") else value


def _repetition(rule: str) -> str:
    text = Text(
        "The repetition must be an RRULE of RFC 5545 of days, weeks, months or years with COUNT or UNTIL, such as"
        " {example}",
        "Повторение должно быть правилом RRULE (RFC 5545) по дням, неделям, месяцам или годам с COUNT или UNTIL, "
        "например {example}",
    )
    error = refuse("invalid_recurrence", text, example=WEEKLY_EXAMPLE)
    named = [part.partition("=")[::2] for part in rule.upper().split(";")]
    parts = dict(named)
    if len(parts) < len(named):
        # With two counts it is unclear which one is meant.
        raise error
    if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"} or not {"COUNT", "UNTIL"} & parts.keys():
        raise error
    if not parts.keys() <= RULE_PARTS:
        raise error
    try:
        rrulestr(rule)
    except (ValueError, TypeError, KeyError, AttributeError):
        raise error from None
    return rule


ZoneName = Annotated[str, Line(64, 1), Field(examples=["Europe/Moscow"]), AfterValidator(_known_zone)]
# JSON Schema's own format `time` demands an offset, which a hall's local time has not.
LOCAL_TIME = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):(00|15|30|45)(:00)?$", "examples": ["09:00:00"]}
CLOSING_TIME = LOCAL_TIME | {"pattern": "^(([01][0-9]|2[0-3]):(00|15|30|45)|24:00)(:00)?$", "examples": ["22:00:00"]}
GridTime = Annotated[time, AfterValidator(_on_grid), WithJsonSchema(LOCAL_TIME)]
ClosingTime = Annotated[time, AfterValidator(_on_grid), BeforeValidator(_end_of_day), WithJsonSchema(CLOSING_TIME)]
RecurrenceRule = Annotated[str, Line(MAX_RULE_LENGTH, 1), Field(examples=[WEEKLY_EXAMPLE]), AfterValidator(_repetition)]


class Interval(Contract):
    """Hours of one day, in local time; `closes` not after `opens` means the next day, 24:00 the end of the day."""

    opens: GridTime
    closes: ClosingTime


class OpeningHours(Interval):
    """When a hall opens on one weekday, in its local time."""

    weekday: Weekday


class Recurrence(Contract):
    """A repetition in the hall's local time (RFC 5545); `exceptions` are starts that are left out."""

    rule: RecurrenceRule
    exceptions: Sequence[Instant] = Field(default=(), max_length=366)


class Span(Contract):
    """A stretch of time; `end` exclusive."""

    start: Instant
    end: Instant
