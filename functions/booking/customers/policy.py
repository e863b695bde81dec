"""The studio's terms of business; each change is a new version, and bookings keep the one they were sold under."""

from collections.abc import Callable

from booking.customers.domain import by_notice, tier_violations
from booking.customers.ports import Work
from core.clock import Clock
from core.identity import Identity
from core.trail.deed import note
from shared_schemas.booking.policy import Policy, PolicyRequest
from shared_schemas.errors import RuleViolationError


class Policies:
    """Read and replace the policy."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def current(self) -> Policy:
        with self._unit_of_work() as work:
            return work.policies.current()

    def replace(self, request: PolicyRequest, caller: Identity, edited: int | None = None) -> Policy:
        """Put a new version in force; `RuleViolationError` for tiers that contradict each other.

        `PolicyChangedError` if the version that was `edited` is no longer in force."""
        if found := tier_violations(request.refund_tiers):
            raise RuleViolationError(found)
        # The store numbers it.
        policy = Policy(**{**dict(request), "version": 0, "refund_tiers": by_notice(request.refund_tiers)})
        with self._unit_of_work() as work:
            before = work.policies.current()
            stored = work.policies.add(policy, caller.subject, self._clock.now(), edited)
            note(before=before, after=stored)
            work.commit()
            return stored
