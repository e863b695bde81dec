"""Every fault on demand, each seen from the shop's side."""

import json
import time
from typing import Any
from uuid import uuid4

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.integration.sandbox.harness import Sandbox, Shop, payment
from tests.support.waiting import PATIENCE_SECONDS, eventually


def test_an_error_after_commit_leaves_a_payment_that_the_same_key_finds(sandbox: Sandbox) -> None:
    key = str(uuid4())
    sandbox.knobs(error_after_commit=1)
    failed = sandbox.yookassa("POST", "/payments", payment(metadata={"attempt_id": key}), key)
    assert (failed.status, failed.body["code"]) == (500, "internal_server_error")
    again = sandbox.yookassa("POST", "/payments", payment(metadata={"attempt_id": key}), key)
    assert again.status == 200
    newest = sandbox.yookassa("GET", "/payments?limit=2").body["items"]
    assert [item["id"] for item in newest if item["metadata"] == {"attempt_id": key}] == [again.body["id"]]


def test_a_timeout_after_commit_leaves_a_payment_that_the_same_key_finds(sandbox: Sandbox) -> None:
    key = str(uuid4())
    sandbox.knobs(timeout_after_commit=1)
    for seconds in (0.5, 5, 50):
        with pytest.raises(urllib3.exceptions.ReadTimeoutError):
            sandbox.yookassa("POST", "/payments", payment("7.77"), key, timeout=seconds)
        newest = sandbox.yookassa("GET", "/payments?limit=1").body["items"]
        # A sandbox that is busier than that had not come to it when the caller hung up.
        if newest and newest[0]["amount"]["value"] == "7.77":
            break
    assert newest[0]["amount"]["value"] == "7.77"
    assert sandbox.create("7.77", key)["status"] == "pending"


def test_latency_delays_gateways_only(sandbox: Sandbox) -> None:
    sandbox.knobs(latency_ms=600_000)
    with pytest.raises(urllib3.exceptions.ReadTimeoutError):
        sandbox.yookassa("GET", "/payments", timeout=0.5)
    assert sandbox.request("GET", "/health").status == 200


def test_a_lost_webhook_is_never_sent_though_the_payment_is_paid(sandbox: Sandbox, shop: Shop) -> None:
    lost = sandbox.create()
    sandbox.knobs(lost["id"], lost_webhook=True)
    sandbox.act(lost, "pay")
    later = sandbox.paid()
    eventually(lambda: shop.events(later["id"]))
    assert shop.events(lost["id"]) == []
    assert [webhook["state"] for webhook in sandbox.webhooks(lost["id"])] == ["lost"]
    assert sandbox.get(lost["id"])["status"] == "succeeded"


def test_a_duplicate_webhook_comes_twice(sandbox: Sandbox, shop: Shop) -> None:
    sandbox.knobs(duplicate_webhook=1)
    twice, once = sandbox.paid(), sandbox.paid()
    eventually(lambda: len(shop.events(twice["id"])) == 2)
    eventually(lambda: shop.events(once["id"]))
    assert len(shop.events(once["id"])) == 1


def test_a_delayed_webhook_is_overtaken(sandbox: Sandbox, shop: Shop) -> None:
    for delay in (1.5, 6, 24):
        late, began = sandbox.create(), time.monotonic()
        sandbox.knobs(late["id"], webhook_delay_ms=round(1000 * delay))
        sandbox.act(late, "pay")
        prompt = sandbox.paid()
        # A machine that is busier than that has not put it to the test.
        if time.monotonic() - began < delay / 2:
            break
    eventually(lambda: shop.events(late["id"]))
    order = [body["object"]["id"] for _, _, body in shop.received if "object" in body]
    assert order.index(prompt["id"]) < order.index(late["id"])


def test_an_early_webhook_is_there_before_the_answer(sandbox: Sandbox, shop: Shop) -> None:
    sandbox.knobs(early_webhook=1)
    created = sandbox.create()
    assert shop.events(created["id"]) == ["payment.succeeded"]
    assert created["status"] == "pending"


def test_an_early_webhook_that_is_refused_comes_again(sandbox: Sandbox, shop: Shop) -> None:
    sandbox.knobs(early_webhook=1)
    shop.statuses[:] = [404]
    created = sandbox.create()
    eventually(lambda: len(shop.events(created["id"])) == 2)


def test_a_wrong_amount_shows_in_webhook_and_payment(sandbox: Sandbox, shop: Shop) -> None:
    created = sandbox.create("1500.00")
    sandbox.knobs(created["id"], wrong_amount=1)
    sandbox.act(created, "pay")
    eventually(lambda: shop.events(created["id"]))
    assert sandbox.get(created["id"])["amount"]["value"] == "1499.00"


def test_a_cancelled_refund_has_no_webhook(sandbox: Sandbox, shop: Shop) -> None:
    created = sandbox.paid("100.00")
    sandbox.knobs(refund_canceled=1, refund_delay_ms=0)
    body = {"payment_id": created["id"], "amount": {"value": "100.00", "currency": "RUB"}}
    opened = sandbox.yookassa("POST", "/refunds", body).body
    cancelled = sandbox.yookassa("GET", f"/refunds/{opened['id']}").body
    assert (cancelled["status"], cancelled["cancellation_details"]["reason"]) == ("canceled", "insufficient_funds")
    assert sandbox.get(created["id"])["refundable"]
    again = sandbox.yookassa("POST", "/refunds", body).body
    eventually(lambda: "refund.succeeded" in shop.events(again["id"]))
    assert shop.events(opened["id"]) == []


def test_mail_and_sms_can_be_refused(sandbox: Sandbox) -> None:
    sandbox.knobs(reject_mail=1, reject_sms=1)
    before = sandbox.request("GET", "/outbox.json").body["data"]
    config = Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE_SECONDS)
    ses = boto3.client(
        "sesv2", endpoint_url=f"{sandbox.url}/ses", region_name="us-east-1", config=config,
        aws_access_key_id="x", aws_secret_access_key="x",
    )  # fmt: skip
    text: Any = {"Subject": {"Data": "x"}, "Body": {"Text": {"Data": "x"}}}
    with pytest.raises(ClientError) as refused:
        ses.send_email(
            FromEmailAddress="a@shop.test", Destination={"ToAddresses": ["refused@x.test"]}, Content={"Simple": text}
        )
    assert refused.value.response["Error"]["Code"] == "MessageRejected"
    sms = {"api_id": "cyclorama", "json": "1", "to[79260000001]": "x"}
    answer = sandbox.request("POST", "/smsru/sms/send", fields=sms, encode_multipart=False).body
    assert answer["sms"]["79260000001"]["status_code"] == 207
    assert sandbox.request("GET", "/outbox.json").body["data"] == before


def test_a_payments_own_knobs_can_be_read(sandbox: Sandbox) -> None:
    created = sandbox.create()
    path = f"/_sandbox/payments/{created['id']}/knobs"
    assert sandbox.request("GET", path).body == {}
    sandbox.knobs(created["id"], lost_webhook=True)
    assert sandbox.request("GET", path).body == {"lost_webhook": -1}


def test_put_replaces_the_knobs_and_refuses_nonsense(sandbox: Sandbox) -> None:
    sandbox.knobs(lost_webhook=3)
    sandbox.knobs(wrong_amount=True)
    now = sandbox.request("GET", "/_sandbox/knobs").body
    assert (now["lost_webhook"], now["wrong_amount"], now["refund_delay_ms"]) == (0, -1, 1000)
    for body in (b"{", b"[]", json.dumps({"surprise": 1}).encode()):
        assert sandbox.request("PUT", "/_sandbox/knobs", body=body).status == 400
    assert sandbox.request("PUT", "/_sandbox/payments/nothing/knobs", json={}).status == 404


@pytest.mark.parametrize("offset", ["1", None, True, 1e300])
def test_a_clock_offset_that_makes_no_sense_is_refused(sandbox: Sandbox, offset: Any) -> None:
    assert sandbox.request("PUT", "/_sandbox/clock", json={"offset_seconds": offset}).status == 400
