"""Handles events: store the booking, queue messages and send them; erase people's data."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from core.clock import Clock
from core.context import current_flow, flow
from core.observability import count
from notification.bookings.domain import KnownBooking, facts_of, known_booking
from notification.messages.domain.conditions import applies, applies_to_news
from notification.messages.domain.deliveries import (
    Delivery,
    account_deliveries,
    asked_for,
    by_rule,
    code_delivery,
    invitation_delivery,
    of_news,
)
from notification.messages.domain.news import cause_of, is_for_staff, its_reader
from notification.messages.domain.plans import (
    ACCOUNT_PLANS,
    NEWS_PLANS,
    AboutAccount,
    News,
    Plan,
    is_current,
    names_the_start,
    plan_for,
)
from notification.messages.ports import Outgoing, Staff, Work
from notification.messages.queueing import Queueing
from shared_schemas.channels import Channel
from shared_schemas.events.accounts import AccountErased, AccountJoined, CodeRequested
from shared_schemas.events.bookings import BookingEvent, BookingPaymentRefused
from shared_schemas.events.envelope import Envelope, EventData
from shared_schemas.events.payments import PaymentEvent, PaymentLinkRequested
from shared_schemas.events.staff import StaffInvited

SUBSCRIBER = "notification-messages"
OF_PEOPLE = frozenset({AccountErased.type, AccountJoined.type})


class Messages(Queueing[Work]):
    """Turns events into messages."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        outgoing: Outgoing,
        channels: Collection[Channel],
        staff: Staff,
    ) -> None:
        super().__init__(unit_of_work, clock, outgoing, channels)
        self._staff = staff

    def take(self, envelopes: Sequence[Envelope]) -> None:
        """Queue the messages of events in one transaction, once, and only then send them.

        `BookingUnknownError` if a payment's event arrives before its booking's, `TransientDeliveryError` if nobody
        tells who the administrators are: the queue delivers them again."""
        if len(envelopes) > 1 and any(envelope.type in OF_PEOPLE for envelope in envelopes):
            # What happens to a person comes where it came among the events of their bookings.
            for each in envelopes:
                self.take([each])
            return
        events = [(envelope, envelope.payload()) for envelope in sorted(envelopes, key=_about)]
        # Asked before the transaction, which waits for nobody.
        staff = self._staff.administrators() if any(is_for_staff(event) for _, event in events) else []
        with self._unit_of_work() as work:
            new = work.inbox.accept_all(SUBSCRIBER, [envelope.id for envelope in envelopes])
            queued = self._queue(work, [each for told in events for each in self._taken(work, *told, new, staff)])
            work.commit()
        if queued:
            self._outgoing.send(queued)

    def _taken(
        self, work: Work, envelope: Envelope, event: EventData, new: Collection[UUID], staff: list[UUID]
    ) -> list[Delivery]:
        """The messages that an event asks for, if it is `new`."""
        if envelope.id not in new:
            return []
        with flow(envelope.correlation_id, str(envelope.id)):
            _note_people(work, event)
            return self._wanted(work, envelope, event, staff if is_for_staff(event) else [])

    def _wanted(self, work: Work, envelope: Envelope, event: EventData, staff: list[UUID]) -> list[Delivery]:
        flow = current_flow()
        if isinstance(event, News):
            return self._news(work, envelope, event, staff or its_reader(event))
        if isinstance(event, AboutAccount):
            plan, owner = ACCOUNT_PLANS[type(event)], event.account_id
            return account_deliveries(plan, str(envelope.id), owner, flow.correlation_id, flow.causation_id)
        if isinstance(event, CodeRequested):
            return [code_delivery(event, str(envelope.id), flow.correlation_id, flow.causation_id)]
        if isinstance(event, StaffInvited):
            return [invitation_delivery(event, str(envelope.id), flow.correlation_id, flow.causation_id)]
        about_booking = plan_for(event)
        booking = _booking(work, event, about_booking, self._clock.now())
        if booking is None or about_booking is None:
            return []
        return self._about_booking(work, envelope, event, booking, about_booking)

    def _news(self, work: Work, envelope: Envelope, event: News, readers: list[UUID]) -> list[Delivery]:
        if not readers:
            return []
        flow, template = current_flow(), NEWS_PLANS[type(event)].template
        cause = cause_of(event, envelope.id, self._clock.now())
        rules = [rule for rule in work.rules.all() if applies_to_news(rule, template, event.type)]
        told = event, flow.correlation_id, flow.causation_id
        return [of_news(rule, cause, reader, *told) for rule in rules for reader in readers]

    def _about_booking(
        self, work: Work, envelope: Envelope, event: EventData, booking: KnownBooking, plan: Plan
    ) -> list[Delivery]:
        facts, flow = facts_of(event, booking), current_flow()
        if not is_current(plan.template, facts, booking):
            # Events may arrive out of order: "confirmed" must not follow "cancelled".
            count("MessagesOvertaken", template=plan.template)
            return []
        if names_the_start(event) and booking.version != getattr(event, "booking_version", None):
            # A newer event came first; else it was noted with the booking.
            work.bookings.told(booking.booking_id, self._clock.now())
        about = booking, facts, flow.correlation_id, flow.causation_id
        if isinstance(event, PaymentLinkRequested):
            return [asked_for(plan, str(envelope.id), event.channel, *about)]
        rules = [rule for rule in work.rules.all() if rule.event == event.type and rule.template == plan.template]
        return [by_rule(rule, str(envelope.id), *about) for rule in rules if applies(rule, booking, facts)]


def _about(envelope: Envelope) -> str:
    """In one order, so that two who take events of the same bookings never wait for each other."""
    return str(envelope.data.get("booking_id", ""))


def _note_people(work: Work, event: EventData) -> None:
    if isinstance(event, AccountErased):
        work.notifications.forget(event.account_id)
        work.preferences.forget(event.account_id)
        work.connections.forget([event.account_id])
        work.suppressions.forget(event.account_id)
    if isinstance(event, AccountJoined):
        work.notifications.hand_over(event.guest_ids, event.account_id)
        work.preferences.hand_over(event.guest_ids, event.account_id)
        work.suppressions.hand_over(event.guest_ids, event.account_id)
        # Whoever booked may be a stranger who only wrote the owner's address or number.
        work.connections.forget(event.guest_ids)


def _booking(work: Work, event: EventData, plan: Plan | None, now: datetime) -> KnownBooking | None:
    if isinstance(event, BookingEvent):
        tells = names_the_start(event) and plan is not None and event.status in plan.while_status
        return work.bookings.put(known_booking(event, current_flow().correlation_id), now, tells=tells)
    if isinstance(event, PaymentEvent | BookingPaymentRefused):
        return work.bookings.get(event.booking_id)
    return None
