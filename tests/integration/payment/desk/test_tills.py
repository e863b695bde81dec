"""The drawer on PostgreSQL: two who open it at once, and what the daily comparison finds."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import Engine, text

from core.http.paging import InvalidCursorError, encode_cursor
from payment.tills.errors import TillOpenError
from shared_schemas.payment.books import ReconciliationRequest
from shared_schemas.payment.tills import TillEntriesQuery, TillRequest, TillsQuery
from tests.integration.payment.desk.test_desk import owing, take
from tests.support.database import EngineFor
from tests.support.payment.cashier import MANAGER, Cashier


def test_of_two_who_open_the_till_at_once_one_does(cashier: Cashier, engine_for: EngineFor) -> None:
    others = [cashier.beside(engine_for("payment")) for _ in range(4)]

    def opens(one: Cashier) -> bool:
        try:
            return bool(one.tills.open(TillRequest(), MANAGER, None))
        except TillOpenError:
            return False

    with ThreadPoolExecutor(len(others)) as pool:
        assert sorted(pool.map(opens, others)) == [False, False, False, True]

    page = cashier.tills.page(TillsQuery(limit=1))
    assert (len(page.data), page.next_cursor) == (1, None)


def test_what_moved_in_a_till_is_read_page_by_page(cashier: Cashier) -> None:
    till = cashier.tills.open(TillRequest(), MANAGER, None)
    taken = [take(cashier, owing(cashier), amount).id for amount in (100, 200, 300)]
    pages, cursor = list[list[UUID | None]](), None
    while cursor or not pages:
        page = cashier.tills.entries(till.id, TillEntriesQuery(limit=2, cursor=cursor))
        pages.append([entry.payment_id for entry in page.data])
        cursor = page.next_cursor

    assert pages == [taken[:2], taken[2:]]
    with pytest.raises(InvalidCursorError):
        cashier.tills.entries(till.id, TillEntriesQuery(cursor=encode_cursor(cashier.clock.now(), UUID(int=2**64))))


def test_the_daily_comparison_finds_cash_that_is_in_no_till(cashier: Cashier, administrator: Engine) -> None:
    cashier.tills.open(TillRequest(), MANAGER, None)
    first, second = take(cashier, owing(cashier), 100), take(cashier, owing(cashier), 200)
    take(cashier, owing(cashier), 300, "transfer")
    with administrator.begin() as connection:
        connection.execute(text("DELETE FROM payment.till_entries WHERE payment_id = :id"), {"id": second.id})
    cashier.clock.advance(days=1)
    now = cashier.clock.now()

    compared = cashier.reconciliations.compare(ReconciliationRequest(since=now - timedelta(days=2), until=now)).data

    by_provider = {run.provider: run for run in compared}
    assert set(by_provider) == {"yookassa", "cash", "transfer"}
    assert (by_provider["cash"].source, by_provider["cash"].checked) == ("tills", 2)
    (found,) = by_provider["cash"].differences
    assert (found.kind, found.payment_id, found.moved, found.entered) == ("till_differs", second.id, 0, 200)
    assert by_provider["transfer"].differences == []
    assert first.id != second.id
    with cashier.engine.connect() as connection:
        marks = "SELECT count(*) FROM payment.ledger_touched WHERE provider IN ('cash', 'transfer')"
        assert connection.execute(text(marks)).scalar_one() == 0
