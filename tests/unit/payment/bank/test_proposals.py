"""Which invoices a payment may be for: proposed by number, INN and sum, and never decided by these."""

from typing import Any
from uuid import uuid4

import pytest

from payment.bank.domain import StoredLine, accepted, arrived, numbers_in, proposals, stored
from payment.bank.errors import BankLineClosedError, ForeignAccountError, MoreThanCameError
from payment.bank.exchange import parsed
from shared_schemas.common import Money
from shared_schemas.payment.papers import Party
from tests.support.booking.made import NOW
from tests.support.payment.papers import ACCOUNT, document, invoice, statement


def came(**changes: Any) -> StoredLine:
    """A payment as it is kept; `changes` are of the file."""
    [found] = parsed(statement(document(**changes))).documents
    return stored(found, uuid4(), "a manager", NOW)


@pytest.mark.parametrize(
    ("purpose", "found"),
    [
        ("счёт 2026-1", [(2026, 1)]),
        ("сч.2026-17,2026-2;", [(2026, 2), (2026, 17)]),
        ("(2026-17)", [(2026, 17)]),
        ("№2026-17 от 30.11.2026", [(2026, 17)]),
        ("2026-17-1, А2026-17, 12026-17, 2026-17а, 30-11-2026-17", []),
        ("от 2026-12-01", []),
    ],
)
def test_a_number_is_a_whole_word_of_the_purpose(purpose: str, found: list[tuple[int, int]]) -> None:
    assert numbers_in([purpose]) == found


def test_number_inn_and_sum_are_grounds_and_number_with_sum_is_certain() -> None:
    mine, others = invoice(), Party(name="Другая", inn="7736050003")
    partly = invoice(number="2026-2", status="partly_paid", paid=Money(amount=1))
    found = proposals(came(), [partly, invoice(number="2026-3", buyer=others), mine])
    assert [(each.number, each.grounds, each.certain) for each in found] == [
        ("2026-1", ["number", "inn", "sum"], True),
        ("2026-2", ["inn"], False),
    ]


def test_somebody_else_may_pay_and_another_sum_is_not_certain() -> None:
    [another_payer] = proposals(came(ПлательщикИНН="7736050003"), [invoice()])
    [another_sum] = proposals(came(Сумма="3999.99"), [invoice()])
    assert (another_payer.grounds, another_payer.certain) == (["number", "sum"], True)
    assert (another_sum.grounds, another_sum.certain) == (["number", "inn"], False)


def test_closed_invoices_are_not_proposed() -> None:
    paid = invoice(status="paid", paid=Money(amount=400_000))
    assert proposals(came(), [paid, invoice(status="void", voided_at=NOW)]) == []


def test_only_what_came_to_the_studios_account_counts() -> None:
    ours, not_yet = document(), document(ДатаПоступило="", ДатаСписано="02.12.2026")
    paid_by_us = document(ПолучательСчет="40702810900000000001")
    exchange = parsed(statement(ours, not_yet, paid_by_us))
    assert [each.account for each in arrived(exchange, ACCOUNT)] == [ACCOUNT]
    with pytest.raises(ForeignAccountError):
        arrived(exchange, "40702810700000000009")


def test_no_more_than_came_is_accepted_and_nothing_twice() -> None:
    line = came()
    assert (accepted(line, None), accepted(line, 100)) == (400_000, 100)
    with pytest.raises(MoreThanCameError):
        accepted(line, 400_001)
    with pytest.raises(BankLineClosedError):
        accepted(StoredLine(**{**vars(line), "state": "matched", "used": 400_000}), None)
