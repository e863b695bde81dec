"""Whoever is erased is forgotten here, too, on real PostgreSQL: nothing personal is left, and the rows are."""

import json
from uuid import uuid4

from sqlalchemy import Engine, text

from core.jobs import Turn
from notification.channels.port import Accepted
from notification.errors import TransientDeliveryError
from shared_schemas.events.accounts import AccountJoined
from shared_schemas.events.bookings import BookingCancelled, BookingConfirmed, BookingCreated
from tests.support.notification import PostOffice
from tests.support.samples import sample

PERSONAL = ("anna", "Анна", "9261234567", "заболел")


def everything(engine: Engine) -> str:
    """All that the service has stored, as one text."""
    stored = "SELECT string_agg(t::text, '') FROM notification."
    with engine.connect() as connection:
        tables = ("notifications", "bookings", "outbox", "inbox", "idempotency_keys")
        return "".join(connection.execute(text(stored + table + " AS t")).scalar_one() or "" for table in tables)


def test_a_persons_messages_stay_as_rows_without_the_person(office: PostOffice, engine: Engine) -> None:
    office.cancelled.said = "заболел"
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    office.take(office.booking(BookingCancelled, 3, "cancelled"))
    before, states = everything(engine), office.states()
    assert all(word in before for word in PERSONAL)

    office.take(office.erasure())

    assert not any(word in everything(engine) for word in PERSONAL)
    assert (office.states(), len(states)) == (states, 3)
    assert {(n.address, n.message) for n in office.queued()} == {(None, None)}
    assert {n.recipient_id for n in office.queued()} == {office.customer_id}


def test_others_keep_their_messages(office: PostOffice, engine: Engine) -> None:
    other = PostOffice(engine)
    other.take(other.booking(BookingConfirmed, 2, "confirmed"))
    kept = other.queued()

    office.take(office.erasure())

    assert other.queued() == kept
    assert kept[0].address == "anna@example.test"


def test_what_waits_is_not_sent_any_more(office: PostOffice) -> None:
    office.mail.trouble = [TransientDeliveryError("ses_down")]
    office.take(office.booking(BookingCreated, 1, "pending"))

    office.take(office.erasure())
    office.clock.advance(days=1)

    assert office.sending.send_due(Turn()) == 0
    (kept,) = office.queued()
    assert (kept.status, kept.reason, kept.next_attempt_at) == ("skipped", "recipient_erased", None)
    assert (kept.address, kept.message, office.mail.sent) == (None, None, [])


def test_an_attempt_that_is_under_way_leaves_no_trace_of_the_person(office: PostOffice, engine: Engine) -> None:
    """The account goes while the provider is being asked."""

    worker = PostOffice(engine)

    def while_sending(_parcel: object) -> Accepted:
        worker.take(office.erasure())
        return Accepted("postman", "reference")

    office.mail.send = while_sending  # type: ignore[method-assign, assignment]
    office.take(office.booking(BookingCreated, 1, "pending"))

    assert [(n.status, n.address, n.message) for n in office.queued()] == [("skipped", None, None)]


def test_the_erasure_comes_through_the_queue_and_once(office: PostOffice) -> None:
    """What is told to an erased person's id after that is not the erasure's affair, even if it is delivered again."""
    record = sample("sqs_booking_confirmed")["Records"][0]
    body = json.dumps(json.loads(record["body"]) | {"detail": office.erasure().model_dump(mode="json")})
    batch = {"Records": [{**record, "body": body}]}
    office.take(office.booking(BookingCreated, 1, "pending"))

    assert office.deliver(batch) == {"batchItemFailures": []}
    assert [n.address for n in office.queued()] == [None]

    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    assert office.deliver(batch) == {"batchItemFailures": []}
    assert [n.address for n in office.queued()] == ["anna@example.test", "+79261234567", None]


def test_why_somebody_called_off_is_asked_for_and_stored_in_the_message_alone(
    office: PostOffice, engine: Engine
) -> None:
    office.cancelled.said = "заболел"
    # Events of before told it.
    office.take(office.booking(BookingCancelled, 3, "cancelled", reason="мама заболела"))

    assert "Причина: заболел" in office.mail.sent[0][1].text
    assert "мама" not in everything(engine)
    with engine.connect() as connection:
        facts = text("SELECT facts::text FROM notification.notifications WHERE booking_id = :id")
        assert "заболел" not in connection.execute(facts, {"id": office.booking_id}).scalar_one()


def test_a_message_waits_while_nobody_can_say_why(office: PostOffice) -> None:
    office.cancelled.trouble = TransientDeliveryError("booking_unavailable")
    office.take(office.booking(BookingCancelled, 3, "cancelled"))
    assert [(n.status, n.reason) for n in office.queued()] == [("pending", "booking_unavailable")]

    office.cancelled.trouble, office.cancelled.said = None, "заболел"
    office.clock.advance(minutes=2)
    office.sending.send_due(Turn())

    assert "Причина: заболел" in office.mail.sent[0][1].text


def test_the_messages_to_a_guest_are_the_accounts_once_they_are_one(office: PostOffice, engine: Engine) -> None:
    other, account_id = PostOffice(engine), uuid4()
    for each in (office, other):
        each.take(each.booking(BookingConfirmed, 2, "confirmed"))

    office.take(office.wrap(AccountJoined(account_id=account_id, guest_ids=[office.customer_id]), "gateway"))

    assert {n.recipient_id for n in office.queued()} == {account_id}
    assert {n.recipient_id for n in other.queued()} == {other.customer_id}
    with engine.connect() as connection:
        query = text("SELECT customer_id FROM notification.bookings WHERE booking_id = :id")
        found = [connection.execute(query, {"id": each.booking_id}).scalar_one() for each in (office, other)]
    assert found == [account_id, other.customer_id]
