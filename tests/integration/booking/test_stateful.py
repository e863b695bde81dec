"""Whatever is done in whatever order, one after another: the calendar is what a simple model says it is."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import text
from sqlalchemy.engine import URL

from booking.tables import metadata
from tests.support.chance import scaled
from tests.support.database import EngineFor, plain_engine
from tests.support.stories.calendar.machine import StudioMachine

TELL = settings(
    max_examples=scaled(16),
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.fixture
def wipe(database: URL) -> Iterator[Callable[[], None]]:
    """Empties the schema, as only its administrator may."""
    engine = plain_engine(database)
    tables = ", ".join(table.fullname for table in metadata.sorted_tables)

    def run() -> None:
        with engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {tables}"))

    yield run
    engine.dispose()


def test_the_calendar_is_what_a_simple_model_says(engine_for: EngineFor, wipe: Callable[[], None]) -> None:
    engine = engine_for("booking")

    class Story(StudioMachine):
        def __init__(self) -> None:
            super().__init__(engine, wipe)

    run_state_machine_as_test(Story, settings=TELL)
