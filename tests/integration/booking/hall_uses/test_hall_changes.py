"""Whatever a hall takes, and whenever that changes: no time is sold twice, and nothing that was claimed is lost."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from booking.calendar.errors import SlotTakenError
from booking.halls.errors import HallInUseError
from booking.time.ranges import TimeRange
from shared_schemas.booking.changes import CancelRequest
from shared_schemas.booking.closures import Closure, ClosureRequest
from shared_schemas.booking.halls import Hall, HallChanges
from shared_schemas.booking.policy import PolicyRequest
from shared_schemas.booking.waitlist import WaitlistQuery, WaitlistRequest
from shared_schemas.errors import RuleViolationError
from tests.support.booking.invariants import check
from tests.support.booking.studio import MANAGER, START, Studio
from tests.support.booking.whole_studio import UNLIMITED, WholeStudio
from tests.support.database import EngineFor

HOUR = timedelta(hours=1)
AN_HOUR = TimeRange(START, START + HOUR)
ALWAYS: dict[str, Any] = {"start_step_minutes": 15, "min_minutes": 30}


@pytest.fixture(scope="module")
def studio(engine_for: EngineFor) -> Iterator[WholeStudio]:
    studio = WholeStudio(engine_for("booking"))
    studio.policies.replace(PolicyRequest.model_validate(UNLIMITED), MANAGER)
    yield studio
    check(studio.engine)


def test_what_is_a_part_has_no_parts(studio: WholeStudio) -> None:
    """The floor of P and Q is booked: were Q to become R and T, it could be sold a second time."""
    p, q, r, t = (studio.hall() for _ in range(4))
    floor = studio.hall(parts=[p.id, q.id])
    studio.book(floor)

    assert refused(studio, q, parts=[r.id, t.id]) == [("parts", "part_of_another")]

    with pytest.raises(SlotTakenError):
        studio.book(q)


def test_parts_are_other_plain_halls_for_rent_in_the_same_zone(studio: WholeStudio) -> None:
    plain, part, far = studio.hall(), studio.hall(), studio.hall(timezone="Asia/Tokyo")
    whole, retired = studio.hall(parts=[part.id]), studio.hall()
    change(studio, retired, archived=True)

    assert refused(studio, plain, parts=[plain.id]) == [("parts", "unknown_part")]
    assert refused(studio, plain, parts=[whole.id]) == [("parts", "composite_part")]
    assert refused(studio, plain, parts=[part.id, part.id]) == [("parts", "repeated_part")]
    assert refused(studio, plain, parts=[retired.id]) == [("parts", "archived_part")]
    assert refused(studio, plain, parts=[far.id]) == [("parts", "other_time_zone")]
    assert refused(studio, part, timezone="Asia/Tokyo") == [("timezone", "other_time_zone")]
    assert refused(studio, whole, timezone="Asia/Tokyo") == [("timezone", "other_time_zone")]
    assert refused(studio, part, parts=[whole.id]) == [("parts", "composite_part"), ("parts", "part_of_another")]


def test_a_part_may_be_retired_and_the_whole_goes_on(studio: WholeStudio) -> None:
    part = studio.hall()
    whole = studio.hall(parts=[part.id])

    change(studio, part, archived=True)

    assert change(studio, whole, description="As one").parts == [part.id]
    assert studio.book(whole).hall_id == whole.id


def test_under_bookings_neither_parts_nor_zone_change(studio: WholeStudio) -> None:
    one, other = studio.hall(), studio.hall()
    whole = studio.hall(parts=[one.id])
    of_whole, together = studio.book(whole), studio.book(other, also_hall_ids=[studio.hall().id])

    fields, params = in_use(studio, whole, parts=[other.id])
    assert (fields, params["bookings"]) == (["parts"], [of_whole.number])
    fields, params = in_use(studio, other, timezone="Europe/Samara")
    assert (fields, params["bookings"]) == (["timezone"], [together.number])
    also = studio.bookings.get(together.id, MANAGER).also_hall_ids[0]
    assert in_use(studio, studio.halls.get(also), timezone="Europe/Samara")[0] == ["timezone"]


def test_closures_and_busy_time_hold_on_what_becomes_composite_or_plain(studio: WholeStudio) -> None:
    plain, whole = studio.hall(), studio.hall(parts=[studio.hall().id])
    part = studio.hall()
    for hall, parts in ((plain, [part.id]), (whole, [])):
        closure = close(studio, hall)
        _, params = in_use(studio, hall, parts=parts)
        assert (params["closures"], params["external_calendars"]) == ([str(closure.id)], [])
        studio.closures.remove(closure.id, MANAGER.subject)

        calendar = studio.calendar(hall)
        studio.imported(calendar.id, [AN_HOUR])
        _, params = in_use(studio, hall, parts=parts)
        assert (params["closures"], params["external_calendars"]) == ([], [str(calendar.id)])
        studio.imported(calendar.id, [])

        assert change(studio, hall, parts=parts).parts == parts
        studio.imported(calendar.id, [AN_HOUR])
        with pytest.raises(SlotTakenError):
            studio.book(studio.halls.get(hall.id))


def test_a_closure_that_others_are_in_the_way_of_keeps_the_hall_as_it_is(studio: WholeStudio) -> None:
    """It will have the time when they give it back."""
    part, other = studio.hall(), studio.hall()
    whole = studio.hall(parts=[part.id])
    booking = studio.book(part, START, 1)
    closure = close(studio, whole, conflicts="keep")

    _, params = in_use(studio, whole, parts=[other.id])
    assert params["closures"] == [str(closure.id)]
    studio.bookings.cancel(booking.id, CancelRequest(), studio.customer, None)
    with pytest.raises(SlotTakenError):
        studio.book(part, START, 1)


def test_a_closure_takes_what_buffers_leave(studio: WholeStudio) -> None:
    hall = studio.hall(buffer_after_minutes=60, **ALWAYS)
    studio.book(hall, START, 1)
    close(studio, hall, end=START + 3 * HOUR, conflicts="keep")

    change(studio, hall, buffer_after_minutes=0)

    with pytest.raises(SlotTakenError):
        studio.book(studio.halls.get(hall.id), START + HOUR, 1)


def test_what_others_have_of_a_part_does_not_keep_the_whole_from_leaving_it(studio: WholeStudio) -> None:
    one, other = studio.hall(), studio.hall()
    whole = studio.hall(parts=[one.id, other.id])
    studio.book(one)
    studio.book(other)

    assert change(studio, whole, parts=[other.id]).parts == [other.id]
    with pytest.raises(SlotTakenError):
        studio.book(studio.halls.get(whole.id))


def test_a_whole_made_of_what_is_claimed_respects_that(studio: WholeStudio) -> None:
    one, other = studio.hall(), studio.hall()
    studio.book(one)
    whole = studio.hall(parts=[one.id, other.id])

    with pytest.raises(SlotTakenError):
        studio.book(whole, START + HOUR)


def test_visits_take_new_buffers_as_far_as_others_leave_room(studio: WholeStudio) -> None:
    hall = studio.hall(**ALWAYS)
    studio.book(hall, START, hours=1)
    studio.book(hall, START + HOUR, hours=1)
    studio.book(hall, START + 2.5 * HOUR, hours=1)

    change(studio, hall, buffer_after_minutes=60)

    assert claims(studio, hall) == [(0, 1), (1, 2.5), (2.5, 4.5)]
    with pytest.raises(SlotTakenError):
        studio.book(hall, START + 4 * HOUR, hours=1)

    change(studio, hall, buffer_after_minutes=0, buffer_before_minutes=30)
    assert claims(studio, hall) == [(-0.5, 1), (1, 2), (2, 3.5)]


def test_the_buffers_of_a_whole_stop_at_what_its_parts_were_sold_for(studio: WholeStudio) -> None:
    one, other = studio.hall(**ALWAYS), studio.hall(**ALWAYS)
    whole = studio.hall(**ALWAYS, parts=[one.id, other.id])
    studio.book(whole, START, hours=1)
    studio.book(other, START + 1.25 * HOUR, hours=1)

    change(studio, whole, buffer_after_minutes=30)

    assert claims(studio, one) == [(0, 1.25)]
    assert claims(studio, other) == [(0, 1.25), (1.25, 2.25)]


def test_who_waits_waits_for_what_the_hall_takes_now(studio: WholeStudio) -> None:
    """Q is made of R: when R is free again, it is held for who waits for Q."""
    q, r = studio.hall(), studio.hall()
    closure = close(studio, q)
    wanted = studio.request(q).model_dump(include=set(WaitlistRequest.model_fields))
    entry = studio.waitlist.join(WaitlistRequest.model_validate(wanted), studio.customer, None)
    studio.closures.remove(closure.id, MANAGER.subject)
    taken = studio.book(r)

    change(studio, q, parts=[r.id])
    studio.bookings.cancel(taken.id, CancelRequest(), studio.customer, None)

    waiting = studio.waitlist.page(WaitlistQuery(), studio.customer).data
    assert [(one.id, one.status) for one in waiting] == [(entry.id, "offered")]
    assert studio.claims(r) == 1


def change(studio: Studio, hall: Hall, **changes: Any) -> Hall:
    return studio.halls.change(hall.id, HallChanges.model_validate(changes))


def refused(studio: Studio, hall: Hall, **changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(RuleViolationError) as error:
        change(studio, hall, **changes)
    return [(violation.field, violation.code) for violation in error.value.violations]


def in_use(studio: Studio, hall: Hall, **changes: Any) -> tuple[list[str], dict[str, object]]:
    with pytest.raises(HallInUseError) as error:
        change(studio, hall, **changes)
    return [violation.field for violation in error.value.violations], error.value.params


def close(studio: WholeStudio, hall: Hall, **changes: Any) -> Closure:
    values = {"hall_id": hall.id, "start": START, "end": START + HOUR, "reason": "Paint"}
    request = ClosureRequest.model_validate(values | changes)
    return studio.closures.close(request, MANAGER.subject, None)


def claims(studio: Studio, hall: Hall) -> list[tuple[float, float]]:
    """In hours from the start of the tests, by time."""
    query = text("SELECT lower(during), upper(during) FROM booking.occupancy WHERE hall_id = :hall ORDER BY during")
    with studio.engine.connect() as connection:
        rows = connection.execute(query, {"hall": hall.id}).all()
    return [((start - START) / HOUR, (end - START) / HOUR) for start, end in rows]
