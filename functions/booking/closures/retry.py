"""Claiming time around what others have claimed: what closures and imports share."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from booking.calendar.errors import SlotTakenError
from booking.calendar.ports import Claim
from booking.closures.ports import Wanting
from booking.time.ranges import TimeRange, merge
from core.postgres.retries import OvertakenError

T = TypeVar("T")
ATTEMPTS = 3


def retry_on_conflict(attempt: Callable[[], T]) -> T:
    """Run a transaction that claims around others; up to twice more where a concurrent one wins."""
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


def give_to_who_wants(work: Wanting, spaces: Collection[UUID]) -> None:
    """Closures and calendars claim what they want of these spaces and has become free.

    To be called with the locks of the spaces, after time is given back and what replaces it is claimed, and before
    anything is offered to customers."""
    grown: dict[UUID, list[TimeRange]] = defaultdict(list)
    for claim in work.unmet_claims.meet(spaces):
        if claim.kind == "closure":
            grown[claim.owner_id].append(claim.during)
    for closure_id in sorted(grown):
        work.closures.grow(closure_id, grown[closure_id])


def hull(ranges: Collection[TimeRange]) -> TimeRange:
    """The shortest range that holds them all."""
    return TimeRange(min(one.start for one in ranges), max(one.end for one in ranges))


def union(stretches: Iterable[Sequence[TimeRange]]) -> list[TimeRange]:
    """The time that any of them takes."""
    return merge(one for several in stretches for one in several)
