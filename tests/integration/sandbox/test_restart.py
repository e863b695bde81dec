"""What a kill and a restart leave: everything."""

import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3

from tests.integration.sandbox.harness import Sandbox, Shop, payment, shop_server
from tests.support.waiting import PATIENCE_SECONDS, eventually


@pytest.fixture
def shop() -> Iterator[Shop]:
    with shop_server() as shop:
        yield shop


@pytest.fixture
def sandbox(shop: Shop, tmp_path: Path) -> Iterator[Sandbox]:
    sandbox = Sandbox(tmp_path / "state", f"{shop.url}/webhooks")
    sandbox.start()
    yield sandbox
    assert sandbox.stop() == 0


def test_a_webhook_is_sent_until_it_is_taken(sandbox: Sandbox, shop: Shop) -> None:
    shop.statuses[:] = [503, 404]
    created = sandbox.paid()
    eventually(lambda: len(shop.events(created["id"])) == 3)
    delivered = eventually(lambda: [w for w in sandbox.webhooks(created["id"]) if w["state"] == "delivered"])
    assert (delivered[0]["attempts"], delivered[0]["last_status"]) == (3, 200)


def test_a_kill_loses_no_payment_no_webhook_and_no_message(sandbox: Sandbox, shop: Shop) -> None:
    shop.statuses[:] = [503]
    created = sandbox.create(key="k")
    sandbox.knobs(reject_sms=5)
    sms = {"api_id": "cyclorama", "json": "1", "to[79260000002]": "x"}
    sandbox.request("POST", "/smsru/sms/send", fields=sms, encode_multipart=False)
    sandbox.knobs()
    sandbox.request("POST", "/smsru/sms/send", fields=sms, encode_multipart=False)
    sandbox.knobs(latency_ms=1)
    sandbox.act(created, "pay")
    eventually(lambda: [w for w in sandbox.webhooks(created["id"]) if w["last_status"] == 503])

    sandbox.stop(signal.SIGKILL)
    sandbox.start()

    assert sandbox.get(created["id"])["status"] == "succeeded"
    assert sandbox.yookassa("POST", "/payments", payment(), "k").body["id"] == created["id"]
    assert [message["to"] for message in sandbox.request("GET", "/outbox.json").body["data"]] == ["+79260000002"]
    assert sandbox.request("GET", "/_sandbox/knobs").body["latency_ms"] == 1
    # One that was taken just before the kill comes once more.
    eventually(lambda: len(shop.events(created["id"])) >= 2)
    eventually(lambda: sandbox.webhooks(created["id"])[0]["state"] == "delivered")


def test_a_shop_that_is_away_gets_its_webhook_when_it_is_back(sandbox: Sandbox, shop: Shop) -> None:
    away = Sandbox(sandbox.state.parent / "away", "http://127.0.0.1:1/webhooks")
    away.start()
    created = away.paid()
    eventually(lambda: [w for w in away.webhooks(created["id"]) if w["last_error"]])
    assert away.stop() == 0

    back = Sandbox(away.state, f"{shop.url}/webhooks")
    back.start()
    eventually(lambda: shop.events(created["id"]) == ["payment.succeeded"])
    assert back.stop() == 0


def test_it_stops_at_once_though_a_client_waits_for_ever(sandbox: Sandbox) -> None:
    sandbox.knobs(timeout_after_commit=True)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sandbox.yookassa, "POST", "/payments", payment())
        eventually(lambda: sandbox.yookassa("GET", "/payments").body["items"])
        assert sandbox.stop() == 0
        with pytest.raises(urllib3.exceptions.HTTPError):
            waiting.result()
    sandbox.start()


def test_a_taken_port_is_said_plainly(sandbox: Sandbox, tmp_path: Path) -> None:
    second = Sandbox(tmp_path / "second", "http://127.0.0.1:1", sandbox.port)
    second.launch()
    assert second.process.wait(PATIENCE_SECONDS) == 1
    assert f"cannot run on 127.0.0.1:{sandbox.port}" in second.log()
