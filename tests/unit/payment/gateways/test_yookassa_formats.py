import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payment.gateways.port import WebhookMalformedError, WebhookRequest
from payment.gateways.yookassa.wire import kopecks, rubles
from tests.support.payment.gateways import yookassa

SHOP = yookassa("https://unused.example")
SAMPLE = json.loads((Path(__file__).parents[4] / "events" / "function_url_yookassa_webhook.json").read_text())

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
FIELD = JSON | st.sampled_from(["notification", "payment.succeeded", "a", "\x00", "../../refunds", "ю" * 70])
NOTIFICATION = st.fixed_dictionaries(
    {},
    optional={
        "type": FIELD,
        "event": FIELD,
        "object": JSON
        | st.fixed_dictionaries({}, optional={"id": FIELD, "status": FIELD, "payment_id": FIELD, "metadata": FIELD}),
    },
)


@given(st.integers(min_value=0, max_value=10**12))
def test_amounts_survive_the_way_there_and_back(amount: int) -> None:
    assert kopecks(rubles(amount)) == amount


@pytest.mark.parametrize(
    ("amount", "text"), [(0, "0.00"), (1, "0.01"), (10, "0.10"), (100_000, "1000.00"), (123_456_789, "1234567.89")]
)
def test_amounts_look_as_yookassa_wants_them(amount: int, text: str) -> None:
    assert rubles(amount) == text


@pytest.mark.parametrize(
    "text", ["", "1", "1.0", "1.000", "1,00", "-1.00", "+1.00", "1e3", " 1.00", "1.00\n", "1_0.00", "١.٠٠", "NaN"]
)
def test_anything_else_is_no_amount(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        kopecks(text)


def test_a_real_notification_is_read() -> None:
    notification = SHOP.parse_webhook(WebhookRequest(SAMPLE["body"].encode()))

    assert notification
    assert (notification.event, notification.status) == ("payment.succeeded", "succeeded")
    assert notification.gateway_payment_id == "23d93cac-000f-5000-8000-126628f15141"
    assert notification.attempt_id == "0f8fad5b-d9cb-469f-a165-70867728950e"


def test_a_refunds_notification_leads_to_its_payment() -> None:
    refund = {"id": "r-1", "payment_id": "p-1", "status": "succeeded"}
    body = json.dumps({"type": "notification", "event": "refund.succeeded", "object": refund})

    notification = SHOP.parse_webhook(WebhookRequest(body.encode()))

    assert notification
    assert (notification.object_id, notification.gateway_payment_id) == ("r-1", "p-1")


@pytest.mark.parametrize(
    ("event", "about"),
    [
        ("payment_method.active", {"id": "22e12f66-000f-5000-8000-18db351245c7", "type": "bank_card", "saved": True}),
        ("deal.closed", {"id": "dl-285e5ee7-0022-5000-8000-01516a44b147", "type": "safe_deal", "status": "closed"}),
        ("payout.succeeded", {"id": "po-285c0ab7-0003-5000-9000-0e1166498fda", "status": "succeeded"}),
        ("payout.canceled", {"id": "po-1", "status": "canceled"}),
        ("invoice.paid", {"id": "in-1"}),
        ("Something-2.that is yet to come", {}),
    ],
)
def test_other_affairs_of_the_shop_are_taken_and_left_alone(event: str, about: dict[str, Any]) -> None:
    body = json.dumps({"type": "notification", "event": event, "object": about})
    assert SHOP.parse_webhook(WebhookRequest(body.encode())) is None


@given(st.binary(max_size=200) | st.builds(lambda value: json.dumps(value).encode(), NOTIFICATION))
def test_whatever_arrives_is_read_or_refused(body: bytes) -> None:
    try:
        notification = SHOP.parse_webhook(WebhookRequest(body))
    except WebhookMalformedError:
        return
    if notification is None:
        return
    for stored in (notification.event, notification.object_id, notification.status, notification.gateway_payment_id):
        assert 0 < len(stored) <= 64
        assert stored.isascii() and stored.isprintable() and "/" not in stored
