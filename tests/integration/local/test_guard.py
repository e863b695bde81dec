"""A web page elsewhere can neither read nor do anything on the ports of this machine."""

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import urlsplit

import aiohttp
import psutil
import pytest

from infra.local.execution.lambdas import Lambdas
from infra.local.machine.ports import HOST, choose_ports
from infra.local.run.front import Front
from infra.local.template.model import Function, System
from infra.local.testing.system import LocalSystem
from tests.integration.local.conftest import unmoved
from tests.support.waiting import PATIENCE_SECONDS, eventually

PAGE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors"}
REBOUND = {"Host": "evil.example"}
IMAGE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
PLAIN = {"Content-Type": "text/plain"}


def send(base: str, method: str, path: str, headers: Mapping[str, str], body: bytes | None = None) -> tuple[int, Any]:
    """Status and parsed body, with exactly these headers."""
    connection = HTTPConnection(str(urlsplit(base).netloc), timeout=PATIENCE_SECONDS)
    try:
        connection.request(method, path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"null")
    finally:
        connection.close()


def refused(answer: tuple[int, Any]) -> bool:
    return answer[0] == 403 and answer[1]["code"] == "foreign_request"


@pytest.mark.parametrize("stranger", [PAGE, REBOUND, IMAGE])
def test_secrets_of_the_broker_are_not_for_pages(system: LocalSystem, sqs: Any, stranger: dict[str, str]) -> None:
    aws = system.endpoints.aws_endpoint
    target = {"X-Amz-Target": "secretsmanager.ListSecrets", "Content-Type": "application/x-amz-json-1.1"}
    name = f"guarded{len(stranger)}"

    assert send(aws, "POST", "/", target, b"{}")[1]["SecretList"]
    assert refused(send(aws, "POST", "/", target | stranger, b"{}"))
    assert refused(send(aws, "GET", f"/?Action=CreateQueue&QueueName={name}", stranger))
    assert refused(send(aws, "OPTIONS", "/", stranger))
    assert not sqs.list_queues(QueueNamePrefix=name).get("QueueUrls")


def settled(system: LocalSystem, lambdas: Any) -> dict[str, Any]:
    """The one process of `Direct`: another may have been started beside it, and goes soon."""
    lambdas.invoke(FunctionName="Direct", Payload=b"{}")

    def at_rest() -> dict[str, Any] | None:
        found = system.functions()["Direct"]
        return found[0] if [each["state"] for each in found] == ["idle"] else None

    return eventually(at_rest)


@pytest.mark.parametrize("stranger", [PAGE, REBOUND, IMAGE])
def test_pages_invoke_nothing(system: LocalSystem, lambdas: Any, stranger: dict[str, str]) -> None:
    before = settled(system, lambdas)
    path = "/2015-03-31/functions/Direct/invocations"

    assert refused(send(system.endpoints.lambda_endpoint, "POST", path, PLAIN | stranger, b"{}"))
    assert refused(send(system.endpoints.lambda_endpoint, "GET", "/_runtime/functions", stranger))
    assert system.functions()["Direct"] == [before]


@pytest.mark.parametrize("stranger", [PAGE, REBOUND])
def test_every_door_refuses_pages_of_other_sites(system: LocalSystem, stranger: dict[str, str]) -> None:
    for base in (system.endpoints.api_url, *system.endpoints.service_urls.values()):
        assert refused(send(base, "POST", "/echo/x", PLAIN | stranger, b"{}"))
        assert refused(send(base, "POST", "/webhooks/x", PLAIN | stranger, b"{}"))


@pytest.mark.parametrize("stranger", [PAGE, REBOUND, IMAGE])
def test_pages_take_no_work_from_functions_and_do_not_end_them(
    system: LocalSystem, lambdas: Any, stranger: dict[str, str]
) -> None:
    before, known = settled(system, lambdas), {urlsplit(url).port for url in addresses(system)}
    listening = {c.laddr.port for c in psutil.Process(system.pid).net_connections() if c.status == "LISTEN"}
    assert listening - known

    for port in listening - known:
        for method, path in (("GET", "invocation/next"), ("POST", "init/error")):
            # The process of a job or of a consumer may have ended meanwhile, unused; that of `Direct` stays.
            with suppress(ConnectionRefusedError):
                answer = send(f"http://127.0.0.1:{port}", method, f"/2018-06-01/runtime/{path}", stranger, b"{}")
                assert answer == (403, None)
    assert system.functions()["Direct"] == [before]
    assert lambdas.invoke(FunctionName="Direct", Payload=b"{}").get("FunctionError") is None


def addresses(system: LocalSystem) -> list[str]:
    found = system.endpoints
    return [found.api_url, found.lambda_endpoint, *found.service_urls.values()]


def test_doors_answer_their_own_pages_and_links_from_elsewhere(system: LocalSystem) -> None:
    api = system.endpoints.api_url
    local = api.replace("127.0.0.1", "localhost")

    assert send(api, "POST", "/echo/x", {"Origin": api}, b"{}")[0] == 200
    assert send(api, "POST", "/echo/x", {"Host": urlsplit(local).netloc, "Origin": local}, b"{}")[0] == 200
    assert send(api, "GET", "/echo/x", IMAGE | {"Sec-Fetch-Mode": "navigate"})[0] == 200


def test_a_page_that_the_functions_let_in_reaches_the_doors_and_nothing_else(tmp_path: Path) -> None:
    assert asyncio.run(from_an_allowed_page(tmp_path)) == {"door": 503, "other": 403, "invoke": 403}


async def from_an_allowed_page(state: Path) -> dict[str, int]:
    told = {"ALLOWED_ORIGINS": "https://a.example,https://studio.example"}
    function = Function("Api", "Api", "arn", "app.app", state, told, 3, 128)
    ports = choose_ports("auto", state, 0)
    front = Front(System({"Api": function}), ports, cast(Lambdas, SimpleNamespace(invoke=None)), unmoved(state))
    studio, other = "https://studio.example", "https://other.example"
    asked = {"door": (ports.booking, studio), "other": (ports.booking, other), "invoke": (ports.invoke, studio)}
    return await statuses(front, {name: (port, {"Origin": origin}) for name, (port, origin) in asked.items()})


def test_a_tunnels_host_reaches_the_doors_and_nothing_else(tmp_path: Path) -> None:
    assert asyncio.run(through_a_tunnel(tmp_path)) == {"door": 503, "other": 403, "invoke": 403}


async def through_a_tunnel(state: Path) -> dict[str, int]:
    ports = choose_ports("auto", state, 0)
    front = Front(System(), ports, cast(Lambdas, SimpleNamespace(invoke=None)), unmoved(state), ["tunnel.example"])
    asked = {
        "door": (ports.payment, "tunnel.example"),
        "other": (ports.payment, "x"),
        "invoke": (ports.invoke, "tunnel.example"),
    }
    return await statuses(front, {name: (port, {"Host": host}) for name, (port, host) in asked.items()})


async def statuses(front: Front, asked: Mapping[str, tuple[int, dict[str, str]]]) -> dict[str, int]:
    """What the ports answer to a notification with these headers; 503 is let in, as nothing runs behind."""
    await front.open()
    try:
        async with aiohttp.ClientSession() as session:
            seen = {}
            for name, (port, headers) in asked.items():
                async with session.post(f"http://{HOST}:{port}/webhooks/x", headers=headers) as answer:
                    seen[name] = answer.status
            return seen
    finally:
        await front.close()
