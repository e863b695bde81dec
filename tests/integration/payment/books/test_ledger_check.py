"""The ledger is read where something touched it since it was last compared, and as a whole from time to time."""

from typing import Any

import pytest
from sqlalchemy import Engine, text

from payment.books import ledger_check as service_ledger_check
from payment.ledger.repository import LedgerRepository
from shared_schemas.payment.books import Difference, ReconciliationRequest
from tests.support.payment.books import SINCE, UNTIL, Auditor


@pytest.fixture
def auditor(engine: Engine, emptied: None) -> Auditor:
    """What was paid long ago was compared, all of it."""
    auditor = Auditor(engine)
    for _ in range(3):
        auditor.paid()
    auditor.refund(auditor.paid(), 50_000)
    auditor.morning()
    assert auditor.found() == []
    return auditor


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many payments each question of the ledger was about."""
    asked: list[int] = []
    differences = LedgerRepository.differences

    def counting(self: LedgerRepository, payments: Any) -> Any:
        asked.append(len(payments))
        return differences(self, payments)

    monkeypatch.setattr(LedgerRepository, "differences", counting)
    return asked


def by_hand(administrator: Engine, statement: str, **values: Any) -> None:
    with administrator.begin() as connection:
        connection.execute(text(statement), values)


def ledger_only(found: list[Difference]) -> list[tuple[int | None, int | None]]:
    return [(one.moved, one.entered) for one in found if one.kind == "ledger_differs"]


def test_what_was_compared_and_not_touched_since_is_not_read_again(auditor: Auditor, read: list[int]) -> None:
    assert (auditor.found(), sum(read), auditor.rows("ledger_touched")) == ([], 0, 0)
    auditor.paid()
    assert (auditor.found(), sum(read), auditor.rows("ledger_touched")) == ([], 1, 0)


@pytest.mark.parametrize(
    ("statement", "differs"),
    [
        ("UPDATE payment.ledger SET amount = 1 WHERE id = (SELECT min(id) FROM payment.ledger)", (200_000, 1)),
        ("DELETE FROM payment.ledger WHERE id = (SELECT min(id) FROM payment.ledger)", (200_000, 0)),
        ("DELETE FROM payment.ledger WHERE kind = 'refund'", (-50_000, 0)),
        ("UPDATE payment.ledger SET booking_id = gen_random_uuid() WHERE kind = 'refund'", (-50_000, -50_000)),
        (
            "UPDATE payment.payments SET taken = 7 WHERE id IN (SELECT payment_id FROM payment.refunds)",
            (7, 200_000),
        ),
        ("UPDATE payment.refunds SET status = 'failed'", (0, -50_000)),
        ("UPDATE payment.refunds SET amount = 60000", (-60_000, -50_000)),
    ],
)
def test_a_late_change_of_something_old_is_found_until_it_is_mended(
    auditor: Auditor, administrator: Engine, statement: str, differs: tuple[int, int]
) -> None:
    auditor.clock.advance(days=9)
    by_hand(administrator, statement)
    for _ in range(2):
        assert ledger_only(auditor.found()) == [differs]
    assert auditor.rows("ledger_touched") == 1


def test_a_mark_goes_when_the_difference_is_mended(auditor: Auditor, administrator: Engine) -> None:
    change = "UPDATE payment.payments SET taken = :taken WHERE id IN (SELECT payment_id FROM payment.refunds)"
    for taken, found in ((7, [(7, 200_000)]), (200_000, [])):
        by_hand(administrator, change, taken=taken)
        assert (ledger_only(auditor.found()), auditor.rows("ledger_touched")) == (found, len(found))


def test_an_entry_that_is_added_late_is_found(auditor: Auditor, administrator: Engine) -> None:
    entry = """
    INSERT INTO payment.ledger (booking_id, payment_id, kind, amount, at)
    SELECT booking_id, id, 'payment', 5, created_at FROM payment.payments WHERE status = 'pending'
    """
    auditor.pay()
    assert auditor.found() == []
    by_hand(administrator, entry)
    assert ledger_only(auditor.found()) == [(0, 5)]


def test_a_change_that_is_committed_while_books_are_compared_is_found_next_time(
    auditor: Auditor, administrator: Engine
) -> None:
    change = "UPDATE payment.ledger SET amount = 1 WHERE id = (SELECT min(id) FROM payment.ledger)"
    with administrator.begin() as connection:
        connection.execute(text(change))
        auditor.paid()
        assert auditor.found() == []
    assert ledger_only(auditor.found()) == [(200_000, 1)]


def unmarked(administrator: Engine, auditor: Auditor) -> None:
    """A difference that nothing told of."""
    by_hand(administrator, "DELETE FROM payment.ledger WHERE kind = 'refund'")
    by_hand(administrator, "DELETE FROM payment.ledger_touched")
    assert auditor.found() == []


def test_all_of_it_is_read_from_time_to_time(auditor: Auditor, administrator: Engine, read: list[int]) -> None:
    unmarked(administrator, auditor)
    auditor.clock.advance(days=service_ledger_check.WHOLE_EVERY.days + 1)
    read.clear()
    assert ledger_only(auditor.found()) == [(-50_000, 0)]
    assert sum(read) == 4 + 1


def test_all_of_it_is_read_where_staff_ask_and_goes_on_where_time_was_up(
    auditor: Auditor, administrator: Engine, read: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    unmarked(administrator, auditor)
    monkeypatch.setattr(service_ledger_check, "LEDGER_PAGE", 2)
    auditor.gateway.payments.clear()
    request = ReconciliationRequest.model_validate(
        {"provider": "yookassa", "since": SINCE.replace(hour=1), "until": SINCE.replace(hour=2), "whole_ledger": True}
    )
    read.clear()
    first = auditor.reconciliations.compare(request, lambda: False).data[0]
    assert first.failure == "out_of_time"
    second = auditor.reconciliations.compare(request, lambda: True).data[0]
    # Ids are of chance: what differs may have been on the page that was read, and is told until it is mended.
    assert ledger_only(first.differences) in ([], [(-50_000, 0)])
    assert (second.failure, ledger_only(second.differences)) == (None, [(-50_000, 0)])
    assert UNTIL > SINCE
