"""What staff read in messengers."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from integration.connectors.messengers.texts import MAX_DETAIL, TEXTS, message
from shared_schemas.common import Money
from shared_schemas.errors import Locale
from shared_schemas.events.bookings import BookingCreated
from shared_schemas.events.envelope import REGISTRY
from shared_schemas.events.operations import ServiceError
from shared_schemas.events.payments import PaymentSucceeded

NBSP = "\u00a0"
RUBLES = Money(amount=1_250_050)


def booking(**changes: Any) -> BookingCreated:
    values: dict[str, Any] = {
        "booking_id": uuid4(),
        "booking_version": 1,
        "number": "CYC-7",
        "status": "pending",
        "customer_id": uuid4(),
        "hall_id": uuid4(),
        "hall_name": "Loft",
        "timezone": "Europe/Moscow",
        "start": datetime(2026, 12, 1, 9, tzinfo=UTC),
        "end": datetime(2026, 12, 1, 11, tzinfo=UTC),
        "people": 3,
        "total": RUBLES,
        "prepayment": RUBLES,
    }
    return BookingCreated(**values | changes)


def paid() -> PaymentSucceeded:
    ids = {"payment_id": uuid4(), "booking_id": uuid4(), "customer_id": uuid4()}
    return PaymentSucceeded(**ids, provider="yookassa", amount=RUBLES)


def test_a_booking_is_told_in_the_halls_time_and_the_readers_language() -> None:
    assert message(booking(), None, "en") == (
        "🆕 <b>New booking CYC-7</b>\nLoft, 01.12.2026 12:00–14:00\n3 people, RUB 12,500.50"
    )
    assert message(booking(), None, "ru") == (
        f"🆕 <b>Новая бронь CYC-7</b>\nLoft, 01.12.2026 12:00–14:00\nЧеловек: 3, 12{NBSP}500,50{NBSP}₽"
    )


def test_a_visit_over_midnight_names_both_days() -> None:
    late = booking(start=datetime(2026, 12, 1, 20, tzinfo=UTC), end=datetime(2026, 12, 1, 22, tzinfo=UTC))
    assert "01.12.2026 23:00 – 02.12.2026 01:00" in message(late, None, "ru")


def test_markup_in_what_people_wrote_is_only_text() -> None:
    text = message(booking(hall_name="<a href='https://x.test'>A & B</a> {number}"), None, "en")
    assert "&lt;a href='https://x.test'&gt;A &amp; B&lt;/a&gt; {number}" in text


def test_a_payment_names_the_booking_where_it_is_known() -> None:
    assert "Booking CYC-7, YooKassa" in message(paid(), "CYC-7", "en")
    assert "Booking unknown, YooKassa" in message(paid(), None, "en")


def test_the_detail_of_an_error_is_cut_and_escaped() -> None:
    error = ServiceError(service="booking", operation="x", code="y", detail="<" * 5000)
    text = message(error, None, "ru")
    assert text.count("&lt;") == MAX_DETAIL
    assert len(text) < 4096


@pytest.mark.parametrize("locale", ["en", "ru"])
def test_every_text_belongs_to_an_event_and_is_closed(locale: Locale) -> None:
    assert set(TEXTS) <= {kind for kind, _ in REGISTRY}
    for text in TEXTS.values():
        words = text.ru if locale == "ru" else text.en
        assert words.count("<b>") == words.count("</b>") == 1
        assert words.count("<code>") == words.count("</code>")
