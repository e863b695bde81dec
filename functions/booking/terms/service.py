"""The studio's terms of business; each change is a new version, and bookings keep the one they were sold under."""

from collections.abc import Callable

from booking.halls.named import require_halls
from booking.terms.ports import Work
from booking.terms.validation import by_notice, halls_of, in_order, rules_violations, tier_violations
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
        """Put a new version in force; its rules stay where the request has none.

        `RuleViolationError` for tiers or rules that contradict each other or themselves; `HallNotFoundError`;
        `PolicyChangedError` if the version that was `edited` is no longer in force."""
        rules = request.rules or []
        if found := [*tier_violations(request.refund_tiers), *rules_violations(rules)]:
            raise RuleViolationError(found)
        with self._unit_of_work() as work:
            require_halls(work.halls, halls_of(rules))
            before = work.policies.current()
            kept = before.rules if request.rules is None else [in_order(rule) for rule in rules]
            # The store numbers it.
            policy = Policy.model_validate(
                {**dict(request), "version": 0, "refund_tiers": by_notice(request.refund_tiers), "rules": kept}
            )
            stored = work.policies.add(policy, caller.subject, self._clock.now(), edited)
            note(before=before, after=stored)
            work.commit()
            return stored
