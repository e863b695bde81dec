"""The days and times of a repetition rule (RFC 5545 §3.3.10); the work is linear in the days looked at.

python-dateutil searches for a rule's next start up to the year 9999, whatever end it is given, which takes seconds
for a rule that never matches. Otherwise the starts are the same; a test compares them."""

from calendar import isleap, monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Literal

from booking.ical.values import moved

DAY = timedelta(days=1)
Frequency = Literal["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY"]
SECONDS: Mapping[str, int] = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
Start = tuple[int, datetime]
"""A start, and the number of the period that it lies in."""


@dataclass(frozen=True)
class Pattern:
    """A rule without its end. `weekdays` are (place, weekday): 0 is Monday, and place 0 means every one."""

    frequency: Frequency
    first: datetime
    interval: int = 1
    week_start: int = 0
    months: frozenset[int] = frozenset()
    week_numbers: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    hours: Sequence[int] = ()
    minutes: Sequence[int] = ()
    seconds: Sequence[int] = ()
    positions: frozenset[int] = frozenset()
    times: Sequence[time] = field(default=())

    def starts(self, since: datetime, last: datetime) -> Iterator[datetime]:
        """In order, from `since` or the rule's own start, whichever is later, up to `last`."""
        since = max(since, self.first)
        found = self._on_days(since, last)
        chosen = self._chosen(found) if self.positions else (start for _, start in found)
        for start in chosen:
            if start > last:
                return
            if start >= since:
                yield start

    def steps(self, since: datetime, last: datetime) -> int:
        """Roughly how many days, or times of day, `starts` looks at."""
        days = max((last - max(since, self.first)).days, 0) + 31
        inner = max(len(self.times), 1) * max(len(self.minutes), 1) * max(len(self.seconds), 1)
        if self.frequency in SECONDS:
            return days * (86_400 // SECONDS[self.frequency] // self.interval + 1) * inner
        months = len(self.months) or 12
        share = 1 if self.frequency in ("WEEKLY", "DAILY") else min(self.interval, 1000)
        return days * months // 12 // share * max(len(self.times), 1) + 10

    def _chosen(self, found: Iterator[Start]) -> Iterator[datetime]:
        for _, group in groupby(found, key=lambda one: one[0]):
            starts = [start for _, start in group]
            places = {place - 1 if place > 0 else len(starts) + place for place in self.positions}
            yield from (starts[place] for place in sorted(places) if 0 <= place < len(starts))

    def _on_days(self, since: datetime, last: datetime) -> Iterator[Start]:
        for number, day in self._days(since.date(), last.date()):
            if self.frequency in SECONDS:
                yield from self._within(day)
            else:
                yield from ((number, datetime.combine(day, at)) for at in self.times)

    def _days(self, since: date, last: date) -> Iterator[tuple[int, date]]:
        """Matching days, each with its period; whole periods if the rule asks for places in them."""
        first, until = since.toordinal() - 7, last.toordinal() + 7
        if self.positions and self.frequency == "YEARLY":
            first, until = date(since.year, 1, 1).toordinal(), date(last.year, 12, 31).toordinal()
        elif self.positions and self.frequency == "MONTHLY":
            first = since.replace(day=1).toordinal()
        first, until = max(first, 1), min(until, date.max.toordinal())
        month = date.fromordinal(first).replace(day=1)
        while month.toordinal() <= until:
            if self._has_month(month):
                yield from self._of_month(month, first)
            if (month.year, month.month) == (9999, 12):
                return
            month = _next_month(month)

    def _has_month(self, month: date) -> bool:
        if self.months and month.month not in self.months:
            return False
        if self.frequency == "YEARLY":
            return (month.year - self.first.year) % self.interval == 0
        if self.frequency == "MONTHLY":
            return _months(month, self.first) % self.interval == 0
        return True

    def _of_month(self, month: date, first: int) -> Iterator[tuple[int, date]]:
        length = monthrange(month.year, month.month)[1]
        days: Sequence[int] = range(1, length + 1)
        if self.month_days:
            named = {day if day > 0 else length + 1 + day for day in self.month_days}
            days = sorted(named.intersection(days))
        for number in days:
            day = month.replace(day=number)
            period = self._period(day)
            if period is not None and day.toordinal() >= first and self._fits(day, length):
                yield period, day

    def _period(self, day: date) -> int | None:
        """The number of a day's period, or None if the interval skips it."""
        if self.frequency == "YEARLY":
            return day.year
        if self.frequency == "MONTHLY":
            return _months(day, self.first)
        if self.frequency == "WEEKLY":
            weeks = (_week(day, self.week_start) - _week(self.first, self.week_start)) // 7
            return None if weeks % self.interval or weeks < 0 else weeks
        days = day.toordinal() - self.first.toordinal()
        return None if self.frequency == "DAILY" and days % self.interval else days

    def _fits(self, day: date, month_length: int) -> bool:
        if self.weekdays and not self._has_weekday(day, month_length):
            return False
        if self.year_days:
            number, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
            if number not in self.year_days and number - length - 1 not in self.year_days:
                return False
        return not self.week_numbers or self._has_week(day)

    def _has_weekday(self, day: date, month_length: int) -> bool:
        weekday = day.weekday()
        if (0, weekday) in self.weekdays:
            return True
        number, length = day.day, month_length
        if self.frequency == "YEARLY" and not self.months:
            number, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
        return ((number - 1) // 7 + 1, weekday) in self.weekdays or (
            -((length - number) // 7 + 1),
            weekday,
        ) in self.weekdays

    def _has_week(self, day: date) -> bool:
        """Week 1 is the first that has four days of the year."""
        middle = date.fromordinal(max(_week(day, self.week_start) + 3, 1))
        number = (middle.timetuple().tm_yday - 1) // 7 + 1
        if number in self.week_numbers:
            return True
        rest = ((366 if isleap(middle.year) else 365) - middle.timetuple().tm_yday) // 7
        return -1 - rest in self.week_numbers

    def _within(self, day: date) -> Iterator[Start]:
        """Starts of a rule that repeats by hours, minutes or seconds."""
        unit = SECONDS[self.frequency]
        step = timedelta(seconds=unit * self.interval)
        base = self.first.replace(second=0) if unit > 1 else self.first
        base = base.replace(minute=0) if unit == SECONDS["HOURLY"] else base
        turn = max(-((base - datetime.combine(day, time(0))) // step), 0)
        at = moved(base, step * turn)
        while at.date() == day:
            if self._has_time(at, unit):
                minutes = self.minutes if unit == SECONDS["HOURLY"] else (at.minute,)
                seconds = self.seconds if unit > 1 else (at.second,)
                yield from ((turn, at.replace(minute=m, second=s)) for m in minutes for s in seconds)
            turn, at = turn + 1, moved(at, step)

    def _has_time(self, at: datetime, unit: int) -> bool:
        if self.hours and at.hour not in self.hours:
            return False
        if unit < 3600 and self.minutes and at.minute not in self.minutes:
            return False
        return not (unit == 1 and self.seconds and at.second not in self.seconds)


def _months(day: date, first: date) -> int:
    return (day.year - first.year) * 12 + day.month - first.month


def _week(day: date, week_start: int) -> int:
    """The ordinal of the day with which a day's week begins."""
    return day.toordinal() - (day.weekday() - week_start) % 7


def _next_month(month: date) -> date:
    return month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)
