"""Replays of events in bounded batches. Each batch saves the progress, so a crash repeats one batch at most."""

from collections.abc import Callable
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.observability import count, logger
from core.settings import REPLAY_DAYS
from core.trail.deed import note
from integration.errors import BrokerUnavailableError
from integration.replays.domain import (
    Running,
    Subscription,
    advanced,
    check_period,
    check_type,
    held_up,
    unknown_subscriber,
)
from integration.replays.errors import NotTakenError
from integration.replays.ports import Redelivery, ReplayWork, Subscriptions
from shared_schemas.common import Page
from shared_schemas.errors import CycloramaError, RuleViolationError
from shared_schemas.integration.replays import Replay, ReplayRequest, ReplaysQuery

BATCH = 100
RUN_REPLAYS = "run_replays"


class Replays:
    """Accept replays, run them, show their progress. The record of each says who asked, when and why."""

    def __init__(
        self, unit_of_work: Callable[[], ReplayWork], clock: Clock, subscriptions: Subscriptions, redelivery: Redelivery
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._subscriptions = subscriptions
        self._redelivery = redelivery

    def request(self, request: ReplayRequest, requested_by: str, key: IdempotencyKey | None) -> Replay:
        """Store what is to be sent again; the job sends it. `RuleViolationError` for what may not be sent again,
        `BrokerUnavailableError` if the subscriber cannot be looked up."""
        check_period(request, self._clock.now(), REPLAY_DAYS)
        subscription = self._subscription(request.subscriber)
        if subscription:
            check_type(request.type, subscription)
        with self._unit_of_work() as work:
            return work.once(key, Replay, lambda: self._note(work, request, requested_by, subscription))

    def _note(
        self, work: ReplayWork, request: ReplayRequest, requested_by: str, subscription: Subscription | None
    ) -> Replay:
        asked = self._new(request, requested_by)
        total = work.replays.count(asked, subscription.types if subscription else None)
        made = asked.model_copy(update={"total": total})
        work.replays.add(Running(made, next_attempt_at=made.requested_at))
        note(why=made.reason)
        logger.info("A replay was asked for", replay_id=str(made.id), by=requested_by, reason=made.reason, events=total)
        return made

    def get(self, replay_id: UUID) -> Replay:
        """`ReplayNotFoundError` if there is none."""
        with self._unit_of_work() as work:
            return work.replays.get(replay_id)

    def page(self, query: ReplaysQuery) -> Page[Replay]:
        """Newest first. `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.replays.page(after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.requested_at, last.id))

    def run(self, enough_time: Callable[[], bool]) -> int:
        """Send what is due, batch by batch, while there is time; returns how many events were sent."""
        total = 0
        while enough_time():
            sent = self._step()
            if sent is None:
                break
            total += sent
        return total

    def _step(self) -> int | None:
        """One batch of one replay: how many events it had, or None if nothing is due.

        The replay's row stays locked while the broker is asked, so that two runners never send the same batch."""
        with self._unit_of_work() as work:
            running = work.replays.claim(self._clock.now())
            if running is None:
                return None
            try:
                with work.savepoint():
                    after = self._send_next(work, running)
            except (NotTakenError, BrokerUnavailableError, RuleViolationError) as error:
                # The last where a release meanwhile took the subscriber away.
                words = error.message() if isinstance(error, CycloramaError) else str(error)
                logger.warning("A replay is held up", replay_id=str(running.replay.id), error=words)
                after = held_up(running, words, self._clock.now())
            except Exception as error:
                logger.exception("A replay failed", replay_id=str(running.replay.id))
                work.put_off(RUN_REPLAYS, running.replay.id, error)
                after = held_up(running, type(error).__name__, self._clock.now())
            work.replays.save(after)
            work.commit()
        sent = after.replay.sent - running.replay.sent
        count("EventsReplayed", sent)
        return sent

    def _send_next(self, work: ReplayWork, running: Running) -> Running:
        subscription = self._subscription(running.replay.subscriber)
        events = work.replays.events(running, subscription.types if subscription else None, BATCH)
        if subscription and events:
            self._redelivery.to_one(subscription, events)
        elif events:
            self._redelivery.to_all(events)
        return advanced(running, events, self._clock.now(), at_end=len(events) < BATCH)

    def _subscription(self, name: str | None) -> Subscription | None:
        if name is None:
            return None
        known = self._subscriptions.names()
        if name not in known:
            raise unknown_subscriber(known)
        return self._subscriptions.find(name)

    def _new(self, request: ReplayRequest, requested_by: str) -> Replay:
        now = self._clock.now()
        asked = request.model_dump() | {"to": request.to or now, "requested_by": requested_by, "requested_at": now}
        return Replay(id=uuid4(), status="waiting", total=0, sent=0, **asked)
