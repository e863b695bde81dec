"""The studio's terms of business; each change is a new version, and bookings keep the one they were sold under."""

from collections.abc import Callable

from booking.domain_policy import by_notice, tier_violations
from booking.ports import Work
from core.clock import Clock
from core.identity import Identity
from shared_schemas.booking import Policy, PolicyRequest
from shared_schemas.errors import RuleViolationError


class Policies:
    """Read and replace the policy."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def current(self) -> Policy:
        with self._unit_of_work() as work:
            return work.policies.current()

    def replace(self, request: PolicyRequest, caller: Identity) -> Policy:
        """Put a new version in force."""
        if found := tier_violations(request.refund_tiers):
            raise RuleViolationError(found)
        policy = Policy(**{**dict(request), "refund_tiers": by_notice(request.refund_tiers)})
        with self._unit_of_work() as work:
            stored = work.policies.add(policy, caller.subject, self._clock.now())
            work.commit()
            return stored
