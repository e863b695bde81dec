"""Claiming time around what others have claimed: what closures and imports share."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from booking.domain_ranges import TimeRange, merge
from booking.errors import SlotTakenError
from booking.ports import Claim, Work
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


def give_to_who_wants(work: Work, spaces: Collection[UUID]) -> None:
    """What has become free of these spaces is a closure's or a calendar's that wants it.

    To be called with their locks, after time is given back and what is to take its place is claimed, before it is
    offered to anybody."""
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
