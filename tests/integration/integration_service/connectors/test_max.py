"""Messages in MAX from the event to the sandbox's chat, with what MAX may answer."""

import json
import ssl
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from uuid import uuid4

import pytest
import urllib3
from sqlalchemy import Engine

from core.bots import MaxCredentials
from infra.sandbox.carriers.smtp.certificate import certificate
from integration.connectors.calls import JsonCalls
from integration.connectors.max.client import Max
from integration.connectors.turns import Turns
from integration.events.service import EventLog
from shared_schemas.integration.connectors import Delivery
from tests.support.integration.connectors import PLENTY, Studio, happened
from tests.support.scripted_server import scripted_server
from tests.support.system.sandbox import outbox, running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

TOKEN = "cyclorama-max-token"
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


def bot(studio: Studio, url: str, *chats: str, token: str = TOKEN) -> Max:
    calls = JsonCalls(Turns(studio.work, "max", 0.0, sleep=lambda _: None))
    return Max(url, json.dumps({"token": token}), calls, chats, "ru", studio.work)


def told(studio: Studio, connector: Max) -> Delivery:
    """What becomes of the news of a booking."""
    dispatch, event = studio.dispatch(connector), happened("eventbridge_booking_created")
    EventLog(studio.work).record(event)
    dispatch.send("max", dispatch.take("max", event), PLENTY)
    (delivery,) = studio.deliveries(connector)
    return delivery


def test_staff_read_of_a_new_booking(studio: Studio, sandbox_url: str, chat: str) -> None:
    assert told(studio, bot(studio, f"{sandbox_url}/max", chat)).status == "delivered"
    (message,) = outbox(sandbox_url, chat)
    assert (message["channel"], message["text"].startswith("🆕 Новая бронь ")) == ("max", True)
    assert message["html"].startswith("🆕 <b>Новая бронь ")


def test_a_limit_holds_up_all_of_them_for_a_moment(studio: Studio, sandbox_url: str, chat: str) -> None:
    knobs(sandbox_url, max_limit=1)
    connector = bot(studio, f"{sandbox_url}/max", chat)
    delivery = told(studio, connector)
    assert (delivery.status, delivery.error) == ("waiting", "max_429")
    with studio.work() as work:
        assert (work.connectors.take_turn("max", 0.0, 10.0) or 0) > 0
    studio.clock.advance(seconds=30)
    assert studio.dispatch(connector).send_due("max", PLENTY) == 1
    assert len(outbox(sandbox_url, chat)) == 1


@pytest.mark.parametrize(
    ("fault", "token", "status", "error"),
    [
        ({"max_denied": 1}, TOKEN, "dead", "max_403"),
        ({"receiver_down": 1}, TOKEN, "waiting", "max_500"),
        ({}, "guess", "waiting", "max_401"),
    ],
)
def test_refusals(
    studio: Studio, sandbox_url: str, chat: str, fault: dict[str, int], token: str, status: str, error: str
) -> None:
    knobs(sandbox_url, **fault)
    delivery = told(studio, bot(studio, f"{sandbox_url}/max", chat, token=token))
    assert (delivery.status, delivery.error) == (status, error)


def test_a_chat_that_is_not_there(studio: Studio, sandbox_url: str) -> None:
    delivery = told(studio, bot(studio, f"{sandbox_url}/max", "0"))
    assert (delivery.status, delivery.error) == ("dead", "max_404")


def test_who_says_yes_and_names_no_message_is_not_believed(studio: Studio, chat: str) -> None:
    with scripted_server() as server:
        server.answers = [(200, {"success": True})]
        delivery = told(studio, bot(studio, server.url, chat))
    assert (delivery.status, delivery.error) == ("waiting", "max_unreadable")


def test_nobody_answers(studio: Studio, chat: str) -> None:
    delivery = told(studio, bot(studio, "http://127.0.0.1:9", chat))
    assert (delivery.status, delivery.error) == ("waiting", "no_answer")


class Answering(BaseHTTPRequestHandler):
    """Takes every message."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"message": {"body": {"mid": "mid.1"}}}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def national(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """An API whose certificate no system trusts, and that certificate."""
    key, pem = certificate()
    folder = tmp_path_factory.mktemp("tls")
    (folder / "key.pem").write_bytes(key)
    (folder / "cert.pem").write_bytes(pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server = HTTPServer(("127.0.0.1", 0), Answering)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"https://localhost:{server.server_port}", pem.decode()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(("trusts", "status"), [(True, "delivered"), (False, "waiting")])
def test_a_certificate_that_the_system_does_not_know_is_trusted_if_it_is_named(
    studio: Studio, national: tuple[str, str], chat: str, trusts: bool, status: str
) -> None:
    url, pem = national
    credentials = json.dumps({"token": TOKEN, "ca": pem if trusts else ""})
    turns = Turns(studio.work, "max", 0.0, sleep=lambda _: None)
    calls = JsonCalls(turns, lambda: MaxCredentials.read(credentials).trusted())
    assert told(studio, Max(url, credentials, calls, [chat], "ru", studio.work)).status == status
