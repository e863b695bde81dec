"""The drawer, on stores in memory."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from core.identity import Identity
from payment.tills.errors import (
    NotEnoughInTillError,
    NoTillOpenError,
    TillClosedError,
    TillHasOpenPaymentsError,
    TillNotFoundError,
    TillNotLastError,
    TillOpenError,
)
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError
from shared_schemas.events.desk import TillClosed
from shared_schemas.events.operations import ServiceError
from shared_schemas.payment.payments import PaymentRequest, RefundDecision, RefundRequest
from shared_schemas.payment.tills import Till as Drawer
from shared_schemas.payment.tills import (
    TillCloseRequest,
    TillEntriesQuery,
    TillMoveRequest,
    TillReopenRequest,
    TillRequest,
)
from tests.support.payment.cashier import MANAGER
from tests.support.payment.refunds import cancelled
from tests.support.payment.till import Till
from tests.unit.payment.desk.test_desk import owing, take

OTHER = Identity(str(uuid4()), Role.ADMIN)
WHY = "the fog machine"


@pytest.fixture
def till() -> Till:
    return Till()


def opened(till: Till, amount: int = 0) -> UUID:
    return till.tills.open(TillRequest.model_validate({"float": {"amount": amount}}), MANAGER, None).id


def closed(till: Till, till_id: UUID, counted: int, **more: object) -> Drawer:
    request = TillCloseRequest.model_validate({"counted": {"amount": counted}, **more})
    return till.tills.close(till_id, request, OTHER, None)


def moved(till: Till, till_id: UUID, kind: str, amount: int) -> Drawer:
    request = TillMoveRequest.model_validate({"kind": kind, "amount": {"amount": amount}, "reason": WHY})
    return till.tills.move(till_id, request, MANAGER, None)


def test_a_day_is_counted_by_method_and_person(till: Till) -> None:
    till_id, booking_id = opened(till, 50_000), owing(till)
    cash, card = take(till, booking_id, 100_000), take(till, booking_id, 150_000, "terminal")
    till.refunds.create(cash.id, RefundRequest(amount={"amount": 30_000}, reason=WHY), OTHER, None)
    till.refunds.create(card.id, RefundRequest(amount={"amount": 50_000}, reason=WHY), MANAGER, None)
    moved(till, till_id, "put_in", 5_000)
    moved(till, till_id, "taken_out", 100_000)

    day = closed(till, till_id, 24_000, terminal={"amount": 100_000})

    counts = {count.method: count for count in day.counts}
    assert counts["cash"].expected.amount == 50_000 + 100_000 - 30_000 + 5_000 - 100_000
    assert counts["cash"].difference is not None
    assert counts["cash"].difference.amount == -1_000
    assert counts["terminal"].difference is not None
    assert counts["terminal"].difference.amount == 0
    people = {(total.method, total.by): (total.taken.amount, total.given_back.amount) for total in day.totals}
    assert people == {
        ("cash", MANAGER.subject): (100_000, 0),
        ("cash", OTHER.subject): (0, 30_000),
        ("terminal", MANAGER.subject): (150_000, 50_000),
    }
    assert (day.put_in.amount, day.taken_out.amount, day.closed_by) == (5_000, 100_000, OTHER.subject)
    (told,) = till.world.told(TillClosed.type)
    assert isinstance(told, TillClosed)
    assert (told.expected.amount, told.counted.amount, told.difference.amount) == (25_000, 24_000, -1_000)
    (alarm,) = till.world.told(ServiceError.type)
    assert isinstance(alarm, ServiceError)
    assert (alarm.operation, alarm.code) == ("till", "till_differs")


def test_a_terminal_that_is_off_alone_is_an_alarm_of_its_own(till: Till) -> None:
    till_id, booking_id = opened(till), owing(till)
    take(till, booking_id, 150_000, "terminal")
    closed(till, till_id, 0, terminal={"amount": 140_000})
    (told,) = till.world.told(TillClosed.type)
    (alarm,) = till.world.told(ServiceError.type)
    assert isinstance(told, TillClosed) and isinstance(alarm, ServiceError)
    assert (told.difference.amount, alarm.operation, alarm.code) == (0, "terminal", "till_differs")


def test_nobody_is_alarmed_when_the_sum_is_right(till: Till) -> None:
    closed(till, opened(till, 1), 1)
    assert till.world.told(ServiceError.type) == []


def test_one_till_at_a_time(till: Till) -> None:
    opened(till)
    with pytest.raises(TillOpenError):
        opened(till)


def test_cash_needs_an_open_till_and_other_means_do_not(till: Till) -> None:
    booking_id = owing(till)
    with pytest.raises(NoTillOpenError):
        take(till, booking_id, 100)
    card = take(till, booking_id, 100, "terminal")
    assert till.entered() == [("payment", 100)]
    till.refunds.create(card.id, RefundRequest(reason=WHY), MANAGER, None)

    closed(till, opened(till), 0)
    with pytest.raises(NoTillOpenError):
        take(till, booking_id, 100)


def test_no_more_cash_leaves_than_there_is(till: Till) -> None:
    till_id = opened(till, 100)
    payment = take(till, owing(till), 50_000)
    moved(till, till_id, "taken_out", 50_000)
    with pytest.raises(NotEnoughInTillError) as caught:
        moved(till, till_id, "taken_out", 101)
    assert caught.value.params == {"there": 100}
    with pytest.raises(NotEnoughInTillError):
        till.refunds.create(payment.id, RefundRequest(reason=WHY), MANAGER, None)
    assert till.entered() == [("payment", 50_000)]
    assert moved(till, till_id, "taken_out", 100).counts[0].expected.amount == 0


def test_promised_money_leaves_the_till_in_which_it_is_handed_out(till: Till) -> None:
    first = opened(till)
    payment = take(till, owing(till), 50_000)
    till.tell(cancelled(payment, 20_000))
    closed(till, first, 50_000)
    (waiting,) = till.refunds.of_payment(payment.id, MANAGER).data
    done = RefundDecision(outcome="succeeded", reason=WHY)
    with pytest.raises(NoTillOpenError):
        till.refunds.decide(payment.id, waiting.id, done, OTHER)
    second = opened(till, 50_000)

    till.refunds.decide(payment.id, waiting.id, done, OTHER)

    (entry,) = till.tills.entries(second, TillEntriesQuery()).data
    assert (entry.amount.amount, entry.by) == (-20_000, OTHER.subject)
    assert till.tills.get(first).counts[0].expected.amount == 50_000


def test_a_till_waits_for_the_payments_that_the_desk_has_asked_for(till: Till) -> None:
    till_id, booking_id = opened(till), owing(till)
    order = {"booking_id": booking_id, "provider": "yookassa", "return_url": "https://studio.example/paid"}
    till.payments.create(PaymentRequest.model_validate(order), MANAGER, None)

    with pytest.raises(TillHasOpenPaymentsError) as caught:
        closed(till, till_id, 0)
    assert caught.value.params == {"numbers": "7K3Q9D2M"}

    assert closed(till, till_id, 0, leave_open=True).closed_at


def test_a_closed_till_takes_nothing_and_the_last_one_opens_again(till: Till) -> None:
    first = opened(till, 100)
    closed(till, first, 0)
    till.clock.advance(hours=1)
    second = opened(till)
    closed(till, second, 7)
    again = TillReopenRequest(reason=WHY)
    refusals: list[tuple[type[CycloramaError], Callable[[], object]]] = [
        (TillClosedError, lambda: moved(till, second, "put_in", 1)),
        (TillClosedError, lambda: closed(till, second, 0)),
        (TillNotLastError, lambda: till.tills.reopen(first, again, OTHER)),
        (TillNotFoundError, lambda: till.tills.reopen(uuid4(), again, OTHER)),
    ]
    for refusal, act in refusals:
        with pytest.raises(CycloramaError) as caught:
            act()
        assert type(caught.value) is refusal

    reopened = till.tills.reopen(second, again, OTHER)

    assert (reopened.closed_at, reopened.reopened_by, reopened.reopen_reason) == (None, OTHER.subject, WHY)
    assert reopened.counts[0].counted is None
    with pytest.raises(TillOpenError):
        till.tills.reopen(second, again, OTHER)
    counted = closed(till, second, 0).counts[0]
    assert counted.difference is not None
    assert counted.difference.amount == 0
