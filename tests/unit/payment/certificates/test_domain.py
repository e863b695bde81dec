"""What a certificate or a pass is good for, and how much of a booking it pays."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from payment.certificates import codes
from payment.certificates.domain import StoredCertificate, paid_by, state_of
from payment.certificates.errors import (
    CertificateBlockedError,
    CertificateExpiredError,
    CertificateNotForThisError,
    CertificateNotYetValidError,
    CertificateUsedUpError,
)
from payment.held_money.domain import Held
from payment.paying.errors import BookingNotPayableError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.common import Money
from tests.support.booking.made import NOW

WHITE, BLACK = uuid4(), uuid4()
VISIT = NOW + timedelta(days=3)


def certificate(**changes: Any) -> StoredCertificate:
    values: dict[str, Any] = {
        "id": uuid4(),
        "digest": "d",
        "tail": "0ABC",
        "name": "A gift",
        "unit": "kopecks",
        "face": 500_000,
        "price": 500_000,
        "method": "cash",
        "hall_ids": [],
        "tariffs": [],
        "valid_from": NOW.date(),
        "valid_until": VISIT.date(),
        "sold_by": "somebody",
        "sold_at": NOW,
    }
    return StoredCertificate(**values | changes)


def terms(balance: int = 400_000, **changes: Any) -> PaymentTerms:
    """Two hours in the white hall at 1500 rubles, one in the black at 1000."""
    share = {"hall_id": WHITE, "tariff": "Day", "minutes": 120, "amount": Money(amount=300_000)}
    other = {"hall_id": BLACK, "tariff": "Night", "minutes": 60, "amount": Money(amount=100_000)}
    values: dict[str, Any] = {
        "booking_id": uuid4(),
        "booking_version": 1,
        "number": "7K3Q9D2M",
        "customer_id": uuid4(),
        "status": "confirmed",
        "due": Money(amount=0),
        "balance": Money(amount=balance),
        "tariffs": [share, other],
        "start": VISIT,
        "timezone": "Europe/Moscow",
        "correlation_id": "flow",
    }
    return PaymentTerms.model_validate(values | changes)


def left(remaining: int) -> Held:
    return Held(uuid4(), "certificate", None, NOW, remaining, remaining)


def pays(of: StoredCertificate, remaining: int, what: PaymentTerms | None = None, before: int = 0) -> tuple[int, int]:
    return paid_by(of, left(remaining), what or terms(), before, NOW)


@pytest.mark.parametrize(("remaining", "paid"), [(500_000, 400_000), (150_000, 150_000)])
def test_money_pays_as_far_as_it_goes(remaining: int, paid: int) -> None:
    assert pays(certificate(), remaining) == (paid, paid)


def test_a_pass_pays_for_time_at_what_it_was_sold_for() -> None:
    hours = certificate(unit="minutes", face=600, hall_ids=[WHITE])
    assert pays(hours, 600) == (120, 300_000)
    assert pays(hours, 30) == (30, 75_000)
    assert pays(hours, 600, before=90) == (30, 75_000)
    assert pays(hours, 600, terms(balance=100_001)) == (41, 100_001)
    with pytest.raises(BookingNotPayableError):
        pays(hours, 600, before=120)


def test_it_is_good_for_its_halls_and_tariffs_only() -> None:
    assert pays(certificate(unit="minutes", tariffs=["Night"]), 600) == (60, 100_000)
    for changes in ({"hall_ids": [uuid4()]}, {"tariffs": ["Morning"]}, {"hall_ids": [WHITE], "tariffs": ["Night"]}):
        with pytest.raises(CertificateNotForThisError):
            pays(certificate(**changes), 600)


def test_the_visit_begins_on_a_day_of_its_time_by_the_halls_own_clock() -> None:
    midnight = datetime.fromisoformat("2026-12-31T21:30:00+00:00")
    until = certificate(valid_until=date(2026, 12, 31))
    with pytest.raises(CertificateExpiredError) as refused:
        pays(until, 1, terms(start=midnight))
    assert refused.value.params == {"until": "2026-12-31"}
    assert pays(until, 1, terms(start=midnight, timezone="UTC")) == (1, 1)
    with pytest.raises(CertificateNotYetValidError):
        pays(certificate(valid_from=VISIT.date() + timedelta(days=1), valid_until=date(2030, 1, 1)), 1)


def test_after_its_last_day_it_pays_no_visit_that_was_within_it() -> None:
    last = NOW.date() - timedelta(days=1)
    with pytest.raises(CertificateExpiredError):
        pays(certificate(valid_from=last, valid_until=last), 1, terms(start=NOW - timedelta(days=1)))


def test_what_is_blocked_or_used_up_pays_nothing() -> None:
    with pytest.raises(CertificateBlockedError):
        pays(certificate(blocked_at=NOW), 1)
    with pytest.raises(CertificateUsedUpError):
        pays(certificate(), 0)


def test_its_state_is_what_keeps_it_from_being_used() -> None:
    today, yesterday = NOW.date(), NOW.date() - timedelta(days=1)
    assert state_of(certificate(), left(1), today) == "active"
    assert state_of(certificate(valid_until=today), left(1), today) == "active"
    assert state_of(certificate(valid_until=yesterday), left(1), today) == "expired"
    assert state_of(certificate(valid_until=yesterday), left(0), today) == "used_up"
    assert state_of(certificate(blocked_at=NOW), left(0), today) == "blocked"


def test_a_code_is_read_as_people_type_it() -> None:
    code = codes.new_code()
    assert codes.read(codes.printed(code).lower()) == codes.read(f" {code} ") == code
    assert codes.read("oil0-OIL0") == "01100110"
    assert (len(code), codes.printed(code)[-4:], len({codes.new_code() for _ in range(50)})) == (
        16,
        codes.tail(code),
        50,
    )
