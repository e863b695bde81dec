"""Certificates and passes: sold, used once by whoever has the code, given back, blocked, paid out."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from payment.certificates.errors import (
    BuyerNotFoundError,
    CertificateBlockedError,
    CertificateNotFoundError,
    CertificatePeriodError,
    CertificateUsedUpError,
)
from shared_schemas.common import Money, Role
from shared_schemas.errors import CycloramaError, ForbiddenError
from shared_schemas.events.payments import PaymentRefunded, PaymentSucceeded
from shared_schemas.payment.certificates import (
    CertificateChanges,
    CertificateEntriesQuery,
    CertificateLookup,
    CertificatePaymentRequest,
    CertificatePayoutRequest,
    CertificateRequest,
    CertificatesQuery,
    NewCertificate,
)
from tests.support.database import EngineFor
from tests.support.payment.held import Safe
from tests.support.payment.refunds import STAFF
from tests.support.waiting import PATIENCE_SECONDS

HALL = uuid4()
TWO_HOURS = [{"hall_id": HALL, "tariff": "Day", "minutes": 120, "amount": {"amount": 400_000}}]


def hours(safe: Safe, **changes: Any) -> Any:
    """Ten hours, worth 20,000 rubles, for 15,000."""
    return safe.certificate(amount=None, minutes=600, price={"amount": 1_500_000}, hall_ids=[HALL], **changes)


def test_its_code_is_told_once_and_kept_nowhere(safe: Safe) -> None:
    sold = safe.certificate()
    assert (sold.state, sold.remaining, sold.tail) == ("active", 500_000, sold.code[-4:])
    with safe.engine.connect() as connection:
        for table in ("certificates", "held_money", "held_money_entries", "outbox"):
            rows = connection.execute(text(f"SELECT CAST(t AS text) FROM payment.{table} t")).scalars()  # noqa: S608
            assert not [row for row in rows if sold.code in row or sold.code.replace("-", "") in row]


def test_whoever_has_the_code_pays_with_it_as_far_as_it_goes(safe: Safe) -> None:
    sold = safe.certificate()
    first = safe.use(safe.booked(), sold.code.lower().replace("-", " "))
    assert (first.provider, first.amount, first.status) == ("certificate", Money(amount=400_000), "succeeded")
    assert safe.use(safe.booked(), sold.code).amount == Money(amount=100_000)
    with pytest.raises(CertificateUsedUpError):
        safe.use(safe.booked(), sold.code)
    assert (safe.uneven(), safe.differences(), safe.revenue()) == ([], [], 500_000)


def test_a_wrong_code_and_one_that_was_renewed_open_nothing(safe: Safe) -> None:
    sold = safe.certificate()
    renewed = safe.app.certificates.renew_code(sold.id)
    for code in (sold.code, "0000-0000-0000-0000"):
        with pytest.raises(CertificateNotFoundError):
            safe.use(safe.booked(), code)
        with pytest.raises(CertificateNotFoundError):
            safe.app.certificates.lookup(CertificateLookup(code=code))
    assert safe.app.certificates.lookup(CertificateLookup(code=renewed.code)).remaining == 500_000


def test_a_repeated_sale_is_one_certificate_whose_code_its_buyer_may_have_read(safe: Safe) -> None:
    request = CertificateRequest.model_validate(
        {"name": "A gift", "amount": {"amount": 1}, "method": "cash", "valid_until": "2030-01-01"}
    )
    key = IdempotencyKey(STAFF.subject, "POST /v1/certificates", str(uuid4()), "a body")

    def sell() -> NewCertificate:
        return safe.app.certificates.sell(request, STAFF, key)

    first = sell()
    assert safe.app.certificates.letter(first.id).code == first.code
    assert (sell(), safe.rows("certificates"), safe.in_hand()) == (first, 1, 1)
    assert safe.app.certificates.lookup(CertificateLookup(code=first.code)).remaining == 1

    renewed, again = safe.app.certificates.renew_code(first.id), sell()
    assert len({first.code, renewed.code, again.code}) == 3
    assert safe.app.certificates.lookup(CertificateLookup(code=again.code)).remaining == 1


def test_nobody_buys_one(safe: Safe) -> None:
    safe.contacts.known = None
    with pytest.raises(BuyerNotFoundError) as refused:
        safe.certificate(customer_id=safe.customer_id)
    assert [(each.field, each.code) for each in refused.value.violations] == [("customer_id", BuyerNotFoundError.code)]
    assert safe.rows("certificates") == 0


def test_two_at_once_use_it_once(engine_for: EngineFor, safe: Safe) -> None:
    sold = safe.certificate(amount={"amount": 400_000})
    bookings, start = [safe.booked(), safe.booked()], Barrier(2)
    racers = [safe.beside(engine_for("payment")) for _ in bookings]

    def use(number: int) -> str:
        start.wait(PATIENCE_SECONDS)
        try:
            return racers[number].use(bookings[number], sold.code).status
        except CycloramaError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(use, range(2))) == ["certificate_used_up", "succeeded"]
    assert (safe.left_of(sold), safe.rows("ledger"), safe.uneven()) == (0, 1, [])


def test_hours_pay_a_visit_and_count_as_much_as_was_paid_for_them(safe: Safe) -> None:
    sold = hours(safe)
    payment = safe.use(safe.booked(tariffs=TWO_HOURS), sold.code)
    assert (payment.amount, safe.left_of(sold)) == (Money(amount=400_000), 480)
    (told,) = safe.told("payment.succeeded")
    assert isinstance(told, PaymentSucceeded)
    assert (told.amount, told.worth) == (Money(amount=400_000), Money(amount=300_000))

    safe.refund(payment, 100_000)
    safe.refund(payment)
    back = [event.worth for event in safe.told("payment.refunded") if isinstance(event, PaymentRefunded)]
    assert back == [Money(amount=75_000), Money(amount=225_000)]
    assert (safe.left_of(sold), safe.revenue(), safe.uneven(), safe.differences()) == (600, 0, [], [])


def test_the_same_hours_of_a_visit_are_not_paid_by_two_passes(safe: Safe) -> None:
    booking_id = safe.booked(tariffs=TWO_HOURS, balance={"amount": 900_000})
    first, second = hours(safe, valid_from="2020-01-01"), hours(safe)
    assert safe.use(booking_id, first.code).amount == Money(amount=400_000)
    with pytest.raises(CycloramaError) as refused:
        safe.use(booking_id, second.code)
    assert (refused.value.code, safe.left_of(second)) == ("booking_not_payable", 600)


def test_staff_block_it_and_move_its_last_day(safe: Safe) -> None:
    sold, change = safe.certificate(), safe.app.certificates.change
    assert change(sold.id, CertificateChanges(blocked=True, reason="Lost")).state == "blocked"
    with pytest.raises(CertificateBlockedError):
        safe.use(safe.booked(), sold.code)
    assert change(sold.id, CertificateChanges(blocked=False, reason="Found")).state == "active"
    with pytest.raises(CertificatePeriodError):
        change(sold.id, CertificateChanges.model_validate({"valid_until": "2020-01-01", "reason": "A slip"}))
    assert safe.use(safe.booked(), sold.code).status == "succeeded"


def test_what_is_left_is_paid_out_at_what_was_paid_for_it(safe: Safe) -> None:
    sold = hours(safe)
    safe.use(safe.booked(tariffs=TWO_HOURS), sold.code)
    request = CertificatePayoutRequest(method="transfer", reason="Moved away")
    assert safe.app.certificates.pay_out(sold.id, request, STAFF).state == "used_up"
    with pytest.raises(CertificateUsedUpError):
        safe.app.certificates.pay_out(sold.id, request, STAFF)
    page = safe.app.certificates.entries(sold.id, CertificateEntriesQuery()).data
    assert {(entry.kind, entry.worth.amount) for entry in page} == {
        ("sold", 1_500_000),
        ("payment", -300_000),
        ("payout", -1_200_000),
    }
    assert (safe.in_hand(), safe.worth(), safe.revenue()) == (300_000, 0, 300_000)


def test_only_staff_name_it_by_its_id(safe: Safe) -> None:
    sold = safe.certificate()
    request, booking_id = CertificatePaymentRequest(certificate_id=sold.id), safe.booked()
    with pytest.raises(ForbiddenError):
        safe.app.certificates.pay(booking_id, request, safe.customer, None)
    guest = Identity(safe.customer.subject, Role.CLIENT, booking=booking_id)
    assert safe.use(booking_id, sold.code, guest).status == "succeeded"
    with pytest.raises(CertificateNotFoundError):
        safe.app.certificates.pay(safe.booked(), CertificatePaymentRequest(certificate_id=uuid4()), STAFF, None)


def test_lists_are_by_the_end_of_a_code_and_by_buyer(safe: Safe) -> None:
    made = list[UUID]()
    for buyer in (None, safe.customer_id, None):
        made.append(safe.certificate(customer_id=buyer).id)
        safe.clock.advance(minutes=1)

    def ids(**query: Any) -> list[UUID]:
        return [each.id for each in safe.app.certificates.page(CertificatesQuery(**query)).data]

    assert ids() == made[::-1]
    assert ids(customer_id=safe.customer_id) == [made[1]]
    assert made[2] in ids(tail=safe.app.certificates.get(made[2]).tail.lower())
    first = safe.app.certificates.page(CertificatesQuery(limit=2))
    assert ids(limit=2, cursor=first.next_cursor) == [made[0]]
