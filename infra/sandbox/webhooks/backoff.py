"""When a webhook that was not taken is sent again."""

from dataclasses import dataclass
from datetime import timedelta

from infra.sandbox.webhooks.model import Delivery, State


@dataclass(frozen=True)
class Schedule:
    """Pauses in seconds that double from the first to the longest; the real gateways take minutes to hours."""

    first_seconds: int = 1
    longest_seconds: int = 60
    attempts: int | None = None
    """How many are made at most; None is as many as fit into `life`."""
    life: timedelta = timedelta(hours=24)

    def pause(self, attempts: int) -> timedelta:
        """How long to wait after this many attempts."""
        return timedelta(seconds=min(self.first_seconds * 2 ** min(attempts - 1, 16), self.longest_seconds))

    def ends(self, delivery: Delivery) -> bool:
        """Whether a delivery, its next attempt being due, is given up."""
        exhausted = self.attempts is not None and delivery.attempts >= self.attempts
        return exhausted or delivery.due_at - delivery.created_at > self.life


DAY_AND_NIGHT = Schedule()


def after_attempt(
    delivery: Delivery, schedule: Schedule, now_taken: bool, status: int | None, error: str | None
) -> Delivery:
    """The delivery after one more attempt."""
    attempts = delivery.attempts + 1
    due = delivery.due_at + schedule.pause(attempts)
    changes = {"attempts": attempts, "last_status": status, "last_error": error, "due_at": due}
    tried = delivery.model_copy(update=changes)
    state: State = "delivered" if now_taken else "given_up" if schedule.ends(tried) else "queued"
    return tried.model_copy(update={"state": state})
