"""The whole API in one process: the front door of the template, its authoriser and every service on real PostgreSQL.

Only what lies beyond is replaced: the broker remembers, gateways are in memory, nothing leads to the internet."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from core.aws import aws_client
from core.composition import Composed
from core.identity import Identity
from core.safe_http import NoAnswerError, OutsideClient
from core.service_client import ServiceCallError, ServiceClient
from core.tokens import USERS, sign, sign_service
from gateway import composition_authorizer
from gateway.health import SystemHealth
from gateway.sessions.verdict import Authorizer
from infra.local.doors.request import Request, Response
from infra.local.doors.rest import RestApi
from infra.local.execution.invocation import Failure, Outcome, failed
from infra.local.template import load_template
from infra.local.template.model import Route
from payment import composition as payment
from payment.gateways.port import Gateway
from shared_schemas.common import Role
from shared_schemas.providers import PROVIDERS
from tests.support.database import SERVICES, EngineFor, RecordingPublisher
from tests.support.gateway import DATA_KEY, KEYS
from tests.support.payment.gateways import FakeGateway
from tests.support.scripted_server import Script, scripted_server
from tests.support.system.environment import GENEROUS, Context

ROOT = Path(__file__).parents[3]
PEOPLE = {Role.CLIENT: UUID(int=1), Role.MANAGER: UUID(int=2), Role.ADMIN: UUID(int=3)}
HOUR = timedelta(hours=1)
NOTHING = {"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "0"}


class Always(list[tuple[int, Any] | None]):
    """The one answer of every AWS service that a request may need: there is nothing."""

    def pop(self, _index: Any = -1) -> tuple[int, Any]:
        lists: dict[str, Any] = {name: [] for name in ("Messages", "Entries", "Rules", "Targets")}
        return 200, {"Attributes": NOTHING, "QueueUrl": "http://127.0.0.1:1/0/some", "Name": "bus", **lists}


def token(caller: str) -> str | None:
    """A token of a role or of a service; none for `anonymous`."""
    if caller == "anonymous":
        return None
    if caller in KEYS:
        return sign_service(caller, KEYS[caller], datetime.now(UTC))
    person = PEOPLE[Role(caller)]
    identity = Identity(str(person), Role(caller), session=person)
    return sign(identity, issuer=USERS, key=KEYS[USERS], now=datetime.now(UTC), lifetime=HOUR, kind="access")


@dataclass
class WholeApi:
    """Answers requests as port 5000 does, without a port."""

    handlers: Mapping[str, Any]
    door: RestApi

    def __post_init__(self) -> None:
        self._router = self.door.router()
        self._loop = asyncio.new_event_loop()

    def request(
        self, method: str, path: str, query: str = "", headers: Mapping[str, str] | None = None, body: bytes = b""
    ) -> Response:
        """`path` and `query` are percent-encoded."""
        sent = tuple({"Content-Type": "application/json", "Host": "127.0.0.1:5000", **(headers or {})}.items())
        return self.send(Request(method, path, query, sent, body, "127.0.0.1", 5000))

    @property
    def routes(self) -> Sequence[Route]:
        """Those of the template."""
        return self.door.api.routes

    def send(self, request: Request) -> Response:
        """The answer to a request as it is."""
        return self._loop.run_until_complete(self.door.answer(request, self._router))

    def elsewhere(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        """The same for a call that comes from within another."""
        plain, _, query = path.partition("?")
        request = Request(method, plain, query, tuple(headers.items()), body, "127.0.0.1", 5000)
        return asyncio.run(self.door.answer(request, self._router))

    def ask(self, caller: str, method: str, path: str, body: Any = None, query: str = "") -> Any:
        """The document that a caller gets; an error of the server is raised."""
        answer = self.request(method, path, query, bearer(caller), b"" if body is None else json.dumps(body).encode())
        if answer.status >= 500:
            raise AssertionError(f"{method} {path}: {answer.status} {answer.body.decode()}")
        return json.loads(answer.body or b"null")

    def close(self) -> None:
        self._loop.close()


def bearer(caller: str) -> dict[str, str]:
    found = token(caller)
    return {"Authorization": f"Bearer {found}"} if found else {}


@contextmanager
def whole_api(engine_for: EngineFor, patch: pytest.MonkeyPatch, **parameters: str) -> Iterator[WholeApi]:
    """Every service put together from the environment alone, as in its function; `parameters` are the template's."""
    with scripted_server() as beyond, ExitStack() as at_the_end:
        beyond.answers = Always()
        made = _put_together(engine_for, patch, beyond, at_the_end, parameters)
        at_the_end.callback(made.close)
        yield made
    aws_client.cache_clear()


def _put_together(
    engine_for: EngineFor,
    patch: pytest.MonkeyPatch,
    beyond: Script,
    at_the_end: ExitStack,
    parameters: Mapping[str, str],
) -> WholeApi:
    _environment(patch, beyond)
    patch.setenv("CALL_LIMITS", parameters.get("CallLimits", GENEROUS))
    for service in SERVICES:
        url = engine_for(service).url.render_as_string(hide_password=False)
        for name, value in {"SERVICE": service, "DATABASE_URL": url, "SERVICE_KEY": KEYS.get(service, "")}.items():
            patch.setenv(name, value)
        at_the_end.enter_context(_composed(import_module(f"{service}.composition").app))
    # Whatever is called here, nobody is signed out by it: the next call comes from the same people.
    roles: dict[UUID, Role] = {person: role for role, person in PEOPLE.items()}
    patch.setattr(composition_authorizer, "authorizer", lambda: Authorizer(KEYS, roles.get, lambda _key: None))
    at_the_end.enter_context(payment.app.replaced(_with_gateways(payment.app())))
    # All callers of a test have the same address.
    system = load_template(ROOT / "template.yaml", {"RequestsPerAddress": "0", **parameters})
    if system.api is None:
        raise AssertionError("the template has no API")
    handlers = {name: _handler(function.handler) for name, function in system.functions.items()}
    made = WholeApi(handlers, RestApi(replace(system.api, throttles=()), lambda name, event: invoke(name, event)))

    async def invoke(name: str, event: bytes) -> Outcome:
        try:
            return Outcome(json.dumps(handlers[name]()(json.loads(event), Context())).encode())
        except Exception as error:
            return failed(Failure.ERROR, type(error).__name__, str(error))

    _close_the_outside(patch, made)
    return made


def _environment(patch: pytest.MonkeyPatch, beyond: Script) -> None:
    values = {
        "TOKEN_KEYS": json.dumps(KEYS),
        "DATA_KEY": DATA_KEY,
        "API_URL": "http://127.0.0.1:1",
        "AWS_ENDPOINT_URL": beyond.url,
        "PHOTOS_BUCKET": "photos-of-tests",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "MAIL_FROM": "Studio <studio@example.com>",
        "TELEGRAM_TOKEN": "test",
        "TELEGRAM_BOT": "studio_bot",
        "PUSH_KEY": "test",
        "PUSH_CONTACT": "mailto:studio@example.com",
        "DEAD_LETTER_QUEUES": f"{beyond.url}/000000000000/some-dead-letters",
    }
    for name, value in values.items():
        patch.setenv(name, value)
    aws_client.cache_clear()


def _close_the_outside(patch: pytest.MonkeyPatch, made: WholeApi) -> None:
    """Calls between services stay in the process; what leads further finds nobody."""

    def call(
        client: ServiceClient, method: str, path: str, body: Mapping[str, Any] | None, *_rest: Any
    ) -> dict[str, Any]:
        sent = json.dumps(body).encode() if body else b""
        # A thread of its own, as this one's loop is at work.
        with ThreadPoolExecutor(1) as thread:
            answer = thread.submit(made.elsewhere, method, path, bearer(client._name), sent).result()
        document: dict[str, Any] = json.loads(answer.body)
        if answer.status >= 400:
            raise ServiceCallError(answer.status, str(document.get("code")), str(document.get("detail")))
        return document

    def nowhere(_client: OutsideClient, host: str, _port: int) -> str:
        raise NoAnswerError(f"{host} is not known")

    patch.setattr(ServiceClient, "_call", call)
    patch.setattr(OutsideClient, "_checked", nowhere)
    patch.setattr(SystemHealth, "_ask", lambda _health, _name: "ok")


def _handler(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return lambda: getattr(import_module(module), name)


@contextmanager
def _composed(composed: Composed[Any, Any]) -> Iterator[None]:
    """The service as the environment says now, but for its broker."""
    app = composed.from_environment()
    world = replace(app.world, publisher=RecordingPublisher())
    with composed.replaced(replace(app, world=world)):
        yield
    world.engine.dispose()


def _with_gateways(app: payment.App) -> payment.App:
    gateways: dict[str, Gateway] = {name: FakeGateway() for name in PROVIDERS}
    return replace(app, outside=replace(app.outside, gateways=lambda _world: gateways))
