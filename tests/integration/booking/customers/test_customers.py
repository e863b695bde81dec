"""What staff know of customers, the studio's terms, and how a person is forgotten."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from booking import consumers
from booking.customers.errors import CustomerBlockedError
from booking.customers.service import Customers
from booking.feeds.tables import calendar_feeds
from booking.tables import delivery
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.customers import BlockRequest, NoteRequest, PrepaymentRequest
from shared_schemas.booking.policy import PolicyRequest, RefundTier
from shared_schemas.booking.waitlist import WaitlistQuery, WaitlistRequest
from shared_schemas.common import Role
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.accounts import AccountErased
from shared_schemas.events.envelope import Envelope, EventData
from shared_schemas.events.payments import PaymentNotificationReceived
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.samples import envelope, sample
from tests.support.system.environment import Context

pytestmark = pytest.mark.usefixtures("default_policy", "served")


@pytest.fixture
def customers(studio: Studio) -> Customers:
    return studio.app.customers


def deliver(studio: Studio, data: EventData, event_id: UUID) -> list[str]:
    """What the queue's function reports as failed."""
    envelope = Envelope.wrap(
        data, time=studio.clock.now(), source="gateway", correlation_id="erasure", causation_id=None
    ).model_copy(update={"id": event_id})
    record: dict[str, Any] = {
        "messageId": "m1",
        "receiptHandle": "r1",
        "body": f'{{"detail": {envelope.model_dump_json()}}}',
        "attributes": {"ApproximateReceiveCount": "1"},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:cyclorama-booking-customers",
    }
    answer = consumers.forget_customers({"Records": [record]}, Context())
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_the_sample_of_an_erasure_is_taken_once(studio: Studio, customers: Customers) -> None:
    person = Identity(str(envelope("sqs_account_erased").data["account_id"]), Role.CLIENT)
    booking = studio.book(studio.hall(), caller=person, comment="ask for Alice")

    for _ in range(2):
        assert consumers.forget_customers(sample("sqs_account_erased"), Context()) == {"batchItemFailures": []}

    assert studio.bookings.get(booking.id, person).comment is None
    assert customers.get(person.user_id).erased_at == studio.clock.now()


def test_history_comes_in_figures(studio: Studio, customers: Customers) -> None:
    hall = studio.hall()
    studio.paid(hall)
    cancelled = studio.paid(hall, START + timedelta(days=5))
    studio.bookings.cancel(cancelled.id, CancelRequest(), studio.customer, None)

    known = customers.get(studio.customer.user_id)

    assert known.bookings == {"confirmed": 1, "cancelled": 1}
    assert known.spent.amount == 200_000


def test_a_note_is_taken_down_once(studio: Studio, customers: Customers) -> None:
    key = IdempotencyKey(MANAGER.subject, "POST /notes", str(uuid4()), "same")
    request = NoteRequest(text="Brings a dog")

    notes = [customers.add_note(studio.customer.user_id, request, MANAGER, key) for _ in range(2)]

    assert customers.get(studio.customer.user_id).notes == notes[:1] == notes[1:]
    assert notes[0].author == MANAGER.subject


def test_who_is_blocked_cannot_book_and_is_not_told_why(studio: Studio, customers: Customers) -> None:
    hall = studio.hall()
    customers.block(studio.customer.user_id, BlockRequest(reason="Broke a lamp"))

    with pytest.raises(CustomerBlockedError) as refused:
        studio.book(hall)

    assert "lamp" not in f"{refused.value.message('en')} {refused.value.message('ru')} {refused.value.params}"
    customers.unblock(studio.customer.user_id)
    studio.book(hall)


def test_staff_ask_more_of_one_customer(studio: Studio, customers: Customers) -> None:
    hall = studio.hall()

    customers.set_prepayment(studio.customer.user_id, PrepaymentRequest(percent=100))
    full = studio.book(hall)
    customers.set_prepayment(studio.customer.user_id, PrepaymentRequest())
    usual = studio.book(hall, START + timedelta(hours=2))

    assert (full.prepayment, usual.prepayment.amount * 2) == (full.total, usual.total.amount)


def test_new_terms_are_a_new_version_and_old_bookings_keep_theirs(studio: Studio) -> None:
    before = studio.policies.current()
    booking = studio.book(studio.hall())
    tiers = [RefundTier(hours_before=0, percent=10), RefundTier(hours_before=48, percent=90)]

    stored = studio.policies.replace(PolicyRequest(refund_tiers=tiers), MANAGER)

    assert studio.policies.current() == stored
    assert (stored.version, stored.refund_tiers) == (before.version + 1, tiers[::-1])
    assert studio.bookings.get(booking.id, MANAGER).terms.refund_tiers == before.refund_tiers


def test_terms_against_reason_are_refused_and_not_stored(studio: Studio) -> None:
    before = studio.policies.current()

    with pytest.raises(RuleViolationError):
        studio.policies.replace(PolicyRequest(refund_tiers=[RefundTier(hours_before=1, percent=1)] * 2), MANAGER)

    assert studio.policies.current() == before


def test_a_forgotten_person_leaves_only_what_accounting_needs(studio: Studio, customers: Customers) -> None:
    hall, who = studio.hall(), studio.customer
    key = IdempotencyKey(who.subject, "POST /v1/bookings", str(uuid4()), "digest")
    policy = studio.policies.replace(PolicyRequest(rules_version="1"), MANAGER)
    visit = studio.book(hall, comment="Anna's birthday", rules_version="1", key=key)
    studio.pay(visit, uuid4())
    studio.bookings.cancel(visit.id, CancelRequest(reason="Anna is ill"), who, None)
    taken = studio.book(hall, caller=Identity(str(uuid4()), Role.CLIENT), rules_version="1")
    wish = WaitlistRequest(
        hall_id=hall.id, start=taken.start, end=taken.end, comment="for Anna", rules_version=policy.rules_version
    )
    studio.waitlist.join(wish, who, None)
    customers.add_note(who.user_id, NoteRequest(text="Anna's mother"), MANAGER, None)
    customers.block(who.user_id, BlockRequest(reason="Anna's dog"))
    feed = {"id": uuid4(), "token_digest": str(uuid4()), "customer_id": who.user_id}
    with studio.engine.begin() as connection:
        connection.execute(insert(calendar_feeds), feed | {"created_by": who.user_id, "created_at": studio.clock.now()})

    event_id = uuid4()
    assert deliver(studio, AccountErased(account_id=who.user_id), event_id) == []

    known = customers.get(who.user_id)
    assert (known.notes, known.block_reason, known.erased_at) == ([], None, studio.clock.now())
    assert [acceptance.version for acceptance in known.acceptances] == ["1"]
    left = studio.bookings.get(visit.id, MANAGER)
    assert (left.comment, left.paid, left.rules_version) == (None, visit.prepayment, "1")
    assert {step.reason for step in studio.bookings.history(visit.id)} == {None}
    (entry,) = studio.waitlist.page(WaitlistQuery(), who).data
    assert (entry.comment, entry.status) == (None, "withdrawn")
    with studio.engine.connect() as connection:
        revoked = connection.execute(select(calendar_feeds.c.revoked_at).where(calendar_feeds.c.id == feed["id"]))
        assert revoked.scalar_one() == studio.clock.now()
        stored = select(delivery.idempotency).where(delivery.idempotency.c.principal == who.subject)
        assert connection.execute(stored).all() == []

    customers.add_note(who.user_id, NoteRequest(text="came back"), MANAGER, None)
    assert deliver(studio, AccountErased(account_id=who.user_id), event_id) == []
    assert len(customers.get(who.user_id).notes) == 1


def test_answers_to_staff_about_the_person_are_forgotten_and_no_others(studio: Studio, customers: Customers) -> None:
    def key(path: str) -> IdempotencyKey:
        return IdempotencyKey(MANAGER.subject, f"POST {path}", str(uuid4()), "digest")

    hall, who, other = studio.hall(), studio.customer.user_id, uuid4()
    for number, customer in enumerate((who, other)):
        start = START + timedelta(hours=2 * number)
        studio.book(hall, start, caller=MANAGER, customer_id=customer, comment="for Anna", key=key("/v1/bookings"))
        notes = key(f"/v1/customers/{customer}/notes")
        customers.add_note(customer, NoteRequest(text="Anna's mother"), MANAGER, notes)

    deliver(studio, AccountErased(account_id=who), uuid4())

    with studio.engine.connect() as connection:
        table = delivery.idempotency
        stored = connection.execute(select(table).where(table.c.principal == MANAGER.subject)).all()
    assert not [row for row in stored if str(who) in f"{row.operation} {row.response}"]
    assert len([row for row in stored if str(other) in f"{row.operation} {row.response}"]) == 2


def test_others_are_not_forgotten(studio: Studio, customers: Customers) -> None:
    booking = studio.book(studio.hall(), comment="Mine")
    customers.add_note(studio.customer.user_id, NoteRequest(text="Stays"), MANAGER, None)

    deliver(studio, AccountErased(account_id=uuid4()), uuid4())

    assert studio.bookings.get(booking.id, MANAGER).comment == "Mine"
    assert len(customers.get(studio.customer.user_id).notes) == 1


def test_an_event_that_does_not_belong_here_is_reported(studio: Studio) -> None:
    stranger = PaymentNotificationReceived(notification_id=uuid4(), provider="yookassa")

    assert deliver(studio, stranger, uuid4()) == ["m1"]
