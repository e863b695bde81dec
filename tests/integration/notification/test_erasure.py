"""Whoever is erased is forgotten here, too, on real PostgreSQL: nothing personal is left, and the rows are."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from core.jobs import Turn
from notification.errors import TransientDeliveryError
from shared_schemas.events import BookingCancelled, BookingConfirmed, BookingCreated
from tests.support.database import EngineFor
from tests.support.notification import PostOffice
from tests.support.samples import sample

PERSONAL = ("anna", "Анна", "9261234567", "заболел")


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("notification")


@pytest.fixture
def office(engine: Engine) -> Iterator[PostOffice]:
    yield PostOffice(engine)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM notification.notifications; DELETE FROM notification.bookings"))


def everything(engine: Engine) -> str:
    """All that the service has stored, as one text."""
    stored = "SELECT string_agg(t::text, '') FROM notification."
    with engine.connect() as connection:
        tables = ("notifications", "bookings", "outbox", "inbox", "idempotency_keys")
        return "".join(connection.execute(text(stored + table + " AS t")).scalar_one() or "" for table in tables)


def test_a_persons_messages_stay_as_rows_without_the_person(office: PostOffice, engine: Engine) -> None:
    office.take(office.booking(BookingConfirmed, 2, "confirmed"))
    office.take(office.booking(BookingCancelled, 3, "cancelled", reason="заболел"))
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

    def while_sending(_address: str, _message: object) -> str:
        worker.take(office.erasure())
        return "reference"

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
