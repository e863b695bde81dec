"""What claims become when their hall takes something else: other buffers, other parts."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from booking.halls.domain import claim
from booking.time.grid import ceiling
from booking.time.ranges import TimeRange
from shared_schemas.booking.halls import Hall


@dataclass(frozen=True)
class Held:
    """The visit of a booking, and all that is claimed for it."""

    owner_id: UUID
    slot: TimeRange
    claimed: TimeRange


def relaid(
    hall: Hall, held: Iterable[Held], others: Sequence[TimeRange], now: datetime
) -> tuple[list[Held], list[Held]]:
    """With the buffers that the hall has now: what shrinks, to be done first, and then what grows.

    A claim never shrinks below its visit and grows no further than up to the next claim, of `others` or its own kind:
    time that is claimed stays claimed, and the earlier visit takes its buffer first. What is past stays as it was."""
    before = sorted(held, key=lambda one: one.slot.start)
    after = [_shrunk(hall, one) for one in before]
    shrunk = [new for old, new in zip(before, after, strict=True) if new != old]
    starts, ends = sorted(other.start for other in others), sorted(other.end for other in others)
    grown = []
    for place, one in enumerate(after):
        # Its neighbours of other kinds, found in what is sorted, and of its own kind, which are beside it.
        till, since = bisect_right(ends, one.claimed.start), bisect_left(starts, one.claimed.end)
        passed = min(ceiling(now), one.claimed.start)
        left = [passed, *ends[max(till - 1, 0) : till], *(own.claimed.end for own in after[max(place - 1, 0) : place])]
        right = [*starts[since : since + 1], *(own.claimed.start for own in after[place + 1 : place + 2])]
        after[place] = _grown(hall, one, left, right)
        if after[place] != one:
            grown.append(after[place])
    return shrunk, grown


def stretches(held: Iterable[Held]) -> Mapping[UUID, TimeRange]:
    """The claims by owner."""
    return {one.owner_id: one.claimed for one in held}


def _shrunk(hall: Hall, one: Held) -> Held:
    wanted = claim(hall, one.slot)
    start, end = max(one.claimed.start, wanted.start), min(one.claimed.end, wanted.end)
    return Held(one.owner_id, one.slot, TimeRange(start, end))


def _grown(hall: Hall, one: Held, left: Sequence[datetime], right: Sequence[datetime]) -> Held:
    """Between where the claims before it end and where those after it begin."""
    wanted = claim(hall, one.slot)
    claimed = TimeRange(max([wanted.start, *left]), min([wanted.end, *right]))
    return Held(one.owner_id, one.slot, claimed)
