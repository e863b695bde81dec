"""Who shows the code of a confirmation is checked in: on the day, once, and by nobody's guess."""

from uuid import uuid4

import pytest

from booking.bookings.errors import (
    AlreadyCheckedInError,
    CheckInCodeError,
    InvalidTransitionError,
    OtherDayError,
    TooEarlyError,
)
from shared_schemas.booking.bookings import Booking, ConfirmRequest, ReasonRequest
from shared_schemas.search.check_in import check_in_code
from tests.support.booking.studio import MANAGER, START, Studio


def scan(studio: Studio, code: str) -> Booking:
    return studio.visits.check_in_by_code(code, MANAGER)


@pytest.fixture
def booking(studio: Studio) -> Booking:
    held = studio.book(studio.hall())
    return studio.bookings.confirm(held.id, ConfirmRequest(reason="by telephone"), MANAGER)


def test_the_code_opens_the_door_once(studio: Studio, booking: Booking) -> None:
    studio.clock.go_to(START)
    code = check_in_code(booking.id, booking.number)

    typed = code.lower().replace("-", " ")
    assert scan(studio, typed).status == "in_progress"
    with pytest.raises(AlreadyCheckedInError):
        scan(studio, code)


def test_what_nobody_was_given_is_no_code(studio: Studio, booking: Booking) -> None:
    studio.clock.go_to(START)
    made_up = check_in_code(uuid4(), booking.number)
    for code in (booking.number, made_up, check_in_code(booking.id, "00000000"), "§", f"{booking.number}-"):
        with pytest.raises(CheckInCodeError):
            scan(studio, code)


def test_on_another_day_and_too_early_it_waits(studio: Studio, booking: Booking) -> None:
    code = check_in_code(booking.id, booking.number)
    with pytest.raises(OtherDayError) as refusal:
        scan(studio, code)
    assert refusal.value.params["day"] == f"{booking.start:%d.%m.%Y}"

    studio.clock.go_to(START.replace(hour=8))
    with pytest.raises(TooEarlyError):
        scan(studio, code)


def test_an_unpaid_or_ended_visit_is_not_checked_in(studio: Studio, booking: Booking) -> None:
    unpaid = studio.book(studio.hall())
    studio.clock.go_to(START)
    with pytest.raises(InvalidTransitionError):
        scan(studio, check_in_code(unpaid.id, unpaid.number))
    studio.visits.no_show(booking.id, ReasonRequest(), MANAGER)
    with pytest.raises(InvalidTransitionError):
        scan(studio, check_in_code(booking.id, booking.number))
