"""Booking numbers as people type them, hear them, and copy them from a Russian message."""

from uuid import uuid4

import pytest
from pydantic import TypeAdapter, ValidationError

from booking.bookings.domain.booking import NUMBER_ALPHABET
from shared_schemas.payment.payments import PaymentsQuery
from shared_schemas.search.numbers import BookingNumber

READ = TypeAdapter(BookingNumber)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("7K3Q9D2M", "7K3Q9D2M"),
        (" 7k3q-9d2m ", "7K3Q9D2M"),
        ("7k3q 9d2m", "7K3Q9D2M"),
        ("oil0OIL1", "01100111"),
        ("авекмнрс", "ABEKMHPC"),
        ("ТХо00000", "TX000000"),
    ],
)
def test_a_number_is_what_was_meant(typed: str, meant: str) -> None:
    assert READ.validate_python(typed) == meant


def test_every_letter_of_a_number_may_be_typed() -> None:
    for letter in NUMBER_ALPHABET:
        assert READ.validate_python(letter * 8) == letter * 8


@pytest.mark.parametrize("typed", ["", "7K3Q9D2", "7K3Q9D2MM", "7K3Q9D2U", "7K3Q_9D2", "ЖЖЖЖЖЖЖЖ", "7K3Q9D2M\n1"])
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        READ.validate_python(typed)


def test_payments_are_of_one_booking() -> None:
    booking_id = uuid4()
    assert PaymentsQuery(booking_id=booking_id).booking == booking_id
    assert PaymentsQuery(number="7k3q9d2m").booking == "7K3Q9D2M"
    for both_or_neither in ({}, {"booking_id": booking_id, "number": "7K3Q9D2M"}):
        with pytest.raises(ValidationError, match="by its identifier or its number"):
            PaymentsQuery.model_validate(both_or_neither)
