"""Receipts of payments, visits and refunds add up, whatever is paid and goes back."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment.gateways.fiscal_words import PREPAID, PaymentMode, PaymentSubject, Vat
from payment.receipts.errors import ReceiptNotRetriableError
from payment.receipts.life import (
    NO_RECIPIENT,
    PATIENCE,
    TRANSITIONS,
    StoredReceipt,
    apply_registration,
    follow_payment,
    held_before,
    match_notice,
    receipt_events,
    reordered,
    unanswered,
    with_status,
)
from payment.receipts.plan import (
    ReceiptPolicy,
    held_receipt,
    left_of,
    lines_of,
    payment_receipt,
    settlement_receipt,
)
from payment.refunds.domain.refund import StoredRefund, new_refund
from payment.refunds.receipt import follow_refund, refund_receipt
from shared_schemas.booking.bookings import PaymentTerms, SoldLine
from shared_schemas.common import Money
from shared_schemas.payment.receipts import ReceiptState
from tests.support.booking.made import NOW
from tests.support.payment.cashier import attempt

PRICES = st.lists(st.integers(0, 10**6), min_size=1, max_size=8).filter(any)
OSN = ReceiptPolicy(vat="22", tax_system="osn")


def sold(*amounts: int) -> list[SoldLine]:
    return [SoldLine(name=f"Аренда зала {i}", quantity=i, amount=Money(amount=a)) for i, a in enumerate(amounts, 1)]


def terms(*amounts: int, kept: int = 0, status: str = "pending") -> PaymentTerms:
    values: dict[str, Any] = {"booking_id": uuid4(), "booking_version": 1, "number": "7K3Q9D2M", "status": status}
    left = Money(amount=max(sum(amounts) - kept, 0))
    money = {"due": left, "balance": left, "kept": Money(amount=kept)}
    return PaymentTerms.model_validate(
        values | money | {"customer_id": uuid4(), "lines": sold(*amounts), "correlation_id": "flow"}
    )


def planned(amount: int, of: PaymentTerms, policy: ReceiptPolicy = OSN) -> StoredReceipt:
    row = payment_receipt(uuid4(), attempt(amount=Money(amount=amount)), of, policy)
    assert row is not None
    return row


def refund(amount: int) -> StoredRefund:
    return new_refund(uuid4(), attempt(status="succeeded"), amount, "requested", NOW)


def by_position(*rows: StoredReceipt) -> dict[int, int]:
    amounts: dict[int, int] = {}
    for item in (item for row in rows for item in row.items):
        amounts[item.position] = amounts.get(item.position, 0) + item.amount
    return {position: amount for position, amount in amounts.items() if amount}


@given(PRICES, st.data())
def test_a_prepayment_and_a_balance_pay_for_every_line_to_the_kopeck(prices: list[int], data: st.DataObject) -> None:
    prepaid = data.draw(st.integers(1, sum(prices)))
    first = lines_of(sold(*prices), 0, prepaid)
    assert sum(item.amount for item in first) == prepaid
    paid = {item.position: item.amount for item in first}
    if prepaid < sum(prices):
        second = lines_of(sold(*prices), prepaid, sum(prices) - prepaid)
        assert all(item.amount > 0 for item in second)
        paid = {i: paid.get(i, 0) + sum(x.amount for x in second if x.position == i) for i in range(1, len(prices) + 1)}
    assert {i: amount for i, amount in paid.items() if amount} == {i: a for i, a in enumerate(prices, 1) if a}


@given(PRICES, st.data())
def test_any_sequence_of_refunds_adds_up_and_takes_from_no_line_more_than_it_has(
    prices: list[int], data: st.DataObject
) -> None:
    """Settled at any point, some of the refunds failing, until all has gone back."""
    amount = data.draw(st.integers(1, sum(prices)))
    rows = [planned(amount, terms(*prices))]
    standing = amount
    settled_after = data.draw(st.integers(0, 6))
    for turn in range(6):
        if turn == settled_after and (settlement := settlement_receipt(uuid4(), rows, OSN, NOW)):
            assert settlement.amount == sum(item.amount for item in settlement.items) == standing
            rows.append(settlement)
        if not standing:
            break
        wanted = standing if turn == 5 else data.draw(st.integers(1, standing))
        back = refund_receipt(uuid4(), rows, refund(wanted))
        assert back is not None
        assert back.amount == sum(item.amount for item in back.items) == wanted
        assert all(item.amount > 0 for item in back.items)
        failed = turn < 5 and data.draw(st.booleans())
        rows.append(with_status(back, "void", NOW) if failed else back)
        standing -= 0 if failed else wanted
        taken = by_position(*(row for row in rows if row.kind == "refund" and row.status != "void"))
        assert all(taken.get(item.position, 0) <= item.amount for item in rows[0].items)
    assert sum(item.amount for item in left_of(rows[0], rows)) == standing == 0


@pytest.mark.parametrize(
    ("amount", "kept", "status", "policy", "mode"),
    [
        (50_000, 0, "pending", OSN, "partial_prepayment"),
        (100_000, 0, "pending", OSN, "full_prepayment"),
        (50_000, 50_000, "confirmed", OSN, "full_prepayment"),
        (40_000, 50_000, "in_progress", OSN, "partial_prepayment"),
        (50_000, 50_000, "completed", OSN, "full_payment"),
        (100_000, 0, "pending", replace(OSN, prepayment="advance"), "advance"),
        (50_000, 50_000, "completed", replace(OSN, prepayment="advance"), "full_payment"),
    ],
)
def test_money_is_called_by_what_it_pays_for_and_when(
    amount: int, kept: int, status: str, policy: ReceiptPolicy, mode: PaymentMode
) -> None:
    row = planned(amount, terms(70_000, 30_000, kept=kept, status=status), policy)
    assert {item.mode for item in row.items} == {mode}
    assert {item.vat for item in row.items} == {"22/122" if mode in PREPAID else "22"}
    assert {item.subject for item in row.items} == {"payment" if mode == "advance" else "service"}


@pytest.mark.parametrize(
    ("vat", "subject", "in_advance", "settled_as"),
    [
        ("none", "service", "none", "service"),
        ("0", "commodity", "0", "commodity"),
        ("5", "payment", "5/105", "service"),
        ("20/120", "service", "20/120", "service"),
    ],
)
def test_a_visit_settles_at_the_rate_and_subject_of_the_service(
    vat: Vat, subject: PaymentSubject, in_advance: Vat, settled_as: PaymentSubject
) -> None:
    policy = ReceiptPolicy(vat=vat, subject=subject)
    paid = planned(50_000, terms(70_000, 30_000), policy)
    assert {(item.vat, item.subject) for item in paid.items} == {(in_advance, subject)}
    settled = settlement_receipt(uuid4(), [paid], policy, NOW)
    assert settled is not None
    assert {(item.vat, item.subject, item.mode) for item in settled.items} == {(vat, settled_as, "full_payment")}
    assert (settled.amount, by_position(settled)) == (50_000, by_position(paid))


def test_whole_lines_keep_their_quantity_and_parts_are_one_piece() -> None:
    whole, half = planned(100_000, terms(60_000, 40_000)), planned(50_000, terms(60_000, 40_000))
    assert [item.quantity for item in whole.items] == [1, 2]
    assert [item.quantity for item in half.items] == [1, 1]
    back = refund_receipt(uuid4(), [whole], refund(100_000))
    assert back is not None
    assert [item.quantity for item in back.items] == [1, 1]


def test_nothing_is_planned_where_nobody_says_what_is_sold() -> None:
    assert payment_receipt(uuid4(), attempt(), terms(), OSN) is None
    assert refund_receipt(uuid4(), [], refund(1)) is None


def test_a_visit_is_settled_once_and_only_what_was_prepaid() -> None:
    paid = planned(50_000, terms(100_000))
    settled = settlement_receipt(uuid4(), [paid], OSN, NOW)
    assert settled is not None
    assert (settled.next_attempt_at, settled.refund_id, settled.version) == (NOW, None, 1)
    assert settlement_receipt(uuid4(), [paid, settled], OSN, NOW) is None
    afterwards = planned(50_000, terms(100_000, kept=50_000, status="completed"))
    assert settlement_receipt(uuid4(), [afterwards], OSN, NOW) is None
    assert settlement_receipt(uuid4(), [with_status(paid, "void", NOW)], OSN, NOW) is None
    back = refund_receipt(uuid4(), [paid], refund(50_000))
    assert back is not None
    assert settlement_receipt(uuid4(), [paid, back], OSN, NOW) is None


def test_a_refund_is_called_as_the_money_is_by_then() -> None:
    paid = planned(50_000, terms(100_000))
    settled = settlement_receipt(uuid4(), [paid], OSN, NOW)
    assert settled is not None
    before, after = (refund_receipt(uuid4(), rows, refund(1_000)) for rows in ([paid], [paid, settled]))
    assert before is not None
    assert after is not None
    assert [(item.mode, item.vat) for item in before.items] == [("partial_prepayment", "22/122")]
    assert [(item.mode, item.vat) for item in after.items] == [("full_payment", "22")]


def test_held_money_counts_as_much_as_was_paid_for_it() -> None:
    pays = replace(attempt(status="succeeded"), amount=Money(amount=50_000))
    sums = []
    for money in (None, 37_501, 0):
        row = held_receipt(uuid4(), replace(pays, money=money), terms(100_000), OSN)
        sums.append(row and (row.amount, sum(item.amount for item in row.items)))
    assert sums == [(50_000, 50_000), (37_501, 37_501), None]


def test_a_refund_to_held_money_that_fails_is_not_taken_off_its_settlement() -> None:
    paid = held_before(planned(50_000, terms(100_000)), NOW)
    back = refund_receipt(uuid4(), [paid], refund(20_000))
    assert back is not None
    done, failed = replace(refund(20_000), status="succeeded"), replace(refund(20_000), status="failed")
    for asked, left in ((done, 30_000), (failed, 50_000)):
        row = follow_refund(back, asked, None, NOW)
        settled = settlement_receipt(uuid4(), [paid, row], OSN, NOW)
        assert settled is not None
        assert (row.status, settled.amount) == ("void", left)


def test_more_than_was_asked_for_goes_back_by_the_lines_there_are() -> None:
    """A gateway that took too much: the payment is under review, and all of it may be given back."""
    back = refund_receipt(uuid4(), [planned(50_000, terms(70_000, 30_000))], refund(60_000))
    assert back is not None
    assert by_position(back) == {1: 42_000, 2: 18_000}


def row(**changes: Any) -> StoredReceipt:
    return replace(planned(50_000, terms(100_000)), **changes)


def test_a_payment_takes_its_receipt_along() -> None:
    paid, failed = attempt(status="succeeded"), attempt(status="failed")
    pending = follow_payment(row(), paid, None, NOW)
    assert (pending.status, pending.next_attempt_at) == ("pending", NOW + timedelta(minutes=1))
    assert follow_payment(row(), paid, "succeeded", NOW).settled_at == NOW
    assert follow_payment(row(), attempt(), "canceled", NOW).status == "planned"  # Nothing was paid yet.
    void = follow_payment(row(), failed, "canceled", NOW)
    assert (void.status, void.next_attempt_at) == ("void", None)
    # Money that arrives late still arrived.
    assert follow_payment(void, paid, None, NOW).status == "pending"


def test_a_receipt_without_a_recipient_is_a_matter_for_staff_once_money_moved() -> None:
    nobody = row(failure=NO_RECIPIENT)
    void = follow_payment(nobody, attempt(status="failed"), None, NOW)
    for before in (nobody, void):
        after = follow_payment(before, attempt(status="succeeded"), None, NOW)
        assert (after.status, after.failure) == ("canceled", NO_RECIPIENT)


@pytest.mark.parametrize(
    ("status", "told", "means"),
    [("creating", None, "planned"), ("pending", "pending", "planned"), ("succeeded", None, "pending"),
     ("succeeded", "succeeded", "succeeded"), ("succeeded", "canceled", "canceled"), ("failed", None, "void")],
)  # fmt: skip
def test_a_refund_takes_its_receipt_along(status: Any, told: Any, means: str) -> None:
    assert follow_refund(row(), replace(refund(1), status=status), told, NOW).status == means


@pytest.mark.parametrize("before", get_args(ReceiptState))
@pytest.mark.parametrize("told", ["pending", "succeeded", "canceled"])
def test_nothing_undoes_a_registration_and_staff_are_told_once(before: ReceiptState, told: Any) -> None:
    was = row(status=before)
    after = apply_registration(was, told, NOW)
    assert after.status in {before} | TRANSITIONS[before]
    assert (after.status == "succeeded") == (before == "succeeded" or told == "succeeded")
    assert len(receipt_events(was, after)) == (after.status == "canceled" and before != "canceled")
    assert (after.version > was.version) == (after.status != before)


def test_who_says_nothing_is_asked_for_an_hour_once_more_and_then_no_more() -> None:
    pending = row(status="pending", created_at=NOW)
    assert unanswered(pending, NOW + timedelta(minutes=59)) is pending
    waiting = unanswered(pending, NOW + timedelta(hours=1))
    assert (waiting.status, waiting.next_attempt_at) == ("pending", NOW + PATIENCE)
    silent = unanswered(waiting, NOW + PATIENCE)
    assert (silent.status, silent.failure, silent.next_attempt_at) == ("unsupported", "not_told", None)
    assert apply_registration(silent, "succeeded", NOW).status == "succeeded"


def test_a_cancelled_settlement_is_ordered_anew_under_another_id() -> None:
    settled = settlement_receipt(uuid4(), [row()], OSN, NOW)
    assert settled is not None
    assert settled.order_id == settled.id
    cancelled = with_status(replace(settled, attempts=2, gateway_receipt_id="r1"), "canceled", NOW, "receipt_uncertain")
    again = reordered(cancelled, NOW)
    assert (again.status, again.attempts, again.next_attempt_at, again.settled_at) == ("planned", 0, NOW, None)
    assert again.order_id not in (settled.id, reordered(with_status(again, "canceled", NOW), NOW).order_id)
    for wrong in (settled, row(status="canceled")):
        with pytest.raises(ReceiptNotRetriableError):
            reordered(wrong, NOW)


def test_a_gateway_that_knows_none_of_our_ids_still_means_one() -> None:
    paid = row(status="pending")
    settled = settlement_receipt(UUID(int=1), [paid], OSN, NOW)
    back = [refund_receipt(UUID(int=i), [paid], refund(1_000)) for i in (2, 3)]
    rows = [paid, *(one for one in (settled, *back) if one)]
    assert len(rows) == 4
    assert match_notice(rows, is_refund=False, amount=50_000, mode="full_payment") == settled
    assert match_notice(rows, is_refund=False, amount=50_000, mode="partial_prepayment") == paid
    assert match_notice(rows, is_refund=True, amount=1_000, mode=None) == back[0]
    rows[2] = replace(rows[2], status="succeeded")
    assert match_notice(rows, is_refund=True, amount=1_000, mode=None) == back[1]
    assert match_notice(rows, is_refund=True, amount=1, mode=None) is None
