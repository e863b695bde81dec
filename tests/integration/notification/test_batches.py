"""Many events at once: their messages are queued in one transaction and leased together; each goes out by itself."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, event, text

from core.jobs import Turn
from notification.channels.port import Accepted, Parcel
from notification.errors import TransientDeliveryError
from notification.sending.quiet import Peace
from shared_schemas.events.bookings import BookingCancelled, BookingConfirmed, BookingCreated
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.payments import PaymentSucceeded
from tests.support.notification import Killed, PostOffice, Provider, somebody


def confirmations(office: PostOffice, count: int) -> list[Envelope]:
    """Of as many bookings of one customer; the office knows the last of them."""
    made = []
    for office.booking_id in [uuid4() for _ in range(count)]:
        made.append(office.booking(BookingConfirmed, 2, "confirmed"))
    return made


def batch(*envelopes: Envelope) -> dict[str, Any]:
    """As Lambda hands them over; the ids of the records are those of the events."""
    arn = "arn:aws:sqs:us-east-1:000000000000:cyclorama-notification-messages"
    return {
        "Records": [
            {
                "messageId": str(each.id),
                "receiptHandle": "handle",
                "body": f'{{"detail": {each.model_dump_json()}}}',
                "attributes": {"ApproximateReceiveCount": "1"},
                "eventSource": "aws:sqs",
                "eventSourceARN": arn,
            }
            for each in envelopes
        ]
    }


def state_of(office: PostOffice, about: Envelope) -> list[tuple[str, str, int]]:
    office.booking_id = UUID(about.data["booking_id"])
    return sorted((each.channel, each.status, each.attempts) for each in office.queued())


def test_messages_of_a_batch_go_out_once(office: PostOffice) -> None:
    events = confirmations(office, 7)

    assert office.deliver(batch(*events, events[0])) == {"batchItemFailures": []}
    assert office.deliver(batch(*events)) == {"batchItemFailures": []}

    assert [state_of(office, each) for each in events] == [[("email", "sent", 1), ("sms", "sent", 1)]] * 7
    assert (len(office.mail.sent), len(office.sms.sent)) == (7, 7)
    # Each is told of in the flow of its own event.
    assert {event.causation_id for event in office.broker.taken} == {str(each.id) for each in events}


def test_an_event_that_comes_again_writes_no_message_that_was_removed_meanwhile(office: PostOffice) -> None:
    [event] = confirmations(office, 1)
    office.deliver(batch(event))
    with office.engine.begin() as connection:
        connection.execute(text("DELETE FROM notification.notifications WHERE cause = :id"), {"id": str(event.id)})

    office.deliver(batch(event))

    assert (len(office.mail.sent), len(office.sms.sent)) == (1, 1)


def test_what_is_wrong_with_one_event_holds_up_no_other(office: PostOffice) -> None:
    [known] = confirmations(office, 1)
    office.booking_id = uuid4()
    early = office.payment(PaymentSucceeded)

    assert office.deliver(batch(early, known)) == {"batchItemFailures": [{"itemIdentifier": str(early.id)}]}

    assert state_of(office, known) == [("email", "sent", 1), ("sms", "sent", 1)]


def test_those_of_a_batch_are_counted_as_they_go(office: PostOffice) -> None:
    office.sending._peace = Peace(daily=3)
    events = confirmations(office, 2)

    office.deliver(batch(*events))

    states = [status for each in events for _, status, _ in state_of(office, each)]
    assert sorted(states) == ["sent", "sent", "sent", "skipped"]


def test_behind_a_provider_that_does_not_answer_nobody_waits(office: PostOffice) -> None:
    office.mail.trouble = [TransientDeliveryError("busy")]
    first, *others = confirmations(office, 3)

    office.deliver(batch(first, *others))

    tried = [each for each in (first, *others) if ("email", "pending", 1) in state_of(office, each)]
    left = [each for each in (first, *others) if ("email", "pending", 0) in state_of(office, each)]
    assert (len(tried), len(left), len(office.sms.sent)) == (1, 2, 3)
    office.clock.advance(minutes=2)
    office.sending.send_due(Turn())
    assert len(office.mail.sent) == 3


class Slow(Provider):
    """Takes six seconds for each, and calls what is to happen during the first."""

    def __init__(self, office: PostOffice, meanwhile: Any) -> None:
        super().__init__("email")
        self.office, self.meanwhile = office, meanwhile

    def send(self, parcel: Parcel) -> Accepted:
        self.office.clock.advance(seconds=6)
        if not self.sent:
            self.meanwhile()
        return super().send(parcel)


def test_what_waited_for_long_is_looked_at_anew(office: PostOffice) -> None:
    events = sorted(confirmations(office, 3), key=lambda each: str(each.data["booking_id"]))
    elsewhere = PostOffice(office.engine)
    elsewhere.booking_id, elsewhere.number = UUID(events[-1].data["booking_id"]), office.number
    elsewhere.customer_id = office.customer_id
    cancelled = elsewhere.booking(BookingCancelled, 3, "cancelled")
    office.sending._senders = {"email": Slow(office, lambda: elsewhere.take(cancelled))}
    office.messages._addresses = frozenset({"email"})

    office.deliver(batch(*events))

    assert [state_of(office, each) for each in events[:2]] == [[("email", "sent", 1)]] * 2
    assert sorted(state_of(office, events[2])) == [("email", "sent", 1), ("email", "skipped", 1)]


def test_what_others_have_leased_may_not_go_out_and_fills_no_day(office: PostOffice) -> None:
    [*events, last] = confirmations(office, 4)
    elsewhere, seen = PostOffice(office.engine), []
    elsewhere.booking_id, elsewhere.number = office.booking_id, office.number
    elsewhere.customer_id = office.customer_id

    def meanwhile() -> None:
        elsewhere.take(last)
        seen.extend(state_of(office, last))

    for each in (office, elsewhere):
        each.sending._peace = Peace(daily=3)
        each.messages._addresses = frozenset({"email"})
    office.sending._senders = {"email": Slow(office, meanwhile)}

    office.deliver(batch(*events))

    assert seen == [("email", "pending", 0)]
    assert [state_of(office, each) for each in events] == [[("email", "sent", 1)]] * 3
    office.clock.advance(minutes=2)
    office.sending.send_due(Turn())
    assert state_of(office, last) == [("email", "skipped", 1)]


def test_a_worker_that_fails_gives_back_what_it_had_not_begun(
    office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_parcel: Parcel) -> Accepted:
        raise Killed

    monkeypatch.setattr(office.sms, "send", killed)
    events = confirmations(office, 3)

    with pytest.raises(Killed):
        office.messages.take(events)

    states = sorted(state for each in events for state in state_of(office, each))
    assert [state for state in states if state[1] == "sending"] == [("sms", "sending", 1)]
    assert all(attempts == 0 for _, status, attempts in states if status == "pending")


def test_an_erasure_comes_where_it_came(office: PostOffice) -> None:
    [before] = confirmations(office, 1)

    office.deliver(batch(before, office.erasure()))

    assert state_of(office, before) == [("email", "sent", 1), ("sms", "sent", 1)]
    assert {each.address for each in office.queued()} == {None}


def test_a_message_waits_for_the_disk_but_for_what_a_crash_may_lose(office: PostOffice) -> None:
    """To an address that nobody has confirmed: queued, leased, given room, sent."""
    office.people.email, office.people.confirmed = somebody(), False
    found: list[str] = []

    def note(connection: Connection) -> None:
        found.append(_durability(connection))

    event.listen(office.engine, "commit", note)
    try:
        office.take(office.booking(BookingCreated, 1, "pending"))
    finally:
        event.remove(office.engine, "commit", note)

    with office.engine.connect() as connection:
        usual = _durability(connection)
    assert found == [usual, usual, "off", usual]


def _durability(connection: Connection) -> str:
    return str(connection.exec_driver_sql("SHOW synchronous_commit").scalar_one())
