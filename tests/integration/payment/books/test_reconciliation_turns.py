"""When books are compared: days that are due, what stopped and goes on, gateways that are down."""

from datetime import timedelta

from shared_schemas.payment.books import ReconciliationRequest
from tests.support.clock import NOW
from tests.support.payment.books import SINCE, UNTIL, Auditor


def test_a_gateway_that_is_down_is_asked_again_at_the_next_turn(either: Auditor) -> None:
    payment = either.unheard(status="succeeded")
    either.morning()
    either.gateway.fault = "down"
    (failed,) = either.reconciliations.compare_days(lambda: True)
    assert (failed.failure, failed.differences, failed.since) == ("gateway_unavailable", [], SINCE)

    either.gateway.fault = None
    either.clock.advance(hours=1)
    (made_up,) = either.reconciliations.compare_days(lambda: True)
    assert (made_up.failure, made_up.since, either.status(payment)) == (None, SINCE, "succeeded")
    assert either.reconciliations.compare_days(lambda: True) == []


def test_a_day_that_failed_is_made_up_for_on_the_next(either: Auditor) -> None:
    either.paid()
    either.morning()
    either.gateway.fault = "down"
    either.reconciliations.compare_days(lambda: True)
    either.clock.advance(days=1)
    either.gateway.fault = None
    assert [run.since for run in either.reconciliations.compare_days(lambda: True)] == [SINCE, UNTIL]


def test_questions_go_on_where_time_ran_out(auditor: Auditor) -> None:
    auditor.gateway.listless = True
    payments = []
    for _ in range(5):
        payments.append(auditor.unheard(status="succeeded"))
        auditor.clock.advance(minutes=1)
    auditor.morning()
    for checked, asked in ((2, 2), (4, 4), (5, 5)):
        auditor.clock.advance(hours=1)
        turns = iter([True] * 2)
        run = auditor.compared(lambda turns=turns: next(turns, False))  # type: ignore[misc]
        assert (run.checked, len(set(auditor.gateway.asked)), len(auditor.gateway.asked)) == (checked, asked, asked)
        assert (len(run.differences), run.failure) == (checked, None if checked == 5 else "out_of_time")
    assert len(auditor.alarms()) == 5
    assert {auditor.status(payment) for payment in payments} == {"succeeded"}

    auditor.clock.advance(hours=1)
    auditor.gateway.asked.clear()
    assert (auditor.compared().checked, len(auditor.gateway.asked)) == (5, 5)


def test_what_stopped_long_ago_begins_anew(auditor: Auditor) -> None:
    auditor.gateway.listless = True
    auditor.paid()
    auditor.paid()
    auditor.morning()
    turns = iter([True])
    assert auditor.compared(lambda: next(turns, False)).checked == 1
    auditor.clock.advance(days=3)
    auditor.gateway.asked.clear()
    assert (auditor.compared().checked, len(auditor.gateway.asked)) == (2, 2)


def test_what_stopped_of_another_time_is_not_gone_on_with(auditor: Auditor) -> None:
    auditor.gateway.listless = True
    auditor.paid()
    auditor.paid()
    auditor.morning()
    turns = iter([True])
    shorter = ReconciliationRequest.model_validate({"since": SINCE + timedelta(hours=1), "until": UNTIL})
    assert auditor.reconciliations.compare(shorter, lambda: next(turns, False)).data[0].checked == 1
    auditor.gateway.asked.clear()
    assert (auditor.compared().checked, len(auditor.gateway.asked)) == (2, 2)


def test_a_list_that_was_not_gone_through_is_read_anew(auditor: Auditor) -> None:
    for _ in range(3):
        auditor.unheard(status="succeeded")
    auditor.morning()
    turns = iter([True])
    first = auditor.compared(lambda: next(turns, False))
    assert (first.checked, len(first.differences), first.failure) == (1, 1, "out_of_time")
    assert auditor.compared().checked == 3
    assert len(auditor.alarms()) == 3


def test_a_day_is_compared_once_when_it_is_over(auditor: Auditor) -> None:
    auditor.clock.go_to(UNTIL)
    (before,) = auditor.reconciliations.compare_days(lambda: True)
    assert before.since == SINCE - timedelta(days=1)
    auditor.morning()
    assert [run.since for run in auditor.reconciliations.compare_days(lambda: True)] == [SINCE]
    assert auditor.reconciliations.compare_days(lambda: True) == []
    assert auditor.clock.now() == NOW


def test_no_day_is_begun_without_time(auditor: Auditor) -> None:
    auditor.morning()
    assert auditor.reconciliations.compare_days(lambda: False) == []
    assert auditor.rows("reconciliations") == 0
