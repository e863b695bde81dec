"""What an invoice says, and what money that comes for it does."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from payment.invoices.domain import Share, paid, require_open, shares, voided
from payment.invoices.drafting import Draft, end_of, local_day, require_due, seller, vat_of
from payment.invoices.errors import (
    InvoiceClosedError,
    InvoicePaidError,
    InvoiceTooLargeError,
    MoreThanInvoicedError,
    StudioRequisitesMissingError,
)
from payment.paying.errors import BookingNotPayableError
from shared_schemas.booking.bookings import PaymentTerms, SoldLine
from shared_schemas.common import Money
from shared_schemas.errors import RuleViolationError
from shared_schemas.payment.companies import Company
from shared_schemas.payment.invoices import Invoice, InvoicedBooking, InvoiceRequest
from tests.support.booking.made import NOW
from tests.support.payment.papers import booked, company, invoice, studio
from tests.support.payment.terms import terms

DUE = NOW.date() + timedelta(days=5)


def owed(booking: InvoicedBooking, **changes: Any) -> PaymentTerms:
    """What Booking says of a booking: half of it confirms it."""
    left = booking.amount.amount - booking.paid.amount
    values = {"booking_id": booking.booking_id, "due": Money(amount=left // 2), "balance": Money(amount=left)}
    return terms(**(values | changes))


def two(first: int, second: int, lines: int = 0, **changes: Any) -> Invoice:
    """An invoice for two bookings, and lines without one."""
    bookings = [booked(first), booked(second)]
    return invoice(bookings=bookings, total=Money(amount=first + second + lines), **changes)


def counted(asked: Invoice, amount: int, *known: PaymentTerms) -> list[int]:
    found = {share.booking_id: share.amount for share in shares(asked, amount, known, NOW)}
    return [found.get(booking.booking_id, 0) for booking in asked.bookings]


@pytest.mark.parametrize(
    ("amount", "parts"),
    [
        (99, [0, 0]),
        (100, [100, 0]),
        (200, [200, 0]),
        (299, [200, 0]),
        (350, [200, 150]),
        (500, [200, 300]),
        (550, [200, 300]),
    ],
)
def test_money_goes_to_bookings_in_their_order_and_a_held_one_takes_its_prepayment(
    amount: int, parts: list[int]
) -> None:
    asked = two(200, 300, lines=50)
    assert counted(asked, amount, *map(owed, asked.bookings)) == parts


def test_what_was_too_little_counts_with_what_comes_later() -> None:
    asked = two(200, 300)
    after = paid(asked, 99, [])
    assert (after.status, after.unassigned.amount, after.left.amount) == ("partly_paid", 99, 401)
    assert counted(after, 401, *map(owed, after.bookings)) == [200, 300]


@pytest.mark.parametrize(
    "changes",
    [{"status": "expired", "due": Money(amount=0), "balance": Money(amount=0)}, {"hold_expires_at": NOW}],
    ids=["expired", "runs out now"],
)
def test_money_for_a_slot_that_is_lost_waits_on_the_invoice(changes: dict[str, Any]) -> None:
    asked = two(200, 300)
    lost, held = asked.bookings
    assert counted(asked, 500, owed(lost, **changes), owed(held)) == [0, 300]


def test_no_booking_takes_more_than_is_still_owed_for_it() -> None:
    asked = two(200, 300)
    partly = owed(asked.bookings[0], status="confirmed", balance=Money(amount=50))
    assert counted(asked, 500, partly, owed(asked.bookings[1])) == [50, 300]


def test_a_paid_invoice_is_paid_to_the_kopeck() -> None:
    asked = two(200, 300)
    part = paid(asked, 200, [Share(asked.bookings[0].booking_id, 200)])
    whole = paid(part, 300, [Share(asked.bookings[1].booking_id, 300)])
    assert [(each.status, each.paid.amount, each.left.amount) for each in (part, whole)] == [
        ("partly_paid", 200, 300), ("paid", 500, 0),
    ]  # fmt: skip
    assert [booking.paid.amount for booking in whole.bookings] == [200, 300]
    with pytest.raises(MoreThanInvoicedError):
        require_open(part, 301)
    with pytest.raises(InvoiceClosedError):
        require_open(whole)
    with pytest.raises(InvoicePaidError):
        voided(part, "a mistake", NOW)


def test_a_void_invoice_asks_for_nothing() -> None:
    gone = voided(invoice(), "a mistake", NOW)
    assert (gone.status, gone.number, gone.left.amount) == ("void", "2026-1", 0)
    with pytest.raises(InvoiceClosedError):
        voided(gone, "again", NOW)


@pytest.mark.parametrize(
    ("total", "vat", "part"),
    [
        (12_200, "22", 2_200),
        (12_200, "22/122", 2_200),
        (10_500, "5", 500),
        (1, "22", 0),
        (100, "none", 0),
        (100, "0", 0),
        (3, "20", 1),
    ],
)
def test_vat_is_a_part_of_the_total_rounded_once(total: int, vat: str, part: int) -> None:
    assert vat_of(total, vat) == part


def draft(*known: PaymentTerms, **changes: Any) -> Draft:
    values = {"company_id": uuid4(), "booking_ids": [str(each.booking_id) for each in known], "due": DUE, **changes}
    made = Company(**dict(company()), id=uuid4(), created_at=NOW, updated_at=NOW)
    return Draft(InvoiceRequest.model_validate(values), studio(), made, known, "22")


def test_lines_of_bookings_and_of_staff_make_the_total() -> None:
    sold = [
        SoldLine(name="Аренда зала", amount=Money(amount=300_000)),
        SoldLine(name="Свет", quantity=2, amount=Money(amount=100_000)),
    ]
    written = {"name": "Уборка", "quantity": 3, "price": {"amount": 500}, "unit": "раз"}
    made = draft(terms(lines=sold), lines=[written]).issued(uuid4(), 17, NOW, "me")
    assert [(each.name, each.quantity, each.unit, each.amount.amount) for each in made.lines] == [
        ("Аренда зала", 1, "шт.", 300_000), ("Свет", 2, "шт.", 100_000), ("Уборка", 3, "раз", 1_500),
    ]  # fmt: skip
    assert (made.number, made.total.amount, made.vat_amount.amount, made.left.amount) == (
        f"{NOW.year}-17", 401_500, vat_of(401_500, "22"), 401_500,
    )  # fmt: skip


def test_what_is_left_of_a_booking_that_is_partly_paid_is_one_line() -> None:
    half = terms(
        lines=[SoldLine(name="Аренда", amount=Money(amount=400_000))],
        balance=Money(amount=100_000),
        kept=Money(amount=300_000),
    )
    assert [line.name for line in draft(half).issued(uuid4(), 1, NOW, "me").lines] == [
        "Доплата за бронирование № 7K3Q9D2M"
    ]


def test_what_owes_nothing_is_not_invoiced_and_no_sum_has_no_end() -> None:
    with pytest.raises(BookingNotPayableError):
        draft(terms(status="cancelled")).issued(uuid4(), 1, NOW, "me")
    many = [{"name": "x", "quantity": 10_000, "price": {"amount": 10**12}}]
    with pytest.raises(InvoiceTooLargeError):
        draft(lines=[*many, *many]).issued(uuid4(), 1, NOW, "me")


def test_a_studio_without_an_account_issues_nothing() -> None:
    for missing in ("legal_name", "inn", "requisites"):
        with pytest.raises(StudioRequisitesMissingError):
            seller(studio(**{missing: None}))


@pytest.mark.parametrize(("days", "fits"), [(-1, False), (0, True), (366, True), (367, False)])
def test_it_is_due_between_today_and_a_year_from_now(days: int, fits: bool) -> None:
    request = InvoiceRequest(company_id=uuid4(), booking_ids=[uuid4()], due=NOW.date() + timedelta(days=days))
    if fits:
        require_due(request, NOW.date())
        return
    with pytest.raises(RuleViolationError):
        require_due(request, NOW.date())


def test_a_day_ends_by_the_studios_clock() -> None:
    assert end_of(date(2026, 12, 5), "Asia/Vladivostok").isoformat() == "2026-12-05T14:00:00+00:00"
    assert local_day(end_of(date(2026, 12, 5), "Asia/Vladivostok"), "Asia/Vladivostok") == date(2026, 12, 6)
