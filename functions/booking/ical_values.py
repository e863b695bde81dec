"""Dates, times, durations and periods of iCalendar (RFC 5545 §3.3), read as leniently as their meaning is sure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

DAY = timedelta(days=1)
MOMENT = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ]?(\d\d):?(\d\d)(?::?(\d\d))?(?:[.,]\d+)?\s*([Zz]|[+-]\d\d:?\d\d)?)?"
)
DURATION = re.compile(
    r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,8})H)?(?:(\d{1,8})M)?(?:(\d{1,9})S)?)?", re.IGNORECASE
)
# Where the arithmetic of calendars still works in every zone.
FIRST, LAST = datetime(1, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001 - local by intent


class Zone(Protocol):
    """What turns local time into UTC; all times here are without tzinfo."""

    @property
    def name(self) -> str: ...

    def utc(self, local: datetime) -> datetime:
        """The first of two such times where clocks go back; one that clocks skip goes by the offset before."""


@dataclass(frozen=True)
class FixedZone:
    """An offset that never changes."""

    name: str
    offset: timedelta

    def utc(self, local: datetime) -> datetime:
        return clamped(local) - self.offset


UTC_ZONE = FixedZone("UTC", timedelta(0))


@dataclass(frozen=True, slots=True)
class Moment:
    """A local time in a zone, or a whole day, which begins at `local`."""

    local: datetime
    zone: Zone
    is_day: bool = False

    @property
    def utc(self) -> datetime:
        return self.zone.utc(self.local)


@dataclass(frozen=True, slots=True)
class Duration:
    """Days go by the calendar, `exact` by the clock."""

    days: int
    exact: timedelta

    def after(self, start: Moment) -> datetime:
        """When it is over, in UTC; less than a day more is a day of an event of whole days."""
        if start.is_day:
            return start.zone.utc(moved(start.local, DAY * max(1, self.days - self.exact // -DAY)))
        return moved(start.zone.utc(moved(start.local, DAY * self.days)), self.exact)


def clamped(local: datetime) -> datetime:
    """A time that no offset carries out of the years 1 to 9999."""
    return min(max(local, FIRST), LAST)


def moved(local: datetime, by: timedelta) -> datetime:
    """Later by a duration, or the end of time."""
    try:
        return local + by
    except OverflowError:
        return LAST if by > timedelta(0) else FIRST


def written(text: str) -> tuple[datetime, bool, timedelta | None] | None:
    """A date or time as it is written: local, whether it is a day, and its offset where one is given."""
    match = MOMENT.fullmatch(text.strip())
    if not match:
        return None
    try:
        day = datetime(int(match[1]), int(match[2]), int(match[3]))  # noqa: DTZ001 - local by intent
    except ValueError:
        return None
    if match[4] is None:
        return day, True, None
    hour, minute, second = int(match[4]), int(match[5]), min(int(match[6] or 0), 59)
    if hour > 24 or minute > 59 or (hour == 24 and minute + second > 0):
        return None
    return moved(day, timedelta(hours=hour, minutes=minute, seconds=second)), False, offset(match[7])


def offset(text: str | None) -> timedelta | None:
    """An offset like +0300, -03:30 or +013000; Z is none at all."""
    if text is None:
        return None
    if text in "Zz":
        return timedelta(0)
    digits = text[1:].replace(":", "")
    if text[0] not in "+-" or not digits.isdecimal() or len(digits) not in (4, 6):
        return None
    hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0)
    found = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if found > timedelta(hours=18):
        return None
    return -found if text[0] == "-" else found


def duration(text: str) -> Duration | None:
    """A duration, `P` alone being none."""
    match = DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    sign = -1 if match[1] == "-" else 1
    return Duration(sign * (weeks * 7 + days), sign * timedelta(hours=hours, minutes=minutes, seconds=seconds))


def instant(utc: datetime) -> datetime:
    """With tzinfo, as everything beyond the reader has it."""
    return utc.replace(tzinfo=UTC)
