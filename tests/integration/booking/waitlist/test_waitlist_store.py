"""Entries of the waitlist as they are stored, found and locked."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from booking.calendar.repository import ClaimRepository
from booking.time.ranges import TimeRange
from booking.waitlist.repository import WaitlistRepository
from core.postgres.database import LOCK_NOT_AVAILABLE, sqlstate
from shared_schemas.booking.waitlist import WaitlistEntry
from tests.support.clock import NOW
from tests.support.database import EngineFor

HOUR = timedelta(hours=1)


@pytest.fixture
def connection(engine_for: EngineFor) -> Iterator[Connection]:
    with engine_for("booking").connect() as connected:
        yield connected


@pytest.fixture
def waitlist(connection: Connection) -> WaitlistRepository:
    return WaitlistRepository(connection)


def wait(waitlist: WaitlistRepository, hall_id: UUID, start: int, end: int, since: int = 0) -> UUID:
    """In hours from now; `since` in minutes."""
    during = TimeRange(NOW + HOUR * start, NOW + HOUR * end)
    entry = WaitlistEntry(
        id=uuid4(),
        customer_id=uuid4(),
        status="waiting",
        hall_id=hall_id,
        start=during.start,
        end=during.end,
        created_at=NOW + timedelta(minutes=since),
    )
    waitlist.add(entry, [hall_id], during)
    return entry.id


def found(waitlist: WaitlistRepository, hall_id: UUID, start: int, end: int) -> list[UUID]:
    stretches = [TimeRange(NOW + HOUR * start, NOW + HOUR * end)]
    return [waiting.entry.id for waiting in waitlist.waiting([hall_id], stretches)]


def add_hall(connection: Connection) -> UUID:
    hall_id = uuid4()
    statement = text(
        "INSERT INTO booking.halls (id, name, timezone, spaces, details)"
        " VALUES (:id, :name, 'Europe/Moscow', ARRAY[CAST(:id AS uuid)], '{}')"
    )
    connection.execute(statement, {"id": hall_id, "name": str(hall_id)})
    return hall_id


def test_only_what_touches_the_freed_time_counts(waitlist: WaitlistRepository) -> None:
    hall_id = uuid4()
    touching = wait(waitlist, hall_id, 2, 4)
    wait(waitlist, hall_id, 4, 5)
    wait(waitlist, uuid4(), 2, 4)

    assert found(waitlist, hall_id, 3, 4) == [touching]
    assert waitlist.wanted([hall_id], [TimeRange(NOW + HOUR * 3, NOW + HOUR * 4)]) == {hall_id}
    assert waitlist.wanted([hall_id], [TimeRange(NOW, NOW + HOUR)]) == frozenset()


def test_who_has_waited_longest_comes_first(waitlist: WaitlistRepository) -> None:
    hall_id = uuid4()
    later, earlier = wait(waitlist, hall_id, 2, 4, since=1), wait(waitlist, hall_id, 2, 3)

    assert found(waitlist, hall_id, 2, 3) == [earlier, later]


def test_claimed_time_serves_nobody(connection: Connection, waitlist: WaitlistRepository) -> None:
    hall_id = add_hall(connection)
    whole, rest = wait(waitlist, hall_id, 2, 4), wait(waitlist, hall_id, 3, 4, since=1)
    taken = [TimeRange(NOW + HOUR * 2, NOW + HOUR * 3)]
    ClaimRepository(connection).take("booking", uuid4(), [hall_id], taken)

    assert found(waitlist, hall_id, 2, 4) == [rest]
    assert waitlist.take(whole) is None
    assert [waiting.entry.id for waiting in waitlist.servable(NOW, None, 10)] == [rest]


def test_servable_entries_come_in_batches(waitlist: WaitlistRepository) -> None:
    hall_id = uuid4()
    entries = [wait(waitlist, hall_id, 2, 4, since=number) for number in range(3)]

    first = waitlist.servable(NOW, None, 2)
    rest = waitlist.servable(NOW, (first[-1].entry.created_at, first[-1].entry.id), 2)

    assert [waiting.entry.id for waiting in (*first, *rest)] == entries
    assert waitlist.servable(NOW + HOUR * 2, None, 10) == []


def test_an_entry_in_hand_is_nobody_elses(engine_for: EngineFor) -> None:
    hall_id = uuid4()
    with engine_for("booking").begin() as connection:
        entry_id = wait(WaitlistRepository(connection), hall_id, 2, 4)
    with engine_for("booking").connect() as one, engine_for("booking").connect() as other:
        assert WaitlistRepository(one).take(entry_id) is not None
        assert WaitlistRepository(other).take(entry_id) is None
        assert found(WaitlistRepository(other), hall_id, 2, 4) == []


def test_entries_whose_time_has_begun_lapse(waitlist: WaitlistRepository) -> None:
    begun, coming = wait(waitlist, uuid4(), 2, 4), wait(waitlist, uuid4(), 3, 4)

    assert waitlist.lapse(NOW + HOUR * 2, 100) >= 1

    assert (waitlist.get(begun).status, waitlist.get(coming).status) == ("lapsed", "waiting")


def test_one_clients_places_are_counted_by_one_at_a_time(engine_for: EngineFor) -> None:
    """Two who counted at once would both find room for the last place."""
    mine, others = uuid4(), uuid4()
    with engine_for("booking").connect() as one, engine_for("booking").connect() as other:
        WaitlistRepository(one).live(mine)
        other.execute(text("SET LOCAL lock_timeout = '50ms'"))

        assert WaitlistRepository(other).live(others) == []
        with pytest.raises(DBAPIError) as refused:
            WaitlistRepository(other).live(mine)
    assert sqlstate(refused.value) == LOCK_NOT_AVAILABLE
