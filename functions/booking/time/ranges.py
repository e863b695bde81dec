"""Half-open time ranges, and the arithmetic of free time on them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

STEP = timedelta(minutes=15)


@dataclass(frozen=True, order=True)
class TimeRange:
    """From `start` up to, and without, `end`; both aware."""

    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        # Subtracting in UTC: wall clocks of one zone ignore the hour that DST adds or takes.
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)

    def utc(self) -> "TimeRange":
        """The same time, in which arithmetic is that of the clock that knows no DST."""
        return TimeRange(self.start.astimezone(UTC), self.end.astimezone(UTC))

    def contains(self, other: "TimeRange") -> bool:
        return self.start <= other.start and other.end <= self.end

    def cells(self) -> Iterator["TimeRange"]:
        """The 15-minute cells of a range that starts on the grid; a rest shorter than that is left out."""
        start, end = self.start.astimezone(UTC), self.end.astimezone(UTC)
        while start + STEP <= end:
            yield TimeRange(start, start + STEP)
            start += STEP


def merge(ranges: Iterable[TimeRange]) -> list[TimeRange]:
    """Sorted, with touching and overlapping ranges joined."""
    merged: list[TimeRange] = []
    for current in sorted(ranges):
        if merged and current.start <= merged[-1].end:
            merged[-1] = TimeRange(merged[-1].start, max(merged[-1].end, current.end))
        else:
            merged.append(current)
    return merged


def intersect(left: Iterable[TimeRange], right: Iterable[TimeRange]) -> list[TimeRange]:
    """The stretches that both have; each is in order, and nothing in it overlaps."""
    found, ones, others = [], list(left), list(right)
    place = other = 0
    while place < len(ones) and other < len(others):
        one, two = ones[place], others[other]
        start, end = max(one.start, two.start), min(one.end, two.end)
        if start < end:
            found.append(TimeRange(start, end))
        if one.end <= two.end:
            place += 1
        else:
            other += 1
    return found


def subtract(ranges: Iterable[TimeRange], taken: Iterable[TimeRange]) -> list[TimeRange]:
    """What is left of `ranges` without `taken`, in order."""
    left = []
    holes = merge(taken)
    for span in merge(ranges):
        start = span.start
        for hole in holes:
            if hole.end <= start or hole.start >= span.end:
                continue
            if hole.start > start:
                left.append(TimeRange(start, hole.start))
            start = max(start, hole.end)
        if start < span.end:
            left.append(TimeRange(start, span.end))
    return left
