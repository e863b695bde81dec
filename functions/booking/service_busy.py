"""Claiming time around what others have claimed: what closures and imports share."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from booking.domain_ranges import TimeRange, merge
from booking.errors import SlotTakenError
from booking.ports import Claim
from core.retries import OvertakenError

T = TypeVar("T")
ATTEMPTS = 3


def insistently(attempt: Callable[[], T]) -> T:
    """Run a transaction that claims around others, and again where somebody claimed or changed something in between."""
    for _ in range(ATTEMPTS - 1):
        try:
            return attempt()
        except (SlotTakenError, OvertakenError):
            continue
    return attempt()


def by_space(claims: Iterable[Claim]) -> Mapping[UUID, list[TimeRange]]:
    """When each hall is claimed."""
    found: dict[UUID, list[TimeRange]] = defaultdict(list)
    for claim in claims:
        found[claim.hall_id].append(claim.during.utc())
    return found


def hull(ranges: Collection[TimeRange]) -> TimeRange:
    """The shortest range that holds them all."""
    return TimeRange(min(one.start for one in ranges), max(one.end for one in ranges))


def union(stretches: Iterable[Sequence[TimeRange]]) -> list[TimeRange]:
    """The time that any of them takes."""
    return merge(one for several in stretches for one in several)
