"""Telegram messages from the event to the sandbox's chat, with what Telegram may answer."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import urllib3
from sqlalchemy import Engine

from integration.connectors.calls import JsonCalls
from integration.connectors.messengers import engine
from integration.connectors.telegram.client import Telegram
from integration.connectors.turns import Turns
from integration.events.service import EventLog
from shared_schemas.integration.connectors import Delivery
from tests.support.integration.connectors import PLENTY, Studio, happened
from tests.support.system.sandbox import outbox, running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

TOKEN = "100500:cyclorama"
HTTP = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)


@pytest.fixture(scope="module")
def sandbox_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(Path(tmp_path_factory.mktemp("sandbox"))) as url:
        yield url


@pytest.fixture
def studio(engine: Engine, sandbox_url: str) -> Studio:
    knobs(sandbox_url)
    return Studio(engine)


@pytest.fixture
def chat() -> str:
    return f"-{uuid4().int % 10**12}"


def knobs(url: str, **values: int) -> None:
    assert HTTP.request("PUT", f"{url}/_sandbox/knobs", json=values).status == 200


def telegram(studio: Studio, url: str, *chats: str, token: str = TOKEN) -> Telegram:
    calls = JsonCalls(Turns(studio.work, "telegram", 0.0, sleep=lambda _: None))
    return Telegram(f"{url}/telegram", token, calls, chats, "en", studio.work)


def told(studio: Studio, connector: Telegram, name: str) -> list[Delivery]:
    """What becomes of an event's deliveries."""
    dispatch = studio.dispatch(connector)
    event = happened(name)
    EventLog(studio.work).record(event)
    dispatch.send("telegram", dispatch.take("telegram", event), PLENTY)
    return studio.deliveries(connector)


def test_every_chat_reads_of_a_new_booking(studio: Studio, sandbox_url: str, chat: str) -> None:
    deliveries = told(studio, telegram(studio, sandbox_url, chat, f"{chat}1"), "eventbridge_booking_created")
    assert [delivery.status for delivery in deliveries] == ["delivered"] * 2
    (message,) = outbox(sandbox_url, f"{chat}1")
    assert message["text"].startswith("🆕 New booking ")
    assert message["html"].startswith("🆕 <b>New booking ")


def test_a_payment_is_told_by_its_bookings_number(studio: Studio, sandbox_url: str, chat: str) -> None:
    connector = telegram(studio, sandbox_url, chat)
    created = happened()
    EventLog(studio.work).record(created)
    paid = happened("sqs_payment_succeeded", booking_id=created.data["booking_id"])
    dispatch = studio.dispatch(connector)
    dispatch.send("telegram", dispatch.take("telegram", paid), PLENTY)
    (message,) = outbox(sandbox_url, chat)
    assert f"Booking {created.data['number']}" in message["text"]


def test_a_payment_that_comes_with_its_booking_need_not_wait_for_the_log(
    studio: Studio, sandbox_url: str, chat: str
) -> None:
    connector = telegram(studio, sandbox_url, chat)
    created = happened(booking_id=str(uuid4()))
    paid = happened("sqs_payment_succeeded", booking_id=created.data["booking_id"])
    dispatch = studio.dispatch(connector)
    dispatch.send("telegram", dispatch.take("telegram", created, paid), PLENTY)
    (message,) = outbox(sandbox_url, chat)
    assert message["text"].count(str(created.data["number"])) == 2


def test_what_staff_need_not_know_is_not_kept(studio: Studio, sandbox_url: str, chat: str) -> None:
    connector = telegram(studio, sandbox_url, chat)
    event = happened().model_copy(update={"type": "booking.checked_in"})
    assert studio.dispatch(connector).take("telegram", event) == []
    assert studio.deliveries(connector) == []


def test_the_pause_that_telegram_asks_for_is_kept(studio: Studio, sandbox_url: str, chat: str) -> None:
    knobs(sandbox_url, telegram_limit=1)
    connector = telegram(studio, sandbox_url, chat)
    (delivery,) = told(studio, connector, "eventbridge_booking_created")
    assert (delivery.status, delivery.error, delivery.response_code) == ("waiting", "telegram_429", 429)
    assert delivery.next_attempt_at and (delivery.next_attempt_at - studio.clock.now()).total_seconds() >= 2
    # All processes wait, whatever they have to say.
    with studio.work() as work:
        pause = work.connectors.take_turn("telegram", 0.0, 10.0)
    assert pause is not None and pause > 0
    studio.clock.advance(seconds=30)
    assert studio.dispatch(connector).send_due("telegram", PLENTY) == 1
    assert len(outbox(sandbox_url, chat)) == 1


@pytest.mark.parametrize(
    ("fault", "token", "status", "error"),
    [
        ({"telegram_forbidden": 1}, TOKEN, "dead", "telegram_403"),
        ({"receiver_down": 1}, TOKEN, "waiting", "telegram_500"),
        ({}, "1:guess", "waiting", "telegram_401"),
    ],
)
def test_refusals(
    studio: Studio, sandbox_url: str, chat: str, fault: dict[str, int], token: str, status: str, error: str
) -> None:
    knobs(sandbox_url, **fault)
    (delivery,) = told(studio, telegram(studio, sandbox_url, chat, token=token), "eventbridge_booking_created")
    assert (delivery.status, delivery.error) == (status, error)


def test_nobody_answers(studio: Studio, chat: str) -> None:
    (delivery,) = told(studio, telegram(studio, "http://127.0.0.1:9", chat), "eventbridge_booking_created")
    assert (delivery.status, delivery.error) == ("waiting", "no_answer")


def test_a_chat_that_is_no_longer_set_gets_nothing(studio: Studio, sandbox_url: str, chat: str) -> None:
    event = happened()
    ids = studio.dispatch(telegram(studio, sandbox_url, chat)).take("telegram", event)
    connector = telegram(studio, sandbox_url, f"{chat}2")
    studio.dispatch(connector).send("telegram", ids, PLENTY)
    (delivery,) = studio.deliveries(connector)
    assert (delivery.status, delivery.error) == ("skipped", "chat_removed")
    assert outbox(sandbox_url, chat) == []


def test_what_comes_together_is_one_message_and_long_ones_are_more(studio: Studio, sandbox_url: str, chat: str) -> None:
    connector = telegram(studio, sandbox_url, chat)
    events = []
    for number in range(3):
        # What happens at the same moment may be told in either order.
        studio.clock.advance(seconds=1)
        events.append(
            happened(clock=studio.clock, booking_id=str(uuid4()), number=f"CYC-{number}", hall_name="L" * 1500)
        )
    dispatch = studio.dispatch(connector)
    dispatch.send("telegram", dispatch.take("telegram", *events), PLENTY)

    second, first = outbox(sandbox_url, chat)
    assert ["CYC-0" in first["text"], "CYC-1" in first["text"], "CYC-2" in second["text"]] == [True] * 3
    assert [d.response_code for d in studio.deliveries(connector)] == [200] * 3


def test_words_that_telegram_does_not_take_keep_no_others(
    studio: Studio, sandbox_url: str, chat: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connector = telegram(studio, sandbox_url, chat)
    words = {"CYC-0": "fine", "CYC-1": "<b>not closed", "CYC-2": "fine, too"}
    monkeypatch.setattr(engine, "message", lambda data, *_: words[data.number])
    events = [happened(booking_id=str(uuid4()), number=number) for number in words]
    dispatch = studio.dispatch(connector)
    dispatch.send("telegram", dispatch.take("telegram", *events), PLENTY)

    assert sorted(message["text"] for message in outbox(sandbox_url, chat)) == ["fine", "fine, too"]
    found = studio.deliveries(connector)
    assert sorted((d.status, d.response_code) for d in found) == [("dead", 400), ("delivered", 200), ("delivered", 200)]
