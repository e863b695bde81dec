"""What one client may hold unpaid and wait for is the studio's policy, also when many requests come at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine

from booking.bookings.errors import TooManyHoldsError
from booking.quotes.errors import TooManyQuotesError
from booking.waitlist.errors import WaitlistFullError
from core.http.problems import render
from core.identity import Identity
from shared_schemas.booking.changes import CancelRequest, ExtendRequest
from shared_schemas.booking.groups import GroupItem, GroupRequest
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.booking.quotes import QuoteRequest
from shared_schemas.booking.waitlist import WaitlistQuery, WaitlistRequest
from shared_schemas.common import Role
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.booking.terms import HOUR, groups, to
from tests.support.database import EngineFor

DAY = timedelta(days=1)
RACERS = 6


@pytest.fixture
def studio(engine: Engine) -> Iterator[Studio]:
    made = Studio(engine)
    yield made
    made.policies.replace(PolicyRequest(), MANAGER)


def limits(studio: Studio, **changes: Any) -> None:
    studio.policies.replace(PolicyRequest.model_validate(changes), MANAGER)


def test_a_client_holds_so_many_unpaid_bookings_and_no_more(studio: Studio) -> None:
    limits(studio, max_unpaid_holds=2)
    hall = studio.hall()
    first = studio.book(hall, START)
    studio.clock.advance(minutes=5)
    studio.book(hall, START + DAY)

    with pytest.raises(TooManyHoldsError) as refused:
        studio.book(hall, START + 2 * DAY)

    answer = render(refused.value, "en", "c")
    assert (answer.status, answer.headers["Retry-After"]) == (429, "601")
    assert studio.claims(hall) == 2
    # Others are not limited by it, staff are not at all, and what is paid or called off is held no longer.
    studio.book(hall, START + 2 * DAY, caller=Identity(str(uuid4()), Role.CLIENT))
    studio.book(hall, START + 3 * DAY, caller=MANAGER, customer_id=studio.customer.user_id)
    studio.bookings.cancel(first.id, CancelRequest(), studio.customer, None)
    with pytest.raises(TooManyHoldsError):
        studio.book(hall, START)
    studio.clock.advance(minutes=16)
    studio.book(hall, START + 4 * DAY)


def test_a_booking_of_several_halls_is_one(studio: Studio) -> None:
    limits(studio, max_unpaid_holds=2)
    one, other = studio.hall(), studio.hall()
    studio.book(one, START, also_hall_ids=[other.id])

    studio.book(one, START + DAY, also_hall_ids=[other.id])

    with pytest.raises(TooManyHoldsError):
        studio.book(one, START + 2 * DAY)


def test_what_is_paid_is_not_held(studio: Studio) -> None:
    limits(studio, max_unpaid_holds=1)
    hall = studio.hall()

    studio.paid(hall, START)
    studio.paid(hall, START + DAY)


def test_hours_of_all_halls_count_together_by_every_way_in(studio: Studio) -> None:
    limits(studio, max_unpaid_hours=6)
    one, other = studio.hall(), studio.hall()
    booking = studio.book(one, START, 2, also_hall_ids=[other.id])

    with pytest.raises(TooManyHoldsError) as alone:
        studio.book(one, START + DAY, 7, caller=Identity(str(uuid4()), Role.CLIENT))
    with pytest.raises(TooManyHoldsError):
        studio.book(one, START + DAY, 3)
    longer = ExtendRequest(minutes=120)
    with pytest.raises(TooManyHoldsError):
        studio.changes.extend(booking.id, longer, studio.customer, None)
    with pytest.raises(TooManyHoldsError):
        studio.changes.preview_reschedule(booking.id, to(START, 4), studio.customer)

    assert alone.value.retry_after is None  # No waiting makes seven hours six.
    studio.changes.reschedule(booking.id, to(START, 3), studio.customer, None)
    studio.changes.extend(booking.id, longer, MANAGER, None)


def test_a_hall_made_of_others_is_as_many_hours_as_they_are(studio: Studio) -> None:
    limits(studio, max_unpaid_hours=6)
    parts = [studio.hall().id for _ in range(3)]
    part, whole = studio.halls.get(parts[0]), studio.hall(parts=parts)

    with pytest.raises(TooManyHoldsError):
        studio.book(whole, START, 3)
    booking = studio.book(part, START, 2)
    with pytest.raises(TooManyHoldsError):
        studio.book(whole, START + DAY, 2)
    with pytest.raises(TooManyHoldsError):
        studio.changes.preview_reschedule(booking.id, to(START, 3, hall_id=whole.id), studio.customer)
    moved = studio.changes.reschedule(booking.id, to(START, 2, hall_id=whole.id), studio.customer, None)
    with pytest.raises(TooManyHoldsError):
        studio.changes.extend(moved.id, ExtendRequest(minutes=15), studio.customer, None)


def test_a_group_is_refused_as_a_whole(studio: Studio) -> None:
    limits(studio, max_unpaid_holds=2)
    hall = studio.hall()
    visits = [GroupItem(hall_id=hall.id, start=START + DAY * day, end=START + DAY * day + HOUR) for day in range(3)]

    with pytest.raises(TooManyHoldsError):
        groups(studio).create(GroupRequest(items=visits, mode="free"), studio.customer, None)
    assert studio.claims(hall) == 0
    assert len(groups(studio).create(GroupRequest(items=visits), MANAGER, None).bookings) == 3


def test_who_holds_enough_is_offered_no_more_and_the_next_in_line_is(studio: Studio) -> None:
    limits(studio, max_unpaid_holds=1)
    hall, next_one = studio.hall(), Identity(str(uuid4()), Role.CLIENT)
    taken = studio.book(hall, START, caller=MANAGER)
    studio.book(studio.hall(), START)
    join = WaitlistRequest.model_validate({"hall_id": hall.id, "start": START, "end": START + 2 * HOUR})
    studio.waitlist.join(join, studio.customer, None)
    studio.clock.advance(seconds=1)
    studio.waitlist.join(join, next_one, None)

    studio.bookings.cancel(taken.id, CancelRequest(), MANAGER, None)

    status = [studio.waitlist.page(WaitlistQuery(), who).data[0].status for who in (studio.customer, next_one)]
    assert status == ["waiting", "offered"]


def test_how_many_slots_are_waited_for_is_the_policys(studio: Studio) -> None:
    limits(studio, max_waitlist_entries=1)
    hall = studio.hall()
    studio.book(hall, START, 4, caller=MANAGER)

    def join(hour: int, who: Identity) -> None:
        start = START + HOUR * hour
        wish = WaitlistRequest.model_validate({"hall_id": hall.id, "start": start, "end": start + 2 * HOUR})
        studio.waitlist.join(wish, who, None)

    join(0, studio.customer)
    with pytest.raises(WaitlistFullError):
        join(1, studio.customer)
    for hour in (0, 1):
        join(hour, MANAGER)


def test_so_many_quotes_stand_for_one_address(studio: Studio) -> None:
    limits(studio, max_quotes=1)
    wish = QuoteRequest.model_validate({"hall_id": studio.hall().id, "start": START, "end": START + HOUR})
    studio.quotes.quote(wish, None, "here")

    with pytest.raises(TooManyQuotesError) as refused:
        studio.quotes.quote(wish, None, "here")

    assert refused.value.retry_after == 901
    studio.quotes.quote(wish, None, "there")
    studio.quotes.quote(wish, None)
    studio.clock.advance(minutes=15)
    studio.quotes.quote(wish, None, "here")


def test_requests_that_come_at_once_hold_no_more_either(studio: Studio, engine_for: EngineFor) -> None:
    limits(studio, max_unpaid_holds=2)
    rivals = [Studio(engine_for("booking")) for _ in range(RACERS)]
    halls, start = [studio.hall() for _ in rivals], Barrier(RACERS)

    def race(rival: Studio, number: int) -> bool:
        start.wait()
        try:
            rival.book(halls[number], caller=studio.customer)
        except TooManyHoldsError:
            return False
        return True

    with ThreadPoolExecutor(RACERS) as pool:
        held = list(pool.map(race, rivals, range(RACERS)))

    assert sum(held) == 2
    assert sum(studio.claims(hall) for hall in halls) == 2
