"""What a rule would do for a booking, shown to staff; nothing is sent."""

from collections.abc import Callable, Mapping
from uuid import UUID

from core.clock import Clock
from notification.bookings.domain import KnownBooking
from notification.channels.port import Sender
from notification.errors import BookingNotFoundError, BookingUnknownError, DeliveryError
from notification.history.masking import masked_address, without_links
from notification.messages.domain.conditions import applies
from notification.messages.domain.deliveries import Delivery, by_rule
from notification.messages.domain.plans import is_current
from notification.previews.domain import supposed
from notification.previews.ports import Work
from notification.reminders.domain import timed
from notification.rules.domain.checks import ABOUT_NO_VISIT
from notification.rules.errors import RuleNotFoundError
from notification.sending.letters import Writing
from shared_schemas.channels import Channel
from shared_schemas.messages.rules import MessageRule, RulePreview, RulePreviewMessage


class RulePreviews:
    """Tries a rule on a real booking."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, writing: Writing, senders: Mapping[Channel, Sender]
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._writing = writing
        self._senders = senders

    def of(self, rule_id: UUID, booking_id: UUID, *, whole: bool) -> RulePreview:
        """`RuleNotFoundError`, `BookingNotFoundError`. Unless `whole` it has no texts and no addresses."""
        with self._unit_of_work() as work:
            rule = next((each for each in work.rules.all() if each.id == rule_id), None)
            if rule is None:
                raise RuleNotFoundError(rule_id=str(rule_id))
            if rule.template in ABOUT_NO_VISIT:
                return RulePreview(would_send=False, reason="about_no_booking")
            try:
                booking = work.bookings.get(booking_id)
            except BookingUnknownError:
                raise BookingNotFoundError(booking_id=str(booking_id)) from None
        reason = self._reason(rule, booking)
        due = next((each.due for each in timed([rule], booking)), None)
        shown = [self._message(rule, booking, channel, whole=whole) for channel in rule.channels]
        return RulePreview(would_send=reason is None, reason=reason, due_at=due, messages=shown)

    def _reason(self, rule: MessageRule, booking: KnownBooking) -> str | None:
        """Why nothing would be sent, by a word of ours."""
        if not rule.active:
            return "switched_off"
        if not is_current(rule.template, booking.facts, booking):
            return "status"
        if not applies(rule, booking, booking.facts):
            return "condition"
        return None if set(rule.channels) & self._senders.keys() else "channel_off"

    def _message(
        self, rule: MessageRule, booking: KnownBooking, channel: Channel, *, whole: bool
    ) -> RulePreviewMessage:
        if (sender := self._senders.get(channel)) is None:
            return RulePreviewMessage(channel=channel, reason="channel_off")
        try:
            letter = self._writing.letter(_delivery(rule, booking, channel), sender)
        except DeliveryError as error:
            return RulePreviewMessage(channel=channel, reason=error.reason)
        address = letter.address if whole else masked_address(letter.address)
        return RulePreviewMessage(
            channel=channel, address=address, message=without_links(letter.message) if whole else None
        )


def _delivery(rule: MessageRule, booking: KnownBooking, channel: Channel) -> Delivery:
    alone = rule.model_copy(update={"channels": [channel]})
    return by_rule(alone, "preview", booking, supposed(booking), booking.correlation_id, None)
