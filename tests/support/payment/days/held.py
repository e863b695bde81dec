"""What people do with money that the studio holds: balances, certificates and passes, deposits."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from core.identity import Identity
from shared_schemas.payment.balances import BalanceEntryRequest, BalancePaymentRequest
from shared_schemas.payment.certificates import (
    CertificateChanges,
    CertificatePaymentRequest,
    CertificatePayoutRequest,
    CertificateRequest,
    NewCertificate,
)
from shared_schemas.payment.deposits import DepositKeepRequest, DepositRequest, DepositReturnRequest
from shared_schemas.payment.payments import RefundRequest
from tests.support.payment.cashier import Cashier
from tests.support.payment.days.day import WHY, Day, operation

METHODS = ("cash", "cash", "terminal", "transfer")


@operation
def top_up(day: Day) -> object:
    return _enter(day, day.cashier, "top_up", day.chance.randint(1, 300_000), day.someone())


@operation
def pay_out(day: Day) -> object:
    """Some of the balance, all of it, or a kopeck too much."""
    left = day.cashier.app.balances.of(_owner(day)).balance.amount
    return _enter(day, day.cashier, "payout", day.amount(left), day.someone())


@operation
def pay_from_the_balance(day: Day) -> object:
    return _spend(day, day.cashier, day.any_visit().id, day.someone())


@operation
def two_spend_one_balance_at_once(day: Day) -> None:
    """For the same visit, or for any of two."""
    visits = iter([day.any_visit().id, day.any_visit().id])
    day.at_two_places(lambda place, by: _spend(day, place, next(visits), by))


@operation
def two_move_one_balance_at_once(day: Day) -> None:
    """One puts in what the other hands out."""
    kinds = iter(["top_up", "payout"])
    day.at_two_places(lambda place, by: _enter(day, place, next(kinds), 50_000, by))


@operation
def sell_a_certificate(day: Day) -> object:
    worth = {"amount": {"amount": day.chance.randint(1, 300_000)}}
    return _sell(day, worth)


@operation
def sell_a_pass(day: Day) -> object:
    """Of some minutes, for less than they cost, or as a gift."""
    price = day.chance.choice([0, day.chance.randint(1, 200_000)])
    return _sell(day, {"minutes": day.chance.randint(1, 300), "price": {"amount": price}})


@operation
def pay_with_a_certificate(day: Day) -> object:
    return _use(day.cashier, day.any_visit().id, _any(day), day.someone())


@operation
def two_use_one_certificate_at_once(day: Day) -> None:
    visits, sold = iter([day.any_visit().id, day.any_visit().id]), _any(day)
    day.at_two_places(lambda place, by: _use(place, next(visits), sold, by))


@operation
def pay_out_a_certificate(day: Day) -> object:
    request = CertificatePayoutRequest.model_validate({"method": day.chance.choice(METHODS), "reason": WHY})
    return day.cashier.app.certificates.pay_out(_any(day).id, request, day.someone())


@operation
def block_or_unblock(day: Day) -> object:
    changes = {"blocked": day.chance.random() < 0.3, "reason": WHY}
    return day.cashier.app.certificates.change(_any(day).id, CertificateChanges.model_validate(changes))


@operation
def give_back_to_the_balance(day: Day) -> object:
    payment = day.any_payment()
    if payment is None:
        return None
    amount = {"amount": max(day.amount(payment.taken.amount - payment.refunded.amount), 1)}
    request = RefundRequest.model_validate({"amount": amount, "reason": WHY, "to": "balance"})
    return day.cashier.refunds.create(payment.id, request, day.someone(), None)


@operation
def take_a_deposit(day: Day) -> object:
    wanted = {"amount": {"amount": day.chance.randint(1, 200_000)}, "method": day.chance.choice(METHODS)}
    request = DepositRequest.model_validate(wanted)
    taken = day.cashier.app.deposits.take(day.any_visit().id, request, day.someone(), None)
    day.deposits.append(taken.id)
    return taken


@operation
def keep_of_a_deposit(day: Day) -> object:
    if not day.deposits:
        return None
    request = DepositKeepRequest.model_validate({"amount": {"amount": day.amount(30_000)}, "reason": WHY})
    return day.cashier.app.deposits.keep(day.chance.choice(day.deposits), request, day.someone(), None)


@operation
def give_a_deposit_back(day: Day) -> object:
    if not day.deposits:
        return None
    request = DepositReturnRequest.model_validate({"method": day.chance.choice(METHODS)})
    return day.cashier.app.deposits.give_back(day.chance.choice(day.deposits), request, day.someone(), None)


def _owner(day: Day) -> UUID:
    return UUID(day.cashier.customer.subject)


def _enter(day: Day, at: Cashier, kind: str, amount: int, by: Identity) -> object:
    wanted = {"kind": kind, "amount": {"amount": max(amount, 1)}, "method": day.chance.choice(METHODS)}
    return at.app.balances.enter(_owner(day), BalanceEntryRequest.model_validate(wanted), by, None)


def _spend(day: Day, at: Cashier, booking_id: UUID, by: Identity) -> object:
    due = day.terms(booking_id).balance.amount
    some: dict[str, Any] = {"amount": {"amount": max(day.amount(due), 1)}} if day.chance.random() < 0.5 else {}
    return at.app.balances.pay(booking_id, BalancePaymentRequest.model_validate(some), by, None)


def _sell(day: Day, worth: dict[str, Any]) -> NewCertificate:
    until = day.cashier.clock.now().date() + timedelta(days=30)
    wanted = {"name": "A gift", "method": day.chance.choice(METHODS), "valid_until": until} | worth
    sold = day.cashier.app.certificates.sell(CertificateRequest.model_validate(wanted), day.someone(), None)
    day.certificates.append(sold)
    return sold


def _any(day: Day) -> NewCertificate:
    return day.chance.choice(day.certificates) if day.certificates else _sell(day, {"amount": {"amount": 100_000}})


def _use(at: Cashier, booking_id: UUID, sold: NewCertificate, by: Identity) -> object:
    return at.app.certificates.pay(booking_id, CertificatePaymentRequest(code=sold.code), by, None)
