"""Books compared with the gateways of the sandbox, through the real clients. No webhook of theirs arrives."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from core.clock import SystemClock
from payment.domain_gateway import RefundOrder
from payment.providers.base import Gateway
from payment.providers.sberpay import SberPay
from payment.providers.tkassa import TKassa
from payment.providers.yookassa import YooKassa
from shared_schemas.payment import Payment
from shared_schemas.reconciliation import Difference, ReconciliationRequest
from tests.support.payment_books import Auditor
from tests.support.payment_gateways import SBER_CREDENTIALS, TKASSA_CREDENTIALS, YOOKASSA_CREDENTIALS, transport
from tests.support.sandbox import HTTP, running_sandbox

CLIENTS: dict[str, Callable[[str], Gateway]] = {
    "yookassa": lambda url: YooKassa(transport(f"{url}/yookassa/v3"), YOOKASSA_CREDENTIALS),
    "sberpay": lambda url: SberPay(transport(f"{url}/sber/ecomm/gw/partner/api/v1"), SBER_CREDENTIALS),
    "tkassa": lambda url: TKassa(transport(f"{url}/tkassa"), TKASSA_CREDENTIALS),
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


@pytest.fixture(params=CLIENTS)
def shop(sandbox: str, engine: Engine, emptied: None, request: pytest.FixtureRequest) -> "Shop":
    return Shop(engine, request.param, CLIENTS[request.param](sandbox))


class Shop(Auditor):
    """The payment service at one of the sandbox's gateways."""

    def __init__(self, engine: Engine, provider: str, client: Any) -> None:
        self.provider = provider
        super().__init__(engine, client)
        self.clock.advance(seconds=(SystemClock().now() - self.clock.now()).total_seconds())
        self.opened = self.clock.now()

    def linked(self, **changes: Any) -> Payment:
        return self.pay(provider=self.provider, **changes)

    def looked(self) -> list[Difference]:
        """Of all that was made since this shop opened."""
        self.clock.advance(minutes=1)
        request = ReconciliationRequest.model_validate({"since": self.opened, "until": self.clock.now()})
        run = self.reconciliations.compare(request, lambda: True).data[0]
        assert (run.failure, run.source) == (None, "list" if self.provider == "yookassa" else "questions")
        return run.differences

    def kinds(self) -> list[tuple[str, bool]]:
        return [(one.kind, one.repaired) for one in self.looked()]


def act(confirmation_url: str | None, action: str = "pay") -> None:
    """What the payer does at the gateway's page."""
    answer = HTTP.request(
        "POST", str(confirmation_url), fields={"action": action}, encode_multipart=False, redirect=False
    )
    assert answer.status == 303


def paid(shop: Shop) -> Payment:
    payment = shop.linked()
    act(payment.confirmation_url)
    assert shop.kinds() == [("status_differs", True)]
    return payment


def test_books_that_agree(shop: Shop) -> None:
    shop.linked()
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
    waited(lambda: shop.gateway.fetch(shop.gateway_id(payment)).refunded != 0)

    (one,) = shop.looked()

    # T-Kassa does not say how much, and nobody guesses.
    known = shop.provider != "tkassa"
    assert (one.kind, one.repaired, one.payment_id) == ("refunded_differs", known, payment.id)
    assert one.ours and one.theirs
    assert (one.ours.refunded, one.theirs.refunded) == (0, 50_000 if known else None)
    assert shop.balance(payment) == (150_000 if known else 200_000)


def waited(condition: Callable[[], bool]) -> None:
    deadline = SystemClock().now() + timedelta(seconds=20)
    while not condition():
        assert SystemClock().now() < deadline
        time.sleep(0.05)


def test_a_refund_of_ours_is_no_difference(shop: Shop) -> None:
    payment = paid(shop)
    shop.refund(payment, 50_000)
    assert shop.kinds() == []


def test_a_wrong_amount_is_reported(shop: Shop, sandbox: str) -> None:
    payment = shop.linked()
    HTTP.request("PUT", f"{sandbox}/_sandbox/payments/{shop.gateway_id(payment)}/knobs", json={"wrong_amount": 1})
    act(payment.confirmation_url)

    found = shop.looked()

    assert [(one.kind, one.repaired) for one in found] == [("status_differs", True), ("amount_differs", False)]
    assert found[1].theirs
    assert (found[1].theirs.taken, shop.status(payment), shop.balance(payment)) == (199_900, "review", 199_900)


def test_money_of_a_payment_whose_id_got_lost_is_found(shop: Shop) -> None:
    """It exists at the gateway and was paid; we gave it up when its hold ran out."""
    lost = shop.linked()
    with shop.engine.begin() as connection:
        connection.execute(text("UPDATE payment.payments SET status = 'failed', reason = 'not_created'"))
        connection.execute(text("UPDATE payment.attempts SET gateway_payment_id = NULL"))
    assert (shop.status(lost), shop.attempt(lost).gateway_payment_id) == ("failed", None)
    act(lost.confirmation_url)

    assert shop.kinds() == [("status_differs", True)]
    assert (shop.status(lost), shop.balance(lost)) == ("succeeded", 200_000)


def test_money_taken_behind_our_back_is_reported_where_the_gateway_has_a_list(shop: Shop) -> None:
    ours = shop.attempt(shop.linked())
    strange = shop.gateway.create(type(ours)(**vars(ours) | {"id": uuid4(), "gateway_payment_id": None}))
    act(strange.confirmation_url)

    found = shop.looked()

    listed = shop.provider == "yookassa"
    assert [(one.kind, one.gateway_payment_id) for one in found] == [("unknown_here", strange.id)] * listed
    assert shop.rows("ledger") == 0
