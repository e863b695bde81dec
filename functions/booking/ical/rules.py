"""Repetition rules of calendars (RFC 5545 §3.3.10) as written, expanded no further than asked."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice
from typing import Any, get_args

from booking.ical.days import DAY, SECONDS, Frequency, Pattern
from booking.ical.errors import CalendarTooComplexError
from booking.ical.values import moved, written

FREQUENCIES = frozenset(get_args(Frequency))
WEEKDAYS = {name: number for number, name in enumerate(("MO", "TU", "WE", "TH", "FR", "SA", "SU"))}
# The field of a pattern for each part, and the largest number in it; negative numbers count from the end.
NUMBERS = {
    "BYSECOND": ("seconds", 60),
    "BYMINUTE": ("minutes", 59),
    "BYHOUR": ("hours", 23),
    "BYMONTHDAY": ("month_days", 31),
    "BYYEARDAY": ("year_days", 366),
    "BYWEEKNO": ("week_numbers", 53),
    "BYMONTH": ("months", 12),
    "BYSETPOS": ("positions", 366),
}
TIMES = frozenset({"BYSECOND", "BYMINUTE", "BYHOUR"})
DAYS = frozenset({"month_days", "year_days", "week_numbers", "weekdays"})
MAX_INTERVAL = 10**9
FAR = timedelta(hours=20)
"""More than any zone is away from UTC."""
IsBefore = Callable[[datetime], bool]


class Effort:
    """Counts the steps of all rules, so that no file keeps us busy for hours."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._spent = 0

    def spend(self, steps: int) -> None:
        self._spent += steps
        if self._spent > self._most:
            raise CalendarTooComplexError(max=self._most, found=self._spent)


@dataclass(frozen=True)
class Until:
    """The last moment of a rule as written: local, in UTC, or a day (inclusive)."""

    moment: datetime
    is_day: bool
    is_utc: bool

    def latest(self) -> datetime:
        """The latest possible local start of the rule."""
        if self.is_day:
            return moved(self.moment, DAY - timedelta(microseconds=1))
        return moved(self.moment, FAR) if self.is_utc else self.moment


@dataclass(frozen=True)
class Rule:
    """An RRULE with its start; a `plain` one has a frequency only."""

    pattern: Pattern
    count: int | None
    until: Until | None
    plain: bool

    def starts(self, since: datetime, last: datetime, effort: Effort) -> Iterator[datetime]:
        """Local starts from `since` to `last`; with an UNTIL in UTC they may run some hours too far."""
        if self.until:
            last = min(last, self.until.latest())
        if last < max(self.pattern.first, since):
            return iter(())
        if self.count is None:
            effort.spend(self.pattern.steps(since, last))
            return self.pattern.starts(since, last)
        begin, count = self._forward(since)
        if count < 1:
            return iter(())
        effort.spend(self.pattern.steps(begin, last))
        return (start for start in islice(self.pattern.starts(begin, last), count) if start >= since)

    def has_start(self) -> bool:
        """Whether the rule includes its own start."""
        return any(self.pattern.starts(self.pattern.first, self.pattern.first))

    def _forward(self, since: datetime) -> tuple[datetime, int]:
        """Where to begin, and how many occurrences are left there. Only rules with fixed steps can skip ahead."""
        first, count = self.pattern.first, self.count or 0
        days = {"DAILY": 1, "WEEKLY": 7}.get(self.pattern.frequency)
        seconds = days * 86_400 if days else SECONDS.get(self.pattern.frequency)
        if not self.plain or seconds is None or since <= first:
            return first, count
        step = timedelta(seconds=seconds * self.pattern.interval)
        turns = (since - first) // step
        return first + step * turns, count - turns


@dataclass(frozen=True)
class Parsed:
    """A parsed RRULE (two if it has both COUNT and UNTIL), and its unknown parts."""

    rules: list[Rule]
    ignored: list[str]


def parsed(text: str, first: datetime) -> Parsed | None:
    """The rule with a local start; None if it cannot be parsed."""
    pairs = [part.partition("=") for part in text.upper().replace(" ", "").split(";") if part]
    parts = {name: value.strip(",") for name, _, value in pairs if value.strip(",")}
    try:
        frequency, interval = parts.pop("FREQ"), min(int(parts.pop("INTERVAL", "1")[:12]), MAX_INTERVAL)
        count = int(parts.pop("COUNT")[:12]) if "COUNT" in parts else None
        until = _until(parts.pop("UNTIL")) if "UNTIL" in parts else None
        gregorian = parts.pop("RSCALE", "GREGORIAN") == "GREGORIAN"
        by, ignored = _by(parts)
    except (ValueError, KeyError):
        return None
    if frequency not in FREQUENCIES or interval < 1 or (count is not None and count < 1) or not gregorian:
        return None
    plain = not by.keys() - {"week_start"}
    _spelled_out(by, frequency, first)
    pattern = Pattern(frequency, first, interval, **by)  # type: ignore[arg-type]
    ends = [(count, until)] if count is None or until is None else [(count, None), (None, until)]
    return Parsed([Rule(pattern, number, end, plain) for number, end in ends], ignored)


def _by(parts: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    by: dict[str, Any] = {}
    ignored = []
    for name, value in parts.items():
        if name in NUMBERS:
            numbers = {_number(name, text) for text in set(value.split(",")) if text}
            by[NUMBERS[name][0]] = sorted(numbers) if name in TIMES else frozenset(numbers)
        elif name == "BYDAY":
            by["weekdays"] = frozenset(_weekday(text) for text in set(value.split(",")) if text)
        elif name == "WKST":
            by["week_start"] = WEEKDAYS[value]
        else:
            ignored.append(f"{name}={value}"[:40])
    return by, ignored


def _number(name: str, text: str) -> int:
    number, most = int(text[:6]), NUMBERS[name][1]
    if abs(number) > most or (name in TIMES and number < 0) or (name not in TIMES and number == 0):
        raise ValueError
    return min(number, 59) if name == "BYSECOND" else number


def _weekday(text: str) -> tuple[int, int]:
    place = int(text[:-2]) if text[:-2] else 0
    if abs(place) > 53 or (place == 0 and len(text) > 2):
        raise ValueError
    return place, WEEKDAYS[text[-2:]]


def _until(text: str) -> Until:
    found = written(text)
    if found is None:
        raise ValueError
    local, is_day, shift = found
    return Until(local if shift is None else moved(local, -shift), is_day, shift is not None)


def _spelled_out(by: dict[str, Any], frequency: str, first: datetime) -> None:
    """Fills in what a rule inherits from its start."""
    if not by.keys() & DAYS:
        if frequency == "YEARLY":
            by.setdefault("months", frozenset({first.month}))
        if frequency in ("YEARLY", "MONTHLY"):
            by["month_days"] = frozenset({first.day})
        elif frequency == "WEEKLY":
            by["weekdays"] = frozenset({(0, first.weekday())})
    elif "week_numbers" in by and not by.keys() & (DAYS - {"week_numbers"}):
        by["weekdays"] = frozenset({(0, first.weekday())})
    if "weekdays" in by and (frequency not in ("MONTHLY", "YEARLY") or "week_numbers" in by):
        # Places exist in months and years only.
        by["weekdays"] = frozenset((0, weekday) for _, weekday in by["weekdays"])
    if frequency in SECONDS:
        if frequency == "HOURLY":
            by.setdefault("minutes", [first.minute])
        if frequency != "SECONDLY":
            by.setdefault("seconds", [first.second])
        return
    hours, minutes = by.get("hours", [first.hour]), by.get("minutes", [first.minute])
    seconds = by.get("seconds", [first.second])
    by["times"] = tuple(time(hour, minute, second) for hour in hours for minute in minutes for second in seconds)
