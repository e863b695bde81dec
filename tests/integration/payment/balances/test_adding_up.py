"""Random days with held money: whatever is done in whatever order, the books add up to the kopeck."""

import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from shared_schemas.errors import CycloramaError
from shared_schemas.payment.certificates import CertificatePayoutRequest
from shared_schemas.payment.deposits import DepositKeepRequest, DepositRequest, DepositReturnRequest
from shared_schemas.payment.payments import Payment, PositiveMoney, RefundRequest
from tests.support.chance import seed
from tests.support.payment.held import Safe
from tests.support.payment.refunds import STAFF

STEPS = 40


class Days:
    """One studio, one client, and somebody who does things at random."""

    def __init__(self, safe: Safe, chance: random.Random) -> None:
        self.safe, self.chance = safe, chance
        self.payments, self.certificates, self.deposits = list[Payment](), list[Any](), list[UUID]()

    def some(self, most: int = 300_000) -> int:
        return self.chance.randint(1, most)

    def booking(self) -> UUID:
        share = {"hall_id": UUID(int=7), "tariff": "Day", "minutes": 90, "amount": {"amount": 333_333}}
        balance = {"amount": self.some(400_000)}
        return self.safe.booked(0, status="confirmed", balance=balance, tariffs=[share])

    def top_up(self) -> None:
        self.safe.enter("top_up", self.some())

    def pay_out(self) -> None:
        self.safe.enter("payout", self.some())

    def spend(self) -> None:
        self.payments.append(self.safe.spend(self.booking()))

    def pay_online(self) -> None:
        self.payments.append(self.safe.paid(self.booking()))

    def sell(self) -> None:
        self.certificates.append(self.safe.certificate(amount={"amount": self.some()}))

    def sell_time(self) -> None:
        price = {"amount": self.chance.choice([0, self.some()])}
        self.certificates.append(self.safe.certificate(amount=None, minutes=self.some(300), price=price))

    def use(self) -> None:
        self.payments.append(self.safe.use(self.booking(), self.chance.choice(self.certificates).code))

    def pay_out_rest(self) -> None:
        request = CertificatePayoutRequest(method="cash", reason="Moved away")
        self.safe.app.certificates.pay_out(self.chance.choice(self.certificates).id, request, STAFF)

    def refund(self) -> None:
        to = self.chance.choice(["payer", "balance"])
        amount = self.chance.choice([None, PositiveMoney(amount=self.some())])
        request = RefundRequest.model_validate({"amount": amount, "reason": "Rain", "to": to})
        self.safe.refunds.create(self.chance.choice(self.payments).id, request, STAFF, None)

    def take_deposit(self) -> None:
        request = DepositRequest(amount=PositiveMoney(amount=self.some()), method="cash")
        self.deposits.append(self.safe.app.deposits.take(self.booking(), request, STAFF, None).id)

    def keep(self) -> None:
        request = DepositKeepRequest(amount=PositiveMoney(amount=self.some()), reason="A lamp")
        self.payments.append(self.safe.app.deposits.keep(self.chance.choice(self.deposits), request, STAFF, None))

    def give_back(self) -> None:
        request = DepositReturnRequest(method="cash")
        self.safe.app.deposits.give_back(self.chance.choice(self.deposits), request, STAFF, None)

    def begin(self) -> None:
        for first in (self.top_up, self.pay_online, self.sell, self.sell_time, self.take_deposit):
            first()

    def step(self) -> str:
        steps: list[Callable[[], None]] = [
            self.top_up, self.pay_out, self.spend, self.pay_online, self.sell, self.sell_time, self.use,
            self.pay_out_rest, self.refund, self.refund, self.take_deposit, self.keep, self.give_back,
        ]  # fmt: skip
        try:
            self.chance.choice(steps)()
        except CycloramaError as refused:
            return refused.code
        return "done"


@pytest.mark.parametrize("number", range(3))
def test_revenue_is_what_came_less_what_is_held(safe: Safe, number: int) -> None:
    days = Days(safe, random.Random(f"{seed()} {number}"))
    days.begin()
    told = [days.step() for _ in range(STEPS)]
    safe.clock.advance(minutes=1)
    safe.poll_refunds()

    assert "done" in told
    assert (safe.uneven(), safe.differences()) == ([], [])
    by_gateway = sum(each.amount for each in safe.gateway.payments.values()) - safe.gateway.given_back()
    assert safe.revenue() + safe.worth() == by_gateway + safe.in_hand()
    assert safe.in_drawer() == safe.in_hand()
