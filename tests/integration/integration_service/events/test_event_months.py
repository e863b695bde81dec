"""The event log's months on real PostgreSQL."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import Engine, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from core.jobs import Turn
from core.postgres.database import sqlstate
from integration.composition import App
from integration.events.errors import EventNotFoundError
from integration.events.repository import EventRepository
from integration.events.service import EventLog
from integration.settings import IntegrationSettings
from shared_schemas.integration.events import EventsQuery
from tests.support.samples import envelope
from tests.support.world import world


def month_of(at: datetime) -> datetime:
    return at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


# When the tests began; the template that databases are copied from was migrated after it.
BEGAN = month_of(datetime.now(UTC))
# No test begins so near to the end of a month: PostgreSQL's clock says which month it is, and goes on.
MARGIN = timedelta(minutes=2)
MONTHS = "SELECT relname FROM pg_class WHERE relname LIKE 'events\\_2%' AND relkind = 'r'"
FILL = """
INSERT INTO integration.events
SELECT gen_random_uuid(), 'booking.created', 1, 'booking', now() - n * interval '20 minutes', 'flow ' || n / 5, NULL,
       gen_random_uuid(), gen_random_uuid(), '{"data": {}}'
  FROM generate_series(1, 6000) n
"""


@pytest.fixture(autouse=True)
def month_goes_on() -> None:
    """Once a month this waits, for two minutes at most."""
    while month_of(now := datetime.now(UTC)) != month_of(now + MARGIN):
        time.sleep(1)


@pytest.fixture
def log(engine: Engine) -> Iterator[EventLog]:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM integration.events"))
    yield App(world("integration", IntegrationSettings, engine)).event_log


def logged(log: EventLog, at: datetime) -> UUID:
    event = envelope("eventbridge_booking_created").model_copy(update={"id": uuid4(), "time": at})
    log.record(event)
    log.record(event)
    return event.id


def name(months: int) -> str:
    return f"events_{month_of(datetime.now(UTC)) + relativedelta(months=months):%Y_%m}"


def place(engine: Engine, event_id: UUID) -> str:
    """The partition that an event is in."""
    where = "SELECT tableoid::regclass::text FROM integration.events WHERE id = :id"
    with engine.connect() as connection:
        found: str = connection.execute(text(where), {"id": event_id}).scalar_one()
    return found.removeprefix("integration.")


def months(engine: Engine) -> set[str]:
    with engine.connect() as connection:
        return set(connection.execute(text(MONTHS)).scalars())


def test_the_month_of_the_migration_and_the_next_two_are_there_from_the_beginning(engine: Engine) -> None:
    first = datetime.strptime(min(months(engine)), "events_%Y_%m").replace(tzinfo=UTC)

    assert first in {BEGAN, month_of(datetime.now(UTC))}
    assert months(engine) >= {f"events_{first + relativedelta(months=later):%Y_%m}" for later in range(3)}


def test_events_of_odd_times_are_kept_and_move_into_their_month(engine: Engine, log: EventLog) -> None:
    month = month_of(datetime.now(UTC))
    late, future = logged(log, month - timedelta(days=40)), logged(log, month + timedelta(days=4000))
    assert (place(engine, late), place(engine, future)) == ("events_default", "events_default")

    log.keep(13)

    assert (place(engine, late), place(engine, future)) == (name(-2), "events_default")
    assert log.get(late).id == late
    assert log.keep(13) == {"made": 0, "dropped": 0}


def test_only_what_is_older_than_the_retention_goes(engine: Engine, log: EventLog) -> None:
    month_ago = [month_of(datetime.now(UTC)) - relativedelta(months=number) for number in (2, 3, 4)]
    kept, old, older = (logged(log, at) for at in month_ago)
    log.keep(3)
    assert (place(engine, old), name(-4) in months(engine)) == (name(-3), False)
    with pytest.raises(EventNotFoundError):
        log.get(older)

    assert log.keep(2)["dropped"] >= 1

    assert log.get(kept).id == kept
    with pytest.raises(EventNotFoundError):
        log.get(old)


def test_a_month_is_a_step_and_the_next_turn_goes_on(engine: Engine, log: EventLog) -> None:
    month = month_of(datetime.now(UTC))
    late = [logged(log, month - relativedelta(months=number, days=-1)) for number in (5, 6, 7)]

    steps = iter([True, True, False])
    turn = Turn(lambda: next(steps))
    first = log.keep(13, turn)

    assert (first, turn.more) == ({"made": 2, "dropped": 0}, True)
    assert [place(engine, event) for event in late].count("events_default") == 1
    assert log.keep(13) == {"made": 1, "dropped": 0}
    assert [place(engine, event) for event in late] == [name(-5), name(-6), name(-7)]

    assert log.keep(3)["dropped"] == 3


def test_rows_of_no_month_go_a_thousand_at_a_time(engine: Engine, log: EventLog) -> None:
    with engine.begin() as connection:
        connection.execute(text(FILL.replace("now() - n", "now() - interval '20 years' - n").replace("6000", "1500")))
    assert log.keep(13) == {"made": 0, "dropped": 2}
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM integration.events_default")).scalar_one() == 0


@pytest.mark.parametrize("too_few", [1, 0, -5])
def test_the_service_cannot_have_the_log_emptied(log: EventLog, too_few: int) -> None:
    with pytest.raises(DBAPIError) as caught:
        log.keep(too_few)
    assert sqlstate(caught.value) == "22023"


def test_the_services_own_role_may_not_touch_the_tables_themselves(engine: Engine) -> None:
    with pytest.raises(DBAPIError) as caught, engine.begin() as connection:
        connection.execute(text(f"DROP TABLE integration.{name(0)}"))
    assert sqlstate(caught.value) == "42501"


SEARCHES: list[dict[str, Any]] = [
    {},
    {"type": "booking.created"},
    {"correlation_id": "flow 77"},
    {"booking_id": uuid4()},
    {"payment_id": uuid4()},
    {"from": BEGAN - timedelta(days=20), "to": BEGAN},
]


@pytest.mark.parametrize("query", SEARCHES, ids=lambda query: "+".join(query) or "all")
@pytest.mark.parametrize("after", [None, (BEGAN, uuid4())], ids=["first page", "next page"])
def test_no_search_reads_whole_months(engine: Engine, log: EventLog, query: dict[str, Any], after: Any) -> None:
    with engine.begin() as connection:
        connection.execute(text(FILL))
    log.keep(13)
    with engine.connect() as connection:
        statement = EventRepository.search(EventsQuery.model_validate(query), after, 51)
        compiled = statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
        plan = connection.exec_driver_sql(f"EXPLAIN {str(compiled).replace('%', '%%')}").scalars().all()
    full = [line for line in plan if "Seq Scan" in line and "events_default" not in line]
    assert not full, "\n".join(plan)
    assert any("Index" in line for line in plan)
