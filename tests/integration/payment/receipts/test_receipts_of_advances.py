"""What the studio's own till prints where a visit is paid with a balance or a certificate."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Engine

from shared_schemas.common import Money
from shared_schemas.events.bookings import BookingCompleted
from shared_schemas.payment.balances import BalanceEntry
from shared_schemas.payment.certificates import CertificateEntriesQuery, CertificateEntry, CertificatePayoutRequest
from shared_schemas.payment.desk import DeskPaymentRequest
from shared_schemas.payment.payments import Payment
from shared_schemas.payment.tills import TillRequest
from tests.support.payment.held import Safe
from tests.support.payment.receipts import LINES, Bookkeeper
from tests.support.payment.refunds import STAFF, SlowGateway, visit

HALL = uuid4()
Shown = tuple[str, str, str | None, int, int, str | None]


def booked(safe: Safe, **changes: Any) -> UUID:
    lines = [{"name": name, "quantity": number, "amount": {"amount": kopecks}} for name, number, kopecks in LINES]
    return safe.booked(lines=lines, **changes)


def over(safe: Safe, payment: Payment) -> None:
    """The visit is over, as two messages tell."""
    safe.clock.advance(minutes=1)
    for _ in range(2):
        safe.fiscal.settle(BookingCompleted.model_validate(visit(payment) | {"status": "completed"}))


def back(safe: Safe, payment: Payment, amount: int | None = None) -> None:
    safe.clock.advance(minutes=1)
    safe.refund(payment, amount)


def advances(entries: Sequence[BalanceEntry | CertificateEntry]) -> list[tuple[str, int, str, str, str] | None]:
    """What, how much, under which tag, by what name and rate; None for an entry without a receipt."""
    return [
        (row.kind, row.amount.amount, row.tender, row.lines[0].name, row.lines[0].vat) if row else None
        for row in (entry.receipt for entry in entries)
    ]


def uses(safe: Safe, certificate_id: UUID) -> list[CertificateEntry]:
    """Of a certificate, the oldest first."""
    return safe.app.certificates.entries(certificate_id, CertificateEntriesQuery()).data[::-1]


def printed(safe: Safe, payment: Payment) -> list[Shown]:
    """Kind, state, why, sum, what of that is under tag 1215, and whose till prints it."""
    return [
        (row.kind, row.status, row.failure, row.amount.amount, row.prepaid.amount, row.printed_by)
        for row in safe.receipts.of(payment.id, STAFF).data
    ]


def test_the_visit_offsets_the_balance_that_paid_for_it(safe: Safe) -> None:
    safe.enter("top_up", 400_000)
    payment = safe.spend(booked(safe))
    assert printed(safe, payment) == [("payment", "void", "held_before", 400_000, 0, None)]

    back(safe, payment, 100_000)
    over(safe, payment)
    back(safe, payment, 100_000)

    assert printed(safe, payment)[1:] == [
        ("refund", "void", "held_before", 100_000, 0, None),
        ("settlement", "unsupported", "own_till", 300_000, 300_000, "till"),
        ("refund", "unsupported", "own_till", 100_000, 100_000, "till"),
    ]
    rows = safe.receipts.of(payment.id, STAFF).data
    assert {line.mode for row in rows[2:] for line in row.lines} == {"full_payment"}
    assert [sum(line.amount.amount for line in row.lines) for row in rows] == [row.amount.amount for row in rows]


def test_a_pass_with_a_discount_is_offset_by_what_was_paid_for_it(safe: Safe) -> None:
    """Ten hours for 15,000 rubles instead of 20,000: two of them pay 4,000 and are worth 3,000."""
    times = [{"hall_id": HALL, "tariff": "Day", "minutes": 120, "amount": {"amount": 400_000}}]
    sold = safe.certificate(amount=None, minutes=600, price={"amount": 1_500_000}, hall_ids=[HALL])
    payment = safe.use(booked(safe, tariffs=times), sold.code)
    assert payment.amount.amount == 400_000

    over(safe, payment)
    for part in (133_333, None):
        back(safe, payment, part)

    shown = [(kind, amount, prepaid) for kind, _, _, amount, prepaid, _ in printed(safe, payment)]
    assert shown == [
        ("payment", 300_000, 0),
        ("settlement", 300_000, 300_000),
        ("refund", 99_999, 99_999),
        ("refund", 200_001, 200_001),
    ]


def test_cash_beside_a_balance_has_its_own_receipts_and_no_offset_of_it(safe: Safe) -> None:
    safe.enter("top_up", 150_000)
    booking_id = booked(safe)
    held = safe.spend(booking_id)
    safe.booking.known[booking_id] = safe.booking.known[booking_id].model_copy(
        update={"status": "confirmed", "kept": held.amount, "balance": Money(amount=250_000)}
    )
    request = DeskPaymentRequest.model_validate({"amount": {"amount": 250_000}, "method": "cash"})
    cash = safe.app.desk.take(booking_id, request, STAFF, None)
    over(safe, held)

    assert printed(safe, held)[1:] == [("settlement", "unsupported", "own_till", 150_000, 150_000, "till")]
    assert printed(safe, cash) == [
        ("payment", "unsupported", "own_till", 250_000, 0, "till"),
        ("settlement", "unsupported", "own_till", 250_000, 250_000, "till"),
    ]
    rows = [row for payment in (held, cash) for row in safe.receipts.of(payment.id, STAFF).data]
    lines = [(line.name, line.amount.amount) for row in rows if row.kind == "settlement" for line in row.lines]
    assert {name: sum(part for each, part in lines if each == name) for name, _, _ in LINES} == {
        name: kopecks for name, _, kopecks in LINES
    }


def test_a_studio_that_keeps_no_receipts_of_its_till_keeps_none_of_these(engine: Engine, emptied: None) -> None:
    safe = Safe(engine, SlowGateway(), desk_receipts="off")
    safe.tills.open(TillRequest(), STAFF, None)
    safe.enter("top_up", 400_000)
    payment = safe.spend(booked(safe))
    over(safe, payment)
    assert printed(safe, payment) == []
    assert advances(safe.entries()) == [None, None]


def test_an_advance_and_its_return_are_listed_as_they_came(engine: Engine, emptied: None) -> None:
    """Rates change: what goes back has that at which it came."""
    safe = Safe(engine, SlowGateway(), receipt_vat="22")
    safe.tills.open(TillRequest(), STAFF, None)
    safe.enter("top_up", 400_000)
    hours = safe.certificate(amount=None, minutes=600, price={"amount": 90_000}, name="Hour", method="terminal")
    gift = safe.certificate(amount=None, minutes=60, price={"amount": 0})
    later = Safe(engine, SlowGateway(), clock=safe.clock, receipt_vat="none")
    later.customer = safe.customer
    later.clock.advance(minutes=1)
    later.enter("payout", 150_000, method="transfer")
    for each in (hours, gift):
        later.app.certificates.pay_out(each.id, CertificatePayoutRequest(method="cash", reason="Moved away"), STAFF)

    assert advances(later.entries()) == [
        ("advance", 400_000, "cash", "Аванс", "22/122"),
        ("advance_return", 150_000, "cashless", "Аванс", "22/122"),
    ]
    assert advances(uses(later, hours.id)) == [
        ("advance", 90_000, "cashless", "Hour", "22/122"),
        ("advance_return", 90_000, "cash", "Hour", "22/122"),
    ]
    assert advances(uses(later, gift.id)) == [None, None]


def test_a_prepayment_that_goes_to_the_balance_stays_an_advance(safe: Safe) -> None:
    """Before the visit nothing is printed of that; after it the settlement is taken back, and the advance is there
    again."""
    cash = DeskPaymentRequest.model_validate({"amount": {"amount": 300_000}, "method": "cash"})
    payment = safe.app.desk.take(booked(safe), cash, STAFF, None)
    for step in (lambda: safe.refund(payment, 100_000, to="balance"), lambda: over(safe, payment)) * 2:
        safe.clock.advance(minutes=1)
        step()

    assert printed(safe, payment)[1:] == [
        ("refund", "void", "to_balance", 100_000, 0, None),
        ("settlement", "unsupported", "own_till", 200_000, 200_000, "till"),
        ("refund", "unsupported", "to_balance", 100_000, 100_000, "till"),
    ]
    assert advances(safe.entries()) == [None, None]


def test_a_gateway_never_hears_of_what_goes_to_the_balance(studio: Bookkeeper) -> None:
    payment = studio.paid()
    studio.refund(payment, 50_000, to="balance")
    studio.clock.advance(minutes=1)
    studio.fiscal.settle(BookingCompleted.model_validate(visit(payment) | {"status": "completed"}))
    assert [order.receipt for order in studio.gateway.orders] == []
    assert [closing.receipt.total for closing in studio.gateway.closings] == [150_000]
    assert (studio.receipt(payment, "refund").status, studio.receipt(payment, "refund").prepaid.amount) == ("void", 0)


def test_what_was_paid_after_its_visit_becomes_an_advance(safe: Safe) -> None:
    cash = DeskPaymentRequest.model_validate({"amount": {"amount": 200_000}, "method": "cash"})
    payment = safe.app.desk.take(booked(safe, status="completed"), cash, STAFF, None)
    safe.clock.advance(minutes=1)
    safe.refund(payment, to="balance")
    assert printed(safe, payment)[1:] == [("refund", "unsupported", "own_till", 200_000, 0, "till")]
    assert advances(safe.entries()) == [("advance", 200_000, "cash", "Аванс", "none")]
