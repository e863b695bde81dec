"""Stores events for other systems, and sends them."""

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import partial
from time import monotonic
from typing import Generic, TypeVar
from uuid import UUID

from core.claimed_work import ClaimedWork
from core.clock import Clock
from core.context import flow
from core.job_failures import UnreadableError
from core.jobs import Turn
from core.observability import count, logger, seconds
from integration.deliveries.domain import Outcome, Parcel, after_failure, report, without_free_text
from integration.deliveries.errors import ReceiverGoneError, SendError, TransientSendError
from integration.deliveries.ports import SEND_DELIVERIES, Connector, DeliveryWork, Sent, Together
from shared_schemas.events.envelope import Envelope
from shared_schemas.integration.connectors import ConnectorName

KEPT_FOR = timedelta(days=30)
FORGET_BATCH = 1000
TAKEN = ("delivered", "skipped")
Result = tuple[Parcel, Outcome, SendError | None]
"""What became of an attempt, and why."""
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

    def take(self, name: ConnectorName, *envelopes: Envelope) -> list[UUID]:
        """Store events for their receivers; returns the ids of deliveries that may be sent at once."""
        connector = self._connectors.get(name)
        if connector is None:
            return []
        now = self._clock.now()
        expires_at, parcels, at_once = now + connector.patience.horizon, list[Parcel](), list[UUID]()
        with self._unit_of_work() as work:
            new = work.inbox.accept_all(f"integration-{name}", [envelope.id for envelope in envelopes])
            for envelope in (each for each in envelopes if each.id in new):
                stored = without_free_text(envelope)
                for target in connector.targets(work, envelope):
                    parcels.append(Parcel(name, target.name, stored, expires_at, target.subject))
                    at_once += [parcels[-1].id] if target.at_once else []
            work.deliveries.add(parcels, now)
            work.commit()
        return at_once

    def send(self, name: ConnectorName, ids: Sequence[UUID], enough_time: Callable[[], bool]) -> int:
        """Send these now, unless another worker has them or time is up; the job sends the rest."""
        if isinstance(connector := self._connectors.get(name), Together):
            return self._send_together(name, connector.together, ids, enough_time)
        return self._work(name).now(ids, enough_time) if connector else 0

    def send_due(self, name: ConnectorName, turn: Turn) -> int:
        """Send what is due, the longest due first; a receiver that does not take it is left alone until the next
        turn, so that it holds up nobody else for longer than one time-out. Returns how many attempts were made."""
        connector, sent = self._connectors.get(name), 0
        if isinstance(connector, Together):
            # A row that cannot be read ends this; whoever goes on one by one sets it aside.
            with suppress(UnreadableError):
                sent = self._send_together(name, connector.together, None, turn)
        return sent + (self._work(name).run(turn) if connector else 0)

    def tidy(self, name: ConnectorName, turn: Turn) -> int:
        """Delete what was finished long ago, and measure how long the oldest delivery waits; returns how many went."""
        now, forgotten = self._clock.now(), self._forget(turn)
        with self._unit_of_work() as work:
            (view,) = work.connectors.views(self._connectors, [name])
        # A metric is paid for while it is sent, and none means that nothing waits.
        if view.oldest_waiting_at:
            seconds("ConnectorLagSeconds", (now - view.oldest_waiting_at).total_seconds(), connector=name)
        return forgotten

    def _forget(self, turn: Turn) -> int:
        total, gone = 0, FORGET_BATCH
        while gone == FORGET_BATCH and turn():
            with self._unit_of_work() as work:
                gone = work.deliveries.forget(self._clock.now() - KEPT_FOR, FORGET_BATCH)
                work.commit()
            total += gone
        return total

    def _send_together(
        self, name: ConnectorName, most: int, ids: Sequence[UUID] | None, enough_time: Callable[[], bool]
    ) -> int:
        """The number of attempts. What is not done after the receiver's first failure is left for later."""
        left, sent, fine = list(ids or ()), 0, True
        while fine and (ids is None or left) and enough_time():
            wanted, left = (None if ids is None else left[:most]), left[most:]
            with self._unit_of_work() as work:
                parcels = work.deliveries.claim_some(name, self._clock.now(), wanted, most)
                work.commit()
            if not parcels and ids is None:
                break
            fine = not parcels or self._hand_all_over(self._connectors[name], parcels)
            sent += len(parcels)
        return sent

    def _hand_all_over(self, connector: Connector[W], parcels: Sequence[Parcel]) -> bool:
        """False if one is to be tried again."""
        began = monotonic()
        with flow(parcels[0].envelope.correlation_id, str(parcels[0].envelope.id)):
            sent = self._sent(connector, parcels)
        if sent is None:
            # What is wrong with one must not keep the others: each has an attempt of its own.
            tried = [self._hand_over(parcel) for parcel in parcels]
            return all(tried)
        results = [
            (parcel, self._outcome(connector, parcel, each), each if isinstance(each, SendError) else None)
            for parcel, each in zip(parcels, sent, strict=True)
        ]
        self._finish(connector, results, round((monotonic() - began) * 1000 / len(parcels)))
        return all(outcome.status != "waiting" for _, outcome, _ in results)

    def _sent(self, connector: Connector[W], parcels: Sequence[Parcel]) -> Sequence[Sent] | None:
        """Nothing where they could not be handed over together, by a fault of ours."""
        try:
            return connector.send_all(parcels) if isinstance(connector, Together) else None
        except Exception:
            logger.exception("Deliveries could not be handed over together", connector=connector.name)
            return None

    def _outcome(self, connector: Connector[W], parcel: Parcel, sent: Sent) -> Outcome:
        if not isinstance(sent, SendError):
            return Outcome("delivered", sent)
        return after_failure(parcel, sent, connector.patience, self._clock.now(), self._chance)

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
        self._finish(connector, [(parcel, outcome, failure)], round((monotonic() - began) * 1000))
        return outcome

    def _finish(self, connector: Connector[W], results: Sequence[Result], duration_ms: int) -> None:
        now = self._clock.now()
        with self._unit_of_work() as work:
            ours: set[UUID] = set()
            for outcome in dict.fromkeys(outcome for _, outcome, _ in results):
                alike = [parcel for parcel, its, _ in results if its == outcome]
                ours |= work.deliveries.finish(alike, outcome, now, duration_ms)
            kept = [result for result in results if result[0].id in ours]
            self._note_health(work, connector.name, [outcome for _, outcome, _ in kept])
            for parcel, outcome, failure in kept:
                connector.settle(work, parcel, outcome, gone=isinstance(failure, ReceiverGoneError))
                if error := report(parcel, outcome):
                    work.emit(error)
            work.commit()
        for parcel, outcome, _ in results:
            if parcel.id in ours:
                _tell(parcel, outcome, duration_ms)
            else:
                logger.warning("An attempt outlived its lease", delivery_id=str(parcel.id))

    def _note_health(self, work: W, name: ConnectorName, outcomes: Sequence[Outcome]) -> None:
        failed = [outcome for outcome in outcomes if outcome.status not in TAKEN]
        if len(failed) < len(outcomes):
            work.connectors.succeeded(name, self._clock.now())
        if failed:
            work.connectors.failed(name, self._clock.now(), failed[-1].error or "unknown")


def _tell(parcel: Parcel, outcome: Outcome, duration_ms: int) -> None:
    log = logger.info if outcome.status in TAKEN else logger.warning
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
