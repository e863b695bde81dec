"""The faults that have to do with the order of things, with time and with swindlers, at every gateway."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from infra.sandbox.providers.sberpay.signature import hmac_checksum
from infra.sandbox.providers.tkassa.token import is_signed
from tests.integration.sandbox.harness import Answer, Sandbox, Shop
from tests.integration.sandbox.sber import CALLBACK_KEY, SberShop
from tests.integration.sandbox.tkassa import PASSWORD, Terminal
from tests.support.waiting import eventually

EVER = 100 * 86_400


@dataclass(frozen=True)
class Paid:
    """A payment of some gateway, seen alike."""

    id: str
    status: Callable[[], str]
    """In the operator's words."""
    act: Callable[..., Answer]
    told: Callable[[], list[Any]]


def made(sandbox: Sandbox, shop: Shop, gateway: str) -> Paid:
    if gateway == "yookassa":
        payment_id, number = sandbox.create()["id"], ""
    elif gateway == "tkassa":
        created = Terminal(sandbox).init()
        payment_id, number = created["PaymentId"], created["OrderId"]
    else:
        order = SberShop(sandbox, "partner" if gateway == "sber" else "legacy").register()
        payment_id, number = order["orderId"], order["orderNumber"]
    return Paid(
        payment_id,
        lambda: str(sandbox.request("GET", f"/_sandbox/payments/{payment_id}").body["status"]),
        lambda action, **fields: sandbox.act(payment_id, action, **fields),
        lambda: shop.told(number) if number else shop.events(payment_id),
    )


GATEWAYS = ("yookassa", "tkassa", "sber", "sber-legacy")


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_who_was_in_the_middle_may_pay_after_the_deadline(sandbox: Sandbox, shop: Shop, gateway: str) -> None:
    late, punctual = made(sandbox, shop, gateway), made(sandbox, shop, gateway)
    sandbox.knobs(late.id, pay_after_expiry=1)
    sandbox.ahead(EVER)
    assert (late.status(), punctual.status()) == ("pending", "canceled")
    assert late.act("pay").status == 303
    assert late.status() == "succeeded"


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_swindler_claims_a_payment_that_nobody_made(sandbox: Sandbox, shop: Shop, gateway: str) -> None:
    sandbox.knobs(forged_webhook=1)
    payment = made(sandbox, shop, gateway)
    [body] = eventually(payment.told)
    assert payment.status() == "pending"
    if gateway == "tkassa":
        assert (body["Status"], is_signed(body, PASSWORD)) == ("CONFIRMED", False)
    if gateway == "sber-legacy":
        assert body["checksum"] != hmac_checksum(body, CALLBACK_KEY)
    if gateway == "yookassa":
        assert body == "payment.succeeded"
    assert "forged" in sandbox.webhooks(payment.id)[0]["event"]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_three_d_secure_can_be_demanded(sandbox: Sandbox, shop: Shop, gateway: str) -> None:
    payment = made(sandbox, shop, gateway)
    sandbox.knobs(payment.id, three_ds=1)
    here = f"/pay/{payment.id}"
    assert [payment.act("pay").headers["Location"] for _ in range(2)] == [here, here]
    assert (payment.status(), payment.told()) == ("pending", [])
    page = sandbox.request("GET", here).text
    assert "3-D Secure" in page
    assert payment.act("confirm", code="1").status == 303
    assert payment.status() == "succeeded"
    eventually(payment.told)
    assert payment.act("confirm").status == 303


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_check_that_was_not_begun_cannot_be_passed(sandbox: Sandbox, shop: Shop, gateway: str) -> None:
    payment = made(sandbox, shop, gateway)
    assert payment.act("confirm").status == 409
    assert payment.status() == "pending"


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_the_faster_payments_system_is_offered_with_a_code(sandbox: Sandbox, shop: Shop, gateway: str) -> None:
    payment = made(sandbox, shop, gateway)
    page = sandbox.request("GET", f"/pay/{payment.id}?method=sbp").text
    assert f"/qr/{payment.id}.svg" in page
    picture = sandbox.request("GET", f"/qr/{payment.id}.svg")
    assert (picture.status, picture.headers["Content-Type"].split(";")[0]) == (200, "image/svg+xml")
    assert "Refuse to pay" in sandbox.request("GET", f"/sbp/{payment.id}?lang=en").text
    assert payment.act("pay", method="sbp").status == 303
    assert sandbox.request("GET", f"/_sandbox/payments/{payment.id}").body["method"] == "sbp"
    assert payment.act("pay", method="barter").status == 400


def test_a_held_payment_offers_nothing_that_cannot_be_held(sandbox: Sandbox) -> None:
    order = SberShop(sandbox, "partner").register("registerPreAuth")
    assert "/qr/" not in sandbox.request("GET", f"{order['formUrl']}?method=sbp").text
    assert sandbox.act(order["orderId"], "pay", method="sbp").status == 400
    paths = f"/qr/{order['orderId']}.svg", f"/sbp/{order['orderId']}"
    assert [sandbox.request("GET", path).status for path in paths] == [404, 404]


def test_of_two_webhooks_the_first_is_overtaken(sandbox: Sandbox, shop: Shop) -> None:
    sber = SberShop(sandbox, "partner")
    order = sber.register("registerPreAuth")
    sandbox.knobs(order["orderId"], reordered_webhook=True)
    sber.act(order, "pay")
    # The schema wants an amount; zero is all that is held.
    assert sber.code("deposit", orderId=order["orderId"], amount=0) == "0"
    eventually(lambda: len(shop.told(order["orderNumber"])) == 2)
    assert [body["operation"] for body in shop.told(order["orderNumber"])] == ["deposited", "approved"]


def test_an_unknown_payment_has_no_code_and_no_app(sandbox: Sandbox) -> None:
    assert sandbox.request("GET", "/qr/nothing.svg").status == 404
    assert sandbox.request("GET", "/sbp/nothing").status == 404


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_the_operator_sees_every_gateways_payments(sandbox: Sandbox, shop: Shop, gateway: str) -> None:
    payment = made(sandbox, shop, gateway)
    payment.act("pay")
    eventually(lambda: sandbox.webhooks(payment.id)[0]["state"] == "delivered")
    listed = sandbox.request("GET", "/_sandbox/payments").body["data"]
    assert payment.id in [entry["id"] for entry in listed]
    page = sandbox.request("GET", "/payments?lang=en").text
    assert payment.id in page


def test_the_operator_goes_back_to_older_payments(sandbox: Sandbox, shop: Shop) -> None:
    newest = made(sandbox, shop, "tkassa").id
    first = sandbox.request("GET", "/_sandbox/payments?before=2").body
    assert (len(first["data"]), first["next_before"]) == (1, None)
    assert newest not in [entry["id"] for entry in sandbox.request("GET", "/_sandbox/payments?before=1").body["data"]]
    assert sandbox.request("GET", "/_sandbox/payments?before=yesterday").status == 400
