"""Quarters of an hour as the bits of one integer: what is free, open or allowed, and how long at a stretch.

A week of a hall is 672 bits, so that whatever is true of each quarter is found for all of them by a few operations on
integers. Bit `n` is the quarter that begins `n` quarters after the first; instants are counted in quarters since 1970.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from booking.time.ranges import STEP, TimeRange

CELL_SECONDS = int(STEP.total_seconds())


@dataclass(frozen=True)
class Cells:
    """Some quarters of an hour: bit 0 of `bits` is the quarter `first`."""

    first: int
    bits: int

    @classmethod
    def of(cls, ranges: Iterable[TimeRange]) -> Self:
        """The quarters that lie wholly within one of the ranges, which are merged."""
        spans = [(begins, ends) for one in ranges for begins, ends in [(ceiling(one.start), floor(one.end))]]
        first = min((begins for begins, ends in spans if begins < ends), default=0)
        bits = 0
        for begins, ends in spans:
            if begins < ends:
                bits |= ones(ends - begins) << (begins - first)
        return cls(first, bits)

    def since(self, cell: int) -> int:
        """The bits from a quarter on, which may lie before the first."""
        return shifted(self.bits, cell - self.first)

    def holds(self, begins: int, ends: int) -> bool:
        """Whether all quarters from one up to, and without, another are among them; of none, the first."""
        wanted = ones(max(ends - begins, 1))
        return begins >= self.first and self.bits >> (begins - self.first) & wanted == wanted


def ones(count: int) -> int:
    """So many bits; none of a negative number."""
    return (1 << count) - 1 if count > 0 else 0


def shifted(bits: int, count: int) -> int:
    """Without the first `count` bits, or with so many more before them."""
    return bits >> count if count >= 0 else bits << -count


def stretches(bits: int, length: int) -> int:
    """Where at least `length` ones begin in a row."""
    done = 1
    while done < length and bits:
        step = min(done, length - done)
        bits &= bits >> step
        done += step
    return bits


def runs(bits: int) -> Iterator[tuple[int, int]]:
    """The places of the ones, as half-open ranges in order."""
    while bits:
        begins = (bits & -bits).bit_length() - 1
        filled = bits + (1 << begins)
        ends = (filled & -filled).bit_length() - 1
        yield begins, ends
        bits = filled & (filled - 1)


def places(bits: int) -> Iterator[int]:
    """The places of the ones, in order."""
    return (place for place, digit in enumerate(reversed(f"{bits:b}")) if digit == "1")


def floor(instant: datetime) -> int:
    """The quarter in which an instant lies."""
    return int(instant.timestamp() // CELL_SECONDS)


def ceiling(instant: datetime) -> int:
    """The first quarter that does not begin before an instant."""
    return first_from(instant.timestamp())


def first_from(seconds: float) -> int:
    """The same of seconds since 1970."""
    return int(-(-seconds // CELL_SECONDS))
