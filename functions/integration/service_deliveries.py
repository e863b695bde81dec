"""Events taken in for other systems, and brought to them."""

import random
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from time import monotonic
from uuid import UUID

from core.clock import Clock
from core.context import flow
from core.jobs import Turn, one_by_one
from core.observability import count, logger, seconds
from integration.domain_deliveries import Outcome, Parcel, after_failure, kept, report
from integration.errors_connectors import ReceiverGoneError, SendError, TransientSendError
from integration.ports_connectors import SEND_DELIVERIES, Connector, ConnectorWork
from shared_schemas.connectors import ConnectorName
from shared_schemas.events import Envelope

KEPT_FOR = timedelta(days=30)
FORGET_BATCH = 1000


class Dispatch:
    """One attempt is three steps: claim the delivery (commit), hand it over, record the outcome (commit).

    The claim keeps a second worker off. A crash between the last two steps leaves it open whether the receiver took
    it: after the lease it is sent again under the same id, by which a receiver knows the repeat."""

    def __init__(
        self,
        unit_of_work: Callable[[], ConnectorWork],
        clock: Clock,
        connectors: Mapping[ConnectorName, Connector],
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._connectors = connectors
        self._chance = chance

    def take(self, name: ConnectorName, envelope: Envelope) -> list[UUID]:
        """Keep an event for whoever is to be told of it; the ids of what may be sent at once."""
        connector = self._connectors.get(name)
        if connector is None:
            return []
        now = self._clock.now()
        with self._unit_of_work() as work:
            if not work.inbox.accept(f"integration-{name}", envelope.id):
                return []
            targets = connector.targets(work, envelope)
            expires_at, stored = now + connector.patience.horizon, kept(envelope)
            parcels = [Parcel(name, target.name, stored, expires_at, target.subject) for target in targets]
            work.deliveries.add(parcels, now)
            work.commit()
        return [parcel.id for parcel, target in zip(parcels, targets, strict=True) if target.at_once]

    def send(self, name: ConnectorName, ids: Sequence[UUID], enough_time: Callable[[], bool]) -> int:
        """Send these now, unless somebody else is at it or time is up; what is left the job will send."""
        attempts, failing = 0, set[str]()
        for delivery_id in ids:
            if name not in self._connectors or not enough_time():
                break
            if parcel := self._claim(name, delivery_id, failing):
                self._hand_over(parcel, failing)
                attempts += 1
        return attempts

    def send_due(self, name: ConnectorName, turn: Turn) -> int:
        """Send what is due, the longest due first; a receiver that does not take it is left alone until the next
        turn, so that it holds up nobody else for longer than one time-out. Returns how many attempts were made."""
        if name not in self._connectors:
            return 0
        failing = set[str]()
        claim, hand_over = lambda: self._claim(name, None, failing), lambda parcel: self._hand_over(parcel, failing)
        return one_by_one(turn, self._unit_of_work, SEND_DELIVERIES, claim, hand_over, lambda parcel: parcel.id)

    def tidy(self, name: ConnectorName, turn: Turn) -> int:
        """Forget what was finished long ago, tell how long the oldest waits; how many were forgotten."""
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

    def _claim(self, name: ConnectorName, delivery_id: UUID | None, failing: set[str]) -> Parcel | None:
        with self._unit_of_work() as work:
            parcel = work.deliveries.claim(name, self._clock.now(), delivery_id, failing)
            work.commit()
            return parcel

    def _hand_over(self, parcel: Parcel, failing: set[str]) -> None:
        with flow(parcel.envelope.correlation_id, str(parcel.envelope.id)):
            if self._attempt(self._connectors[parcel.connector], parcel).status == "waiting":
                failing.add(parcel.target)

    def _attempt(self, connector: Connector, parcel: Parcel) -> Outcome:
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
        self, connector: Connector, parcel: Parcel, outcome: Outcome, failure: SendError | None, duration_ms: int
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
