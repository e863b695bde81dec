"""When a webhook that was not taken is sent again."""

from datetime import timedelta

from infra.local.sandbox.webhooks.model import Delivery, State

FIRST_SECONDS = 1
LONGEST_SECONDS = 60
GIVE_UP_AFTER = timedelta(hours=24)


def pause(attempts: int) -> timedelta:
    """1 s after the first attempt, doubling up to a minute; the real gateways take minutes to hours."""
    return timedelta(seconds=min(FIRST_SECONDS * 2 ** min(attempts - 1, 16), LONGEST_SECONDS))


def after_attempt(delivery: Delivery, now_taken: bool, status: int | None, error: str | None) -> Delivery:
    """The delivery after one more attempt."""
    attempts = delivery.attempts + 1
    due = delivery.due_at + pause(attempts)
    state: State = "delivered" if now_taken else "given_up" if due - delivery.created_at > GIVE_UP_AFTER else "queued"
    changes = {"attempts": attempts, "last_status": status, "last_error": error, "state": state, "due_at": due}
    return delivery.model_copy(update=changes)
