"""Books compared with a gateway that has a list, and with one that can only be asked."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, text

from payment.books import ledger_check as service_ledger_check
from shared_schemas.payment.payments import Payment
from tests.support.clock import NOW
from tests.support.payment.books import SINCE, UNTIL, Auditor

SECOND = timedelta(seconds=1)


def kinds(auditor: Auditor) -> list[tuple[str, bool]]:
    return [(one.kind, one.repaired) for one in auditor.found()]


def test_books_that_agree(either: Auditor) -> None:
    either.paid()
    either.pay()
    either.settle(either.pay(), status="failed")
    either.refund(either.paid(), 50_000)
    either.morning()
    run = either.compared()
    assert (run.differences, run.failure, run.checked) == ([], None, 4)
    assert run.source == ("questions" if either.gateway.listless else "list")
    assert either.alarms() == []


def test_a_success_that_nobody_told_of_is_made_up_for(either: Auditor) -> None:
    payment = either.unheard(status="succeeded")
    either.morning()

    (one,) = either.found()

    assert (one.kind, one.repaired, one.payment_id) == ("status_differs", True, payment.id)
    assert one.ours and one.theirs and (one.ours.status, one.theirs.status) == ("pending", "succeeded")
    assert (either.status(payment), either.balance(payment)) == ("succeeded", 200_000)
    assert either.events().count("payment.succeeded") == 1
    assert [(error.code, error.payment_id) for error in either.alarms()] == [("status_differs", payment.id)]
    assert either.found() == []
    assert (len(either.alarms()), either.events().count("payment.succeeded")) == (1, 1)


def test_money_of_a_payment_that_was_given_up_is_found(either: Auditor) -> None:
    payment = either.unheard(status="failed")
    either.poll()
    either.clock.advance(minutes=1)
    either.poll()
    assert either.status(payment) == "failed"
    either.gateway.change(either.gateway_id(payment), status="succeeded")
    either.morning()
    assert kinds(either) == [("status_differs", True)]
    assert either.balance(payment) == 200_000


def test_a_payment_whose_id_got_lost_is_found_by_our_own(either: Auditor) -> None:
    """It was made, the answer got lost, the hold ran out, and somebody paid it all the same."""
    either.gateway.fault = "answer_lost"
    booking_id = either.booked()
    with pytest.raises(Exception, match="gateway_unavailable"):
        either.pay(booking_id)
    either.gateway.fault = None
    (gateway_id,) = either.gateway.payments
    either.clock.advance(hours=1)
    either.poll()
    either.gateway.change(gateway_id, status="succeeded")
    either.morning()

    assert kinds(either) == [("status_differs", True)]
    (payment,) = either.payments.of_booking(booking_id, either.customer).data
    assert (payment.status, either.balance(payment)) == ("succeeded", 200_000)


def test_a_wrong_amount_stays_a_difference(either: Auditor) -> None:
    payment = either.unheard(status="succeeded", amount=199_900)
    either.morning()
    assert kinds(either) == [("status_differs", True), ("amount_differs", False)]
    assert (either.status(payment), either.balance(payment)) == ("review", 199_900)
    assert kinds(either) == [("amount_differs", False)]


def test_a_refund_that_we_did_not_make(either: Auditor) -> None:
    payment = either.paid()
    either.gateway.change(either.gateway_id(payment), refunded=500)
    either.morning()
    (one,) = either.found()
    assert one.ours and one.theirs
    assert (one.kind, one.repaired, one.ours.refunded, one.theirs.refunded) == ("refunded_differs", True, 0, 500)
    assert either.balance(payment) == 199_500
    assert kinds(either) == []


def test_one_of_a_payment_that_we_had_not_heard_of_is_entered_at_once(either: Auditor) -> None:
    payment = either.unheard(status="succeeded", refunded=500)
    either.morning()
    assert kinds(either) == [("status_differs", True)]
    assert either.balance(payment) == 199_500


def test_what_came_and_went_unheard_is_entered_both_ways(either: Auditor) -> None:
    payment = either.unheard(status="succeeded", refunded=200_000)
    either.morning()
    assert kinds(either) == [("status_differs", True)]
    assert (either.balance(payment), either.rows("ledger")) == (0, 2)


def test_a_refund_under_way_is_no_difference(either: Auditor) -> None:
    """The gateway has made it, and we have not asked yet."""
    either.gateway.outcome = {"status": "pending"}
    payment = either.paid()
    either.refund(payment, 50_000)
    either.morning()
    assert either.gateway.given_back() == 50_000
    assert either.found() == []


def test_a_payment_that_the_gateway_denies(either: Auditor) -> None:
    payment = either.paid()
    either.gateway.payments.clear()
    either.morning()
    (one,) = either.found()
    assert (one.kind, one.payment_id, one.theirs) == ("unknown_there", payment.id, None)


def test_money_taken_without_us_is_seen_in_a_list(auditor: Auditor) -> None:
    twice = auditor.attempt(auditor.paid())
    auditor.gateway.takes("behind our back")
    auditor.gateway.takes("for the second time", twice)
    auditor.gateway.takes("nobody paid", status="pending")
    auditor.morning()
    assert [(one.kind, one.gateway_payment_id, one.booking_id) for one in auditor.found()] == [
        ("unknown_here", "behind our back", None),
        ("unknown_here", "for the second time", twice.booking_id),
    ]
    assert auditor.rows("ledger") == 1


@pytest.mark.parametrize(
    ("ours", "theirs"), [(UNTIL - SECOND, UNTIL), (UNTIL, UNTIL - SECOND), (SINCE, SINCE - SECOND)]
)
def test_clocks_that_differ_at_midnight_make_no_difference(auditor: Auditor, ours: Any, theirs: Any) -> None:
    auditor.clock.go_to(ours)
    auditor.gateway.created[auditor.gateway_id(auditor.paid())] = theirs
    auditor.morning()
    run = auditor.compared()
    assert (run.differences, run.checked) == ([], 1)


def test_what_moves_while_books_are_compared_is_no_difference(auditor: Auditor) -> None:
    payment = auditor.pay()
    auditor.gateway.after_list = lambda: auditor.settle(payment, status="succeeded")
    auditor.morning()
    assert auditor.found() == []


def test_nor_is_what_is_settled_before_we_look_again(auditor: Auditor) -> None:
    """The gateway's list has it, our books are read, and the webhook is acted upon before the difference is weighed."""
    payment = auditor.unheard(status="succeeded")
    auditor.gateway.fetch = acting(auditor, payment)  # type: ignore[assignment, method-assign]
    auditor.morning()
    assert auditor.found() == []
    assert auditor.balance(payment) == 200_000


def acting(auditor: Auditor, payment: Payment) -> Callable[[str], Any]:
    """The gateway's answer, just after which its webhook comes in."""
    answer, waiting = auditor.gateway.fetch, [payment]

    def fetch(gateway_payment_id: str) -> Any:
        if waiting:
            auditor.settle(waiting.pop(), status="succeeded")
        return answer(gateway_payment_id)

    return fetch


def test_an_entry_that_is_missing_is_told_whenever_it_was(auditor: Auditor, administrator: Engine) -> None:
    payment = auditor.paid()
    with administrator.begin() as connection:
        connection.execute(text("DELETE FROM payment.ledger"))
    auditor.clock.advance(days=40)
    now = auditor.clock.now()
    run = auditor.reconciliations.compare_days(lambda: True)[0]
    assert run.since > now - timedelta(days=3)
    (one,) = run.differences
    assert (one.kind, one.payment_id, one.moved, one.entered) == ("ledger_differs", payment.id, 200_000, 0)


def test_the_ledger_is_read_by_pages_and_what_was_found_is_kept_when_time_is_up(
    auditor: Auditor, administrator: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service_ledger_check, "LEDGER_PAGE", 1)
    for _ in range(3):
        auditor.paid()
    auditor.morning()
    assert auditor.found() == []
    with administrator.begin() as connection:
        connection.execute(text("DELETE FROM payment.ledger"))
    for pages in (2, 9):
        auditor.clock.advance(hours=1)
        turns = iter([True] * (3 + pages - 1))
        run = auditor.compared(lambda turns=turns: next(turns, False))  # type: ignore[misc]
        assert (len(run.differences), run.failure) == (min(pages, 3), "out_of_time" if pages == 2 else None)


def test_it_is_told_once_of_a_comparison_in_two_parts(auditor: Auditor, administrator: Engine) -> None:
    auditor.gateway.listless = True
    auditor.paid()
    with administrator.begin() as connection:
        connection.execute(text("DELETE FROM payment.ledger"))
    auditor.morning()
    for more in (False, True):
        auditor.clock.advance(hours=1)
        run = auditor.compared(lambda more=more: more)  # type: ignore[misc]
        assert ([one.kind for one in run.differences], run.checked) == (["ledger_differs"], int(more))


def test_the_same_is_told_once_and_what_is_new_again(either: Auditor) -> None:
    payment = either.paid()
    told = 0
    for refunded in (500, 500, 700):
        either.gateway.change(either.gateway_id(payment), refunded=refunded)
        either.morning()
        assert kinds(either) == ([("refunded_differs", True)] if refunded != told else [])
        told = refunded
        either.clock.advance(days=1)
    assert [error.code for error in either.alarms()] == ["refunded_differs"] * 2


def test_other_gateways_payments_are_not_looked_at(auditor: Auditor, administrator: Engine) -> None:
    payment = auditor.paid()
    with administrator.begin() as connection:
        connection.execute(text("DELETE FROM payment.ledger"))
        connection.execute(text("UPDATE payment.payments SET provider = 'tkassa'"))
        connection.execute(text("UPDATE payment.attempts SET provider = 'tkassa'"))
    auditor.gateway.created[auditor.gateway_id(payment)] = NOW
    auditor.morning()
    run = auditor.compared()
    assert (run.checked, run.differences, auditor.status(payment)) == (0, [], "succeeded")
    auditor.gateway.created.clear()
    assert kinds(auditor) == [("unknown_here", False)]


def test_a_payment_that_was_reversed_in_the_cabinet_is_entered(either: Auditor) -> None:
    payment = either.paid()
    either.gateway.change(either.gateway_id(payment), status="failed", reason="reversed")
    either.morning()
    assert kinds(either) == [("status_differs", True)]
    assert (kinds(either), either.balance(payment)) == ([], 0)
