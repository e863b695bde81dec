"""Stores events for other systems, and sends them."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Generic, TypeVar
from uuid import UUID

from core.claimed_work import ClaimedWork
from core.clock import Clock
from core.context import flow
from core.jobs import Turn
from core.observability import count, logger, seconds
from integration.deliveries.domain import Outcome, Parcel, after_failure, report, without_free_text
from integration.deliveries.errors import ReceiverGoneError, SendError, TransientSendError
from integration.deliveries.ports import SEND_DELIVERIES, Connector, DeliveryWork
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName

KEPT_FOR = timedelta(days=30)
FORGET_BATCH = 1000
W = TypeVar("W", bound=DeliveryWork)


class Dispatch(Generic[W]):
    """One attempt is three steps: claim the delivery (commit), hand it over, record the outcome (commit).

    The claim keeps a second worker off. A crash between the last two steps leaves it open whether the receiver took
    it: after the lease it is sent again under the same id, by which a receiver knows the repeat."""

    def __init__(
        self,
        unit_of_work: Callable[[], W],
        clock: Clock,
        connectors: Mapping[ConnectorName, Connector[W]],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._connectors = connectors
        self._chance = chance

    def take(self, name: ConnectorName, envelope: Envelope) -> list[UUID]:
        """Store an event for its receivers; returns the ids of deliveries that may be sent at once."""
        connector = self._connectors.get(name)
        if connector is None:
            return []
        now = self._clock.now()
        with self._unit_of_work() as work:
            if not work.inbox.accept(f"integration-{name}", envelope.id):
                return []
            targets = connector.targets(work, envelope)
            expires_at, stored = now + connector.patience.horizon, without_free_text(envelope)
            parcels = [Parcel(name, target.name, stored, expires_at, target.subject) for target in targets]
            work.deliveries.add(parcels, now)
            work.commit()
        return [parcel.id for parcel, target in zip(parcels, targets, strict=True) if target.at_once]

    def send(self, name: ConnectorName, ids: Sequence[UUID], enough_time: Callable[[], bool]) -> int:
        """Send these now, unless another worker has them or time is up; the job sends the rest."""
        return self._work(name).now(ids, enough_time) if name in self._connectors else 0

    def send_due(self, name: ConnectorName, turn: Turn) -> int:
        """Send what is due, the longest due first; a receiver that does not take it is left alone until the next
        turn, so that it holds up nobody else for longer than one time-out. Returns how many attempts were made."""
        return self._work(name).run(turn) if name in self._connectors else 0

    def tidy(self, name: ConnectorName, turn: Turn) -> int:
        """Delete what was finished long ago, and measure how long the oldest delivery waits; returns how many went."""
        now, forgotten = self._clock.now(), self._forget(turn)
        with self._unit_of_work() as work:
            (view,) = work.connectors.views(self._connectors, [name])
        age = (now - view.oldest_waiting_at).total_seconds() if view.oldest_waiting_at else 0
        seconds("ConnectorLagSeconds", age, connector=name)
        return forgotten

    def _forget(self, turn: Turn) -> int:
        total, gone = 0, FORGET_BATCH
        while gone == FORGET_BATCH and turn():
            with self._unit_of_work() as work:
                gone = work.deliveries.forget(self._clock.now() - KEPT_FOR, FORGET_BATCH)
                work.commit()
            total += gone
        return total

    def _work(self, name: ConnectorName) -> ClaimedWork[Parcel]:
        return ClaimedWork(
            SEND_DELIVERIES,
            self._unit_of_work,
            partial(self._claim, name),
            self._hand_over,
            key=lambda parcel: parcel.id,
            asked=lambda parcel: parcel.target,
        )

    def _claim(self, name: ConnectorName, delivery_id: UUID | None, failing: Collection[str]) -> Parcel | None:
        with self._unit_of_work() as work:
            parcel = work.deliveries.claim(name, self._clock.now(), delivery_id, failing)
            work.commit()
            return parcel

    def _hand_over(self, parcel: Parcel) -> bool:
        """False if the receiver did not take it and is to be asked again."""
        with flow(parcel.envelope.correlation_id, str(parcel.envelope.id)):
            return self._attempt(self._connectors[parcel.connector], parcel).status != "waiting"

    def _attempt(self, connector: Connector[W], parcel: Parcel) -> Outcome:
        began, failure = monotonic(), None
        try:
            outcome = Outcome("delivered", connector.send(parcel))
        except SendError as error:
            failure = error
        except Exception as error:
            # A fault of ours: it must show, and must not keep the other deliveries from leaving.
            logger.exception("A delivery could not be handed over", delivery_id=str(parcel.id))
            failure = TransientSendError(type(error).__name__)
        if failure:
            outcome = after_failure(parcel, failure, connector.patience, self._clock.now(), self._chance)
        self._finish(connector, parcel, outcome, failure, round((monotonic() - began) * 1000))
        return outcome

    def _finish(
        self, connector: Connector[W], parcel: Parcel, outcome: Outcome, failure: SendError | None, duration_ms: int
    ) -> None:
        now = self._clock.now()
        with self._unit_of_work() as work:
            if not work.deliveries.finish(parcel, outcome, now, duration_ms):
                logger.warning("An attempt outlived its lease", delivery_id=str(parcel.id))
                return
            if outcome.status in ("delivered", "skipped"):
                work.connectors.succeeded(connector.name, now)
            else:
                work.connectors.failed(connector.name, now, outcome.error or "unknown")
            connector.settle(work, parcel, outcome, gone=isinstance(failure, ReceiverGoneError))
            if error := report(parcel, outcome):
                work.emit(error)
            work.commit()
        _tell(parcel, outcome, duration_ms)


def _tell(parcel: Parcel, outcome: Outcome, duration_ms: int) -> None:
    log = logger.info if outcome.status in ("delivered", "skipped") else logger.warning
    log(
        "A delivery was tried",
        connector=parcel.connector,
        delivery_id=str(parcel.id),
        status=outcome.status,
        error=outcome.error,
        response_code=outcome.response_code,
        attempt=parcel.attempts,
        duration_ms=duration_ms,
    )
    count("Deliveries", connector=parcel.connector, status=outcome.status)
