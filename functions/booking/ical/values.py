"""Dates, times, durations and periods of iCalendar (RFC 5545 §3.3), read leniently while the meaning is clear."""

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
# The range in which date arithmetic works in every zone.
FIRST, LAST = datetime(1, 1, 3), datetime(9999, 12, 29)  # noqa: DTZ001 - local by intent


class Zone(Protocol):
    """Converts local time to UTC; all times here are naive."""

    @property
    def name(self) -> str: ...

    def utc(self, local: datetime) -> datetime:
        """The first of the two when DST repeats the time; if DST skips it, by the offset before the change."""


@dataclass(frozen=True)
class FixedZone:
    """A fixed offset."""

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
    """`days` are calendar days, `exact` is elapsed time."""

    days: int
    exact: timedelta

    def after(self, start: Moment) -> datetime:
        """Its end in UTC; in an event of whole days, part of a day counts as a day."""
        if start.is_day:
            return start.zone.utc(moved(start.local, DAY * max(1, self.days - self.exact // -DAY)))
        return moved(start.zone.utc(moved(start.local, DAY * self.days)), self.exact)


def clamped(local: datetime) -> datetime:
    """A time limited so that no offset carries it out of the years 1 to 9999."""
    return min(max(local, FIRST), LAST)


def moved(local: datetime, by: timedelta) -> datetime:
    """The time plus a duration, or the last possible time."""
    try:
        return local + by
    except OverflowError:
        return LAST if by > timedelta(0) else FIRST


def written(text: str) -> tuple[datetime, bool, timedelta | None] | None:
    """A date or time as written: the local time, whether it is a day, and the offset if given."""
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
    """An offset like +0300, -03:30 or +013000; Z means zero."""
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
    """A duration; None for anything else, such as a bare `P`."""
    match = DURATION.fullmatch(text.strip())
    if not match or not any(match.groups()[1:]):
        return None
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    sign = -1 if match[1] == "-" else 1
    return Duration(sign * (weeks * 7 + days), sign * timedelta(hours=hours, minutes=minutes, seconds=seconds))


def instant(utc: datetime) -> datetime:
    """As an aware UTC time, which all code outside the reader uses."""
    return utc.replace(tzinfo=UTC)
