"""Books compared with the gateways of the sandbox, through the real clients. No webhook comes to the service."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.clock import SystemClock
from payment.gateways.port import Gateway
from payment.gateways.sberpay.client import SberPay
from payment.gateways.tkassa.client import TKassa
from payment.gateways.words import RefundOrder
from payment.gateways.yookassa.client import YooKassa
from shared_schemas.events.payments import PaymentRefunded
from shared_schemas.payment.books import Difference, ReconciliationRequest
from shared_schemas.payment.payments import Payment
from tests.support.payment.at_sandbox import act, set_knobs
from tests.support.payment.books import Auditor
from tests.support.payment.gateways import SBER_CREDENTIALS, TKASSA_CREDENTIALS, YOOKASSA_CREDENTIALS, transport
from tests.support.waiting import eventually

CLIENTS: dict[str, Callable[[str], Gateway]] = {
    "yookassa": lambda url: YooKassa(transport(f"{url}/yookassa/v3"), YOOKASSA_CREDENTIALS),
    "sberpay": lambda url: SberPay(transport(f"{url}/sber/ecomm/gw/partner/api/v1"), SBER_CREDENTIALS),
    "tkassa": lambda url: TKassa(transport(f"{url}/tkassa"), TKASSA_CREDENTIALS),
}


@pytest.fixture(params=CLIENTS)
def shop(sandbox: str, engine: Engine, emptied: None, request: pytest.FixtureRequest) -> "Shop":
    return Shop(engine, request.param, CLIENTS[request.param](sandbox))


class Shop(Auditor):
    """The payment service at one of the sandbox's gateways."""

    def __init__(self, engine: Engine, provider: str, client: Any) -> None:
        super().__init__(engine, client, provider=provider)
        self.clock.go_to(SystemClock().now())
        self.opened = self.clock.now()

    def looked(self) -> list[Difference]:
        """Of all that was made since this shop opened."""
        self.clock.advance(minutes=1)
        request = ReconciliationRequest.model_validate({"since": self.opened, "until": self.clock.now()})
        run = self.reconciliations.compare(request, lambda: True).data[0]
        assert (run.failure, run.source) == (None, "list" if self.provider == "yookassa" else "questions")
        return run.differences

    def kinds(self) -> list[tuple[str, bool]]:
        return [(one.kind, one.repaired) for one in self.looked()]


def paid(shop: Shop) -> Payment:
    payment = shop.pay()
    act(payment.confirmation_url)
    assert shop.kinds() == [("status_differs", True)]
    return payment


def test_books_that_agree(shop: Shop) -> None:
    shop.pay()
    paid(shop)
    assert shop.kinds() == []


def test_a_lost_webhook_is_made_up_for(shop: Shop) -> None:
    payment = paid(shop)
    assert (shop.status(payment), shop.balance(payment)) == ("succeeded", 200_000)
    assert shop.events().count("payment.succeeded") == 1
    assert [error.code for error in shop.alarms()] == ["status_differs"]


def test_a_refund_in_the_gateways_cabinet_is_reported(shop: Shop) -> None:
    payment = paid(shop)
    shop.gateway.refund(RefundOrder(uuid4(), shop.gateway_id(payment), 50_000, 200_000, method="bank_card"))
    shop.clock.advance(minutes=1)
    eventually(lambda: shop.gateway.fetch(shop.gateway_id(payment)).refunded != 0)

    (one,) = shop.looked()

    # T-Kassa does not say how much, and nobody guesses.
    known = shop.provider != "tkassa"
    assert (one.kind, one.repaired, one.payment_id) == ("refunded_differs", known, payment.id)
    assert one.ours and one.theirs
    assert (one.ours.refunded, one.theirs.refunded) == (0, 50_000 if known else None)
    assert shop.balance(payment) == (150_000 if known else 200_000)


def test_a_refund_of_ours_is_no_difference(shop: Shop) -> None:
    payment = paid(shop)
    shop.refund(payment, 50_000)
    assert shop.kinds() == []


def test_a_wrong_amount_is_reported(shop: Shop, sandbox: str) -> None:
    payment = shop.pay()
    set_knobs(sandbox, {"wrong_amount": 1}, shop.gateway_id(payment))
    act(payment.confirmation_url)

    found = shop.looked()

    assert [(one.kind, one.repaired) for one in found] == [("status_differs", True), ("amount_differs", False)]
    assert found[1].theirs
    assert (found[1].theirs.taken, shop.status(payment), shop.balance(payment)) == (199_900, "review", 199_900)


def test_money_of_a_payment_whose_id_got_lost_is_found(shop: Shop) -> None:
    """It exists at the gateway and was paid; we gave it up when its hold ran out."""
    lost = shop.pay()
    with shop.engine.begin() as connection:
        connection.execute(text("UPDATE payment.payments SET status = 'failed', reason = 'not_created'"))
        connection.execute(text("UPDATE payment.attempts SET gateway_payment_id = NULL"))
    assert (shop.status(lost), shop.attempt(lost).gateway_payment_id) == ("failed", None)
    act(lost.confirmation_url)

    assert shop.kinds() == [("status_differs", True)]
    assert (shop.status(lost), shop.balance(lost)) == ("succeeded", 200_000)


def test_money_taken_behind_our_back_is_reported_where_the_gateway_has_a_list(shop: Shop) -> None:
    ours = shop.attempt(shop.pay())
    strange = shop.gateway.create(replace(ours.order, id=uuid4()))
    act(strange.confirmation_url)

    found = shop.looked()

    listed = shop.provider == "yookassa"
    assert [(one.kind, one.gateway_payment_id) for one in found] == [("unknown_here", strange.id)] * listed
    assert shop.rows("ledger") == 0


def test_money_that_came_and_went_back_between_two_looks_is_entered_both_ways(shop: Shop) -> None:
    payment = shop.pay()
    act(payment.confirmation_url)
    shop.gateway.refund(RefundOrder(uuid4(), shop.gateway_id(payment), 200_000, 200_000, method="bank_card"))
    eventually(lambda: shop.gateway.fetch(shop.gateway_id(payment)).status == "failed" or _is_back(shop, payment))

    found = shop.looked()

    assert [one.kind for one in found] == ["status_differs"]
    assert (shop.status(payment), entries(shop)) == ("failed", [200_000, -200_000])
    assert "payment.succeeded" not in shop.events()
    # Reports leave it out: its coming was never told.
    assert [refund.counted for refund in shop.told("payment.refunded") if isinstance(refund, PaymentRefunded)] == [
        False
    ]
    assert shop.kinds() == []


def entries(shop: Shop) -> list[int]:
    """What the ledger has, in its order."""
    with shop.engine.connect() as connection:
        return list(connection.execute(text("SELECT amount FROM payment.ledger ORDER BY id")).scalars())


def _is_back(shop: Shop, payment: Payment) -> bool:
    return shop.gateway.fetch(shop.gateway_id(payment)).refunded == 200_000
