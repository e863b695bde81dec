"""Random days at the desk end with revenue = tills + gateways, whatever happened and whoever did it at once."""

from datetime import timedelta
from random import Random

import pytest
from sqlalchemy import Engine

from core.jobs import Turn
from shared_schemas.payment.tills import TillRequest, TillsQuery
from shared_schemas.providers import DESK_METHODS
from tests.support.chance import scaled, seed
from tests.support.database import EngineFor
from tests.support.payment.cashier import MANAGER, Cashier
from tests.support.payment.days import desk, held, papers  # noqa: F401 - what may happen
from tests.support.payment.days.books import books
from tests.support.payment.days.day import OPERATIONS, Day
from tests.support.payment.ledger import all_differences


@pytest.mark.parametrize("number", range(2))
def test_revenue_is_what_is_in_the_tills_and_at_the_gateways(
    engine: Engine, engine_for: EngineFor, emptied: None, no_papers: None, number: int
) -> None:
    cashier = Cashier(engine)
    others = [cashier.beside(engine_for("payment")) for _ in range(2)]
    cashier.tills.open(TillRequest(), MANAGER, None)
    day = Day(cashier, others, Random(seed() + number))

    day.run(OPERATIONS, scaled(300))
    # What was paid twice goes back by the job of every minute.
    cashier.refunding.run(Turn())
    day.hear()

    found = books(engine)
    theirs = cashier.gateway.payments.values()
    online = sum(one.amount - (one.refunded or 0) for one in theirs if one.status == "succeeded")
    tills = cashier.tills.page(TillsQuery(limit=200)).data
    drawn = sum(till.counts[0].expected.amount - till.float.amount for till in tills)
    put = sum(till.put_in.amount - till.taken_out.amount for till in tills)
    assert found.moved.get("yookassa", 0) == online, day.done
    assert found.moved.get("cash", 0) + found.over_the_desk.get("cash", 0) == drawn - put, day.done
    taken = sum(found.moved.get(method, 0) for method in DESK_METHODS) + sum(found.over_the_desk.values())
    assert day.revenue + found.worth == online + taken, day.done
    assert (found.uneven, found.gaps) == ([], []), day.done
    assert min(found.by_booking.values()) >= 0, day.done
    heard = {one.id: one.received - one.refunded for one in day.visits.values() if one.id in found.by_booking}
    assert heard == found.by_booking
    span = cashier.clock.now() - timedelta(days=31), cashier.clock.now() + timedelta(days=1)
    with cashier.unit_of_work() as work:
        assert all_differences(work.ledger) == []
        assert [work.ledger.beside_tills(method, *span)[1] for method in DESK_METHODS] == [[]] * len(DESK_METHODS)
    never = {function.__name__ for function in OPERATIONS} - set(day.done)
    assert len(never) <= len(OPERATIONS) // 4, f"an operation that never succeeds tests nothing: {never}"
