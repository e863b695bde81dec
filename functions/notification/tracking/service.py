"""Follows messages to their end: providers are asked, and say when it is worth asking."""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from core.claimed_work import ClaimedWork
from core.clock import Clock
from core.context import flow
from core.jobs import Turn
from core.observability import count, logger
from notification.channels.port import Tracked
from notification.errors import CallbackForgedError, DeliveryError, MessageProviderUnknownError
from notification.refusals import Refusals
from notification.tracking.domain import Finding, Followed, judged, later
from notification.tracking.ports import ASK_DELIVERY, Work
from shared_schemas.events.operations import ServiceError


class Tracking:
    """A callback is only a hint to ask now: what counts is the answer to our own question."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, tracked: Mapping[str, Tracked]) -> None:
        """`tracked` are the providers that can say what became of a message."""
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._tracked = tracked
        self._refusals = Refusals(unit_of_work, clock)
        self._work = ClaimedWork[Followed](
            ASK_DELIVERY,
            unit_of_work,
            self._claim,
            self._ask,
            key=lambda message: message.id,
            asked=lambda message: message.provider,
        )

    def callback(self, name: str, body: bytes) -> str:
        """What a provider that says something gets as its answer.

        `MessageProviderUnknownError`; `CallbackMalformedError`; `CallbackForgedError`, which staff are told of."""
        tracked = self._tracked.get(name)
        if tracked is None:
            raise MessageProviderUnknownError
        try:
            references = tracked.told(body)
        except CallbackForgedError:
            self._refusals.report("callback", CallbackForgedError.code, f"a call in the name of {name}")
            raise
        with self._unit_of_work() as work:
            ids = work.followings.by_reference(name, references)
        self._work.now(ids)
        return tracked.ANSWER

    def ask_due(self, turn: Turn) -> int:
        """Ask after those that are due, as far as time allows; returns the number."""
        return self._work.run(turn)

    def _claim(self, message_id: UUID | None, without: Collection[str]) -> Followed | None:
        with self._unit_of_work() as work:
            found = work.followings.claim(self._clock.now(), message_id, without)
            work.commit()
            return found

    def _ask(self, message: Followed) -> bool:
        tracked, now = self._tracked.get(message.provider), self._clock.now()
        if tracked is None:
            # Switched off meanwhile.
            self._record(message, later(message, now))
            return True
        try:
            fate = tracked.fate(message.provider_reference, message.address)
        except DeliveryError as error:
            logger.warning("A provider does not say what became of a message", reason=error.reason)
            self._record(message, later(message, now))
            return False
        self._record(message, judged(message, fate.state, fate.reason, now))
        return True

    def _record(self, message: Followed, finding: Finding) -> None:
        with flow(message.correlation_id, message.causation_id), self._unit_of_work() as work:
            work.followings.record(message, finding, self._clock.now())
            if finding.is_a_lie:
                told = f"message {message.id} was taken by {message.provider}, which now knows of none"
                work.emit(_error("delivery", str(finding.delivery_reason), told, message.booking_id))
            work.commit()
        if finding.delivery:
            count("MessagesFollowed", provider=message.provider, delivery=finding.delivery)


def _error(operation: str, code: str, detail: str, booking_id: UUID | None = None) -> ServiceError:
    return ServiceError(service="notification", operation=operation, code=code, detail=detail, booking_id=booking_id)
