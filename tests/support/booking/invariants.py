"""What must hold in the booking schema at any moment between two transactions, asked of PostgreSQL itself.

Each rule is a query for what breaks it, written without the service's own code, so that a fault cannot hide in both."""

from sqlalchemy import Connection, Engine, text

from tests.support.booking.invariants_calendar import CALENDAR
from tests.support.booking.invariants_history import HISTORY
from tests.support.booking.invariants_limits import LIMITS

RULES = CALENDAR | LIMITS | HISTORY
SHOWN = 5


def check(engine: Engine) -> None:
    """`AssertionError` names every rule that is broken, with some of the rows that break it."""
    with engine.connect() as connection:
        # One snapshot for all rules: others may go on working meanwhile.
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        found = broken(connection)
    assert not found, "\n".join(found)


def broken(connection: Connection) -> list[str]:
    """A line for each rule that does not hold."""
    rows = {rule: connection.execute(text(query)).mappings().all() for rule, query in RULES.items()}
    return [
        f"{rule}: {len(found)} rows, as {[dict(row) for row in found[:SHOWN]]}" for rule, found in rows.items() if found
    ]
