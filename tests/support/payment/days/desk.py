"""What people do at the desk with money that is nobody's but the studio's: payments, refunds, tills."""

from uuid import UUID

from core.identity import Identity
from shared_schemas.events.bookings import BookingCancelled, BookingCompleted
from shared_schemas.payment.desk import DeskPaymentRequest, DeskRefundsQuery, GroupDeskPaymentRequest
from shared_schemas.payment.payments import Payment, PaymentRequest, RefundDecision, RefundRequest
from shared_schemas.payment.tills import TillCloseRequest, TillMoveRequest, TillReopenRequest, TillRequest, TillsQuery
from shared_schemas.providers import DESK_METHODS
from tests.support.payment.cashier import RETURN_URL, Cashier
from tests.support.payment.days.day import PEOPLE, WHY, Day, Visit, operation
from tests.support.payment.refunds import visit


@operation
def book(day: Day) -> object:
    return day.book()


@operation
def take_at_the_desk(day: Day) -> object:
    one = day.any_visit()
    return _take(day, day.cashier, one, day.amount(day.terms(one.id).balance.amount), day.someone())


@operation
def two_take_at_once(day: Day) -> None:
    """The same debt, at two places."""
    one = day.any_visit()
    amount = day.amount(day.terms(one.id).balance.amount)
    day.at_two_places(lambda place, by: _take(day, place, one, amount, by, "cash"))


def _take(day: Day, at: Cashier, one: Visit, amount: int, by: Identity, method: str = "") -> Payment:
    method = method or day.chance.choice(["cash", "cash", *DESK_METHODS])
    request = DeskPaymentRequest.model_validate({"amount": {"amount": max(amount, 1)}, "method": method})
    return at.desk.take(one.id, request, by, None)


@operation
def begin_online(day: Day) -> object:
    one, caller = day.any_visit(), day.chance.choice([day.cashier.customer, PEOPLE[0]])
    order = {"booking_id": one.id, "provider": "yookassa", "return_url": RETURN_URL}
    return day.cashier.payments.create(PaymentRequest.model_validate(order), caller, None)


@operation
def begin_a_group_online(day: Day) -> object:
    order = {"group_id": UUID(int=day.chance.randrange(4)), "provider": "yookassa", "return_url": RETURN_URL}
    return day.cashier.payments.create(PaymentRequest.model_validate(order), PEOPLE[0], None)


@operation
def take_for_a_group(day: Day) -> object:
    """All that is left of its visits, or a part of it."""
    group_id = UUID(int=day.chance.randrange(4))
    left = sum(terms.balance.amount for terms in day.group(group_id))
    some = {"amount": {"amount": day.amount(left)}} if left and day.chance.random() < 0.5 else {}
    request = GroupDeskPaymentRequest.model_validate({"method": day.chance.choice(["cash", "terminal"])} | some)
    return day.cashier.desk.take_group(group_id, request, day.someone(), None)


@operation
def pay_online(day: Day) -> object:
    payment = day.any_payment()
    if payment and payment.provider == "yookassa" and payment.status == "pending":
        day.cashier.settle(payment, status="succeeded")
    return payment


@operation
def give_back(day: Day) -> object:
    payment = day.any_payment()
    if payment is None:
        return None
    amount = {"amount": max(day.amount(payment.taken.amount - payment.refunded.amount), 1)}
    request = RefundRequest.model_validate({"amount": amount, "reason": WHY})
    return day.cashier.refunds.create(payment.id, request, day.someone(), None)


@operation
def hand_out(day: Day) -> object:
    for waiting in day.cashier.desk.to_hand_out(DeskRefundsQuery()).data[:1]:
        done = RefundDecision(outcome="succeeded", reason=WHY)
        day.cashier.refunds.decide(waiting.payment_id, waiting.id, done, day.someone())
    return None


@operation
def end_or_undo(day: Day) -> object:
    """The visit is over, or staff say that it is not."""
    one = day.any_visit()
    if one.status == "cancelled":
        return None
    one.status = "confirmed" if one.status == "completed" else "completed"
    payments = day.cashier.payments.of_booking(one.id, PEOPLE[0]).data
    if payments and one.status == "completed":
        facts = visit(payments[0]) | {"status": "completed", "booking_version": one.version}
        day.cashier.fiscal.settle(BookingCompleted.model_validate(facts))
    return one


@operation
def add_or_discount(day: Day) -> object:
    """A line by hand: a surcharge at the door, a discount with a reason."""
    one = day.any_visit()
    one.total = max(one.total + day.chance.choice([-50_000, 30_000, 12_345]), 0)
    return one


@operation
def cancel_or_undo(day: Day) -> object:
    one = day.any_visit()
    one.status = "cancelled" if one.status == "confirmed" else "confirmed"
    day.promise_back(one, BookingCancelled)
    return one


@operation
def open_the_till(day: Day) -> object:
    return day.cashier.tills.open(TillRequest.model_validate({"float": {"amount": 50_000}}), day.someone(), None)


@operation
def move_cash(day: Day) -> object:
    move = {"kind": day.chance.choice(["put_in", "taken_out"]), "amount": {"amount": day.amount(40_000)}, "reason": WHY}
    (last,) = day.cashier.tills.page(TillsQuery(limit=1)).data
    return day.cashier.tills.move(last.id, TillMoveRequest.model_validate(move), day.someone(), None)


@operation
def close_the_till(day: Day) -> object:
    (last,) = day.cashier.tills.page(TillsQuery(limit=1)).data
    counted = {"amount": max(last.counts[0].expected.amount + day.chance.choice([0, 0, -100, 50]), 0)}
    request = TillCloseRequest.model_validate({"counted": counted, "leave_open": day.chance.random() < 0.5})
    return day.cashier.tills.close(last.id, request, day.someone(), None)


@operation
def reopen_the_till(day: Day) -> object:
    (last,) = day.cashier.tills.page(TillsQuery(limit=1)).data
    return day.cashier.tills.reopen(last.id, TillReopenRequest(reason=WHY), day.someone())
