"""Events sent once more, in bounded batches: each remembers how far the replay is, so a crash repeats one at most."""

from collections.abc import Callable
from uuid import UUID, uuid4

from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.observability import count, logger
from core.paging import decode_cursor, encode_cursor
from core.settings import REPLAY_DAYS
from integration.domain_replays import (
    Running,
    Subscription,
    advanced,
    check_period,
    check_type,
    held_up,
    unknown_subscriber,
)
from integration.errors import BrokerUnavailableError
from integration.errors_replays import NotTakenError
from integration.ports_replays import Courier, ReplayWork, Subscriptions
from shared_schemas.common import Page
from shared_schemas.errors import CycloramaError, RuleViolationError
from shared_schemas.replays import Replay, ReplayRequest, ReplaysQuery

BATCH = 100
RUN_REPLAYS = "run_replays"


class Replays:
    """Take requests, carry them out, tell how far they are. The record of each says who asked, when and why."""

    def __init__(
        self, unit_of_work: Callable[[], ReplayWork], clock: Clock, subscriptions: Subscriptions, courier: Courier
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._subscriptions = subscriptions
        self._courier = courier

    def request(self, request: ReplayRequest, requested_by: str, key: IdempotencyKey | None) -> Replay:
        """Note what is to be sent again; the job does it. `RuleViolationError` for what cannot be."""
        check_period(request, self._clock.now(), REPLAY_DAYS)
        subscription = self._subscription(request.subscriber)
        if subscription:
            check_type(request.type, subscription)
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Replay.model_validate(replay)
            made = self._new(request, requested_by)
            total = work.replays.count(made, subscription.types if subscription else None)
            made = made.model_copy(update={"total": total})
            work.replays.add(Running(made, next_attempt_at=made.requested_at))
            work.idempotency.remember(key, made.model_dump(mode="json", by_alias=True))
            work.commit()
        logger.info("A replay was asked for", replay_id=str(made.id), by=requested_by, reason=made.reason, events=total)
        return made

    def get(self, replay_id: UUID) -> Replay:
        with self._unit_of_work() as work:
            return work.replays.get(replay_id)

    def page(self, query: ReplaysQuery) -> Page[Replay]:
        """Newest first."""
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.replays.page(after, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=encode_cursor(page[-1].requested_at, page[-1].id) if more else None)

    def run(self, enough_time: Callable[[], bool]) -> int:
        """Send what is due, batch by batch, as far as time allows; returns how many events were sent."""
        total = 0
        while enough_time():
            sent = self._step()
            if sent is None:
                break
            total += sent
        return total

    def _step(self) -> int | None:
        """One batch of one replay: how many events it had, or None where nothing is due.

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
            self._courier.to_one(subscription, events)
        elif events:
            self._courier.to_all(events)
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
