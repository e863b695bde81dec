"""Hands queued messages over to the providers, and remembers how that went."""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from core.clock import Clock
from core.context import flow
from core.jobs import Turn, one_by_one
from core.observability import count, logger
from notification.domain import MAX_ATTEMPTS, Delivery, Letter, Outcome, after_failure, is_current
from notification.errors import DeliveryError, TransientDeliveryError
from notification.ports import SEND_PENDING, Contacts, Renderer, Sender, Work
from shared_schemas.events import Channel, NotificationFailed, NotificationSent


class Sending:
    """One attempt is three steps: claim the message (commit), hand it over, record the outcome (commit).

    The claim keeps a second worker off. A crash between the last two steps leaves it open whether the provider took
    the message, and neither SES nor sms.ru offers a key to find out: after the lease it is sent again, because a
    message twice does less harm than none."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        contacts: Contacts,
        renderer: Renderer,
        senders: Mapping[Channel, Sender],
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._contacts = contacts
        self._renderer = renderer
        self._senders = senders

    def send(self, ids: Sequence[UUID]) -> None:
        """Send these now, unless somebody else is at it."""
        for notification_id in ids:
            if delivery := self._claim(notification_id):
                self._attempt(delivery)

    def send_due(self, turn: Turn) -> int:
        """Send what is due, the longest due first, as far as time allows; returns how many."""
        claim = lambda: self._claim(None)  # noqa: E731
        return one_by_one(turn, self._unit_of_work, SEND_PENDING, claim, self._attempt, lambda each: each.id)

    def _claim(self, notification_id: UUID | None) -> Delivery | None:
        with self._unit_of_work() as work:
            delivery = work.notifications.claim(self._clock.now(), notification_id)
            work.commit()
            return delivery

    def _attempt(self, delivery: Delivery) -> None:
        with flow(delivery.correlation_id, delivery.causation_id):
            self._finish(delivery, self._outcome(delivery))

    def _outcome(self, delivery: Delivery) -> Outcome:
        if not self._is_current(delivery):
            return Outcome("skipped", reason="outdated")
        if delivery.attempts > MAX_ATTEMPTS:
            # Whoever tried last never came back.
            return Outcome("failed", reason="abandoned")
        return self._hand_over(delivery)

    def _is_current(self, delivery: Delivery) -> bool:
        with self._unit_of_work() as work:
            return is_current(delivery.template, delivery.facts, work.bookings.get(delivery.booking_id))

    def _hand_over(self, delivery: Delivery) -> Outcome:
        letter = None
        try:
            sender = self._sender(delivery.channel)
            letter = self._write(delivery, sender)
            reference = sender.send(letter.address, letter.message)
            return Outcome("sent", letter, provider_reference=reference)
        except DeliveryError as error:
            failure = error
        except Exception as error:
            # A fault of ours: it must show, and must not keep the other messages from leaving.
            logger.exception("A message could not be handed over", notification_id=str(delivery.id))
            failure = TransientDeliveryError(type(error).__name__)
        return after_failure(delivery.attempts, failure, self._clock.now(), letter)

    def _sender(self, channel: Channel) -> Sender:
        try:
            return self._senders[channel]
        except KeyError:
            raise TransientDeliveryError("channel_off") from None

    def _write(self, delivery: Delivery, sender: Sender) -> Letter:
        contact = self._contacts.contact(delivery.recipient_id)
        address = sender.address(contact)
        message = self._renderer.render(
            delivery.template, delivery.channel, contact.locale, contact.full_name, delivery.facts
        )
        return Letter(address, message)

    def _finish(self, delivery: Delivery, outcome: Outcome) -> None:
        with self._unit_of_work() as work:
            if not work.notifications.finish(delivery, outcome, self._clock.now()):
                logger.warning("An attempt outlived its lease", notification_id=str(delivery.id))
                return
            _tell(work, delivery, outcome)
            work.commit()
        log = logger.info if outcome.status == "sent" else logger.warning
        log("A message was tried", notification_id=str(delivery.id), status=outcome.status, reason=outcome.reason)
        count("Messages", channel=delivery.channel, status=outcome.status)


def _tell(work: Work, delivery: Delivery, outcome: Outcome) -> None:
    about = {
        "notification_id": delivery.id,
        "template": delivery.template,
        "channel": delivery.channel,
        "recipient_id": delivery.recipient_id,
        "booking_id": delivery.booking_id,
    }
    if outcome.status == "sent":
        work.emit(NotificationSent.model_validate(about))
    elif outcome.status == "failed":
        work.emit(NotificationFailed.model_validate(about | {"reason": outcome.reason}))
