"""What may be replayed, and how a replay goes on after each batch."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared_schemas.errors import RuleViolationError, Text, Violation
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.replays import Replay, ReplayRequest

MAX_ATTEMPTS = 10
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(minutes=10)

EMPTY_PERIOD = Text("The period must end after {from}", "Период должен закончиться позже {from}")
TOO_OLD = Text(
    "Consumers remember the events handled since {earliest}; an older event would be handled twice",
    "Получатели помнят сделанное с {earliest}; более старое событие было бы обработано дважды",
)
UNKNOWN_SUBSCRIBER = Text(
    "There is no such subscriber; choose from {allowed}", "Такого получателя нет; выберите из {allowed}"
)
NOT_SUBSCRIBED = Text("{subscriber} receives only {allowed}", "{subscriber} получает только {allowed}")


@dataclass(frozen=True)
class Subscription:
    """A subscriber, its queue's URL, the ARN of its rule, and the types it receives; None is every type."""

    name: str
    queue: str
    rule: str
    types: Sequence[str] | None


@dataclass(frozen=True)
class Running:
    """A replay in progress; `last` is the id of the event that `replay.reached` is the time of."""

    replay: Replay
    last: UUID | None = None
    attempts: int = 0
    next_attempt_at: datetime | None = None


def check_period(request: ReplayRequest, now: datetime, days: float) -> None:
    """`RuleViolationError` for a range that holds nothing, or reaches further back than consumers remember."""
    earliest, end = now - timedelta(days=days), request.to or now
    violations: list[Violation] = []
    if request.from_ >= end:
        violations.append(Violation("to", "empty_period", EMPTY_PERIOD, {"from": request.from_.isoformat()}))
    if request.from_ < earliest:
        violations.append(Violation("from", "replay_too_old", TOO_OLD, {"earliest": earliest.isoformat()}))
    if violations:
        raise RuleViolationError(violations)


def unknown_subscriber(known: Sequence[str]) -> RuleViolationError:
    """The refusal that names those that there are."""
    allowed: dict[str, object] = {"allowed": ", ".join(sorted(known))}
    return RuleViolationError([Violation("subscriber", "unknown_subscriber", UNKNOWN_SUBSCRIBER, allowed)])


def check_type(wanted: str | None, subscription: Subscription) -> None:
    """`RuleViolationError` for a type that the subscriber's queue never held: its consumer would not know it."""
    if wanted and subscription.types is not None and wanted not in subscription.types:
        params: dict[str, object] = {"subscriber": subscription.name, "allowed": ", ".join(sorted(subscription.types))}
        raise RuleViolationError([Violation("type", "type_not_subscribed", NOT_SUBSCRIBED, params)])


def advanced(running: Running, sent: Sequence[Envelope], now: datetime, *, at_end: bool) -> Running:
    """After a batch that was sent whole: done, or with more to come."""
    replay = running.replay.model_copy(update={"status": "running", "sent": running.replay.sent + len(sent)})
    last = running.last
    if sent:
        replay, last = replay.model_copy(update={"reached": sent[-1].time}), sent[-1].id
    if at_end:
        done = replay.model_copy(update={"status": "done", "error": None, "finished_at": now})
        return Running(done, last)
    return Running(replay, last, 0, now)


def held_up(running: Running, error: str, now: datetime) -> Running:
    """After a batch that failed: retried with growing pauses, and given up after about an hour."""
    attempts = running.attempts + 1
    replay = running.replay.model_copy(update={"error": error})
    if attempts >= MAX_ATTEMPTS:
        failed = replay.model_copy(update={"status": "failed", "finished_at": now})
        return replace(running, replay=failed, attempts=attempts, next_attempt_at=None)
    pause = min(FIRST_PAUSE * 2 ** (attempts - 1), LONGEST_PAUSE)
    return replace(running, replay=replay, attempts=attempts, next_attempt_at=now + pause)
