"""Random days at the desk end with revenue = tills + gateways, whatever happened and whoever did it at once."""

from collections import defaultdict
from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine, text

from core.jobs import Turn
from shared_schemas.payment.tills import TillRequest, TillsQuery
from shared_schemas.providers import DESK_METHODS
from tests.support.chance import scaled, seed
from tests.support.database import EngineFor
from tests.support.payment.cashier import MANAGER, Cashier
from tests.support.payment.days import OPERATIONS, Day
from tests.support.payment.ledger import all_differences

LEDGER = """
SELECT p.provider, p.booking_id, l.amount FROM payment.ledger l JOIN payment.payments p ON p.id = l.payment_id
"""


@pytest.mark.parametrize("number", range(2))
def test_revenue_is_what_is_in_the_tills_and_at_the_gateways(
    engine: Engine, engine_for: EngineFor, emptied: None, number: int
) -> None:
    cashier = Cashier(engine)
    others = [cashier.beside(engine_for("payment")) for _ in range(2)]
    cashier.tills.open(TillRequest(), MANAGER, None)
    day = Day(cashier, others, Random(seed() + number))

    day.run(OPERATIONS, scaled(150))
    # What was paid twice goes back by the job of every minute.
    cashier.refunding.run(Turn())
    day.hear()

    with engine.connect() as connection:
        rows = connection.execute(text(LEDGER)).all()
    by_provider: dict[str, int] = defaultdict(int)
    by_booking: dict[object, int] = defaultdict(int)
    for row in rows:
        by_provider[row.provider] += row.amount
        by_booking[row.booking_id] += row.amount
    theirs = cashier.gateway.payments.values()
    online = sum(one.amount - (one.refunded or 0) for one in theirs if one.status == "succeeded")
    tills = cashier.tills.page(TillsQuery(limit=200)).data
    drawn = sum(till.counts[0].expected.amount - till.float.amount for till in tills)
    put = sum(till.put_in.amount - till.taken_out.amount for till in tills)
    assert by_provider["yookassa"] == online, day.done
    assert by_provider["cash"] == drawn - put, day.done
    assert min(by_booking.values()) >= 0, day.done
    assert {one.id: one.received - one.refunded for one in day.visits.values() if one.id in by_booking} == by_booking
    span = cashier.clock.now() - timedelta(days=31), cashier.clock.now() + timedelta(days=1)
    with cashier.unit_of_work() as work:
        assert all_differences(work.ledger) == []
        assert [work.ledger.beside_tills(method, *span)[1] for method in DESK_METHODS] == [[]] * len(DESK_METHODS)
    never = {function.__name__ for function in OPERATIONS} - set(day.done)
    assert len(never) <= 2, "an operation that never succeeds tests nothing"
