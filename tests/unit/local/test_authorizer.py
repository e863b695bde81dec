"""Token authorisers: when they are asked, and what their answers mean."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from infra.local.doors.authorizer import RefusedError, RequestAuthorizer, TokenAuthorizer
from infra.local.doors.policy import method_arn
from infra.local.execution.invocation import Failure, Outcome
from infra.local.template.model import Authorizer

GET, POST = method_arn("live", "GET", "/a"), method_arn("live", "POST", "/a")


def answer(resource: str = "*", **context: Any) -> Outcome:
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": resource}
    document = {"principalId": "me", "policyDocument": {"Statement": [statement]}, "context": context}
    return Outcome(json.dumps(document).encode())


def error(message: str) -> Outcome:
    return Outcome(json.dumps({"errorMessage": message, "errorType": "Exception"}).encode(), Failure.ERROR)


@dataclass
class FakeFunction:
    """Answers as told, and remembers what it was asked."""

    outcome: Outcome
    events: list[dict[str, Any]] = field(default_factory=list)
    now: float = 0

    async def invoke(self, _function: str, payload: bytes) -> Outcome:
        self.events.append(json.loads(payload))
        await asyncio.sleep(0)
        return self.outcome

    def authorizer(self, ttl: int = 300, validation: str | None = None) -> TokenAuthorizer:
        described = Authorizer("Token", "Auth", ttl=ttl, validation=validation)
        return TokenAuthorizer(described, self.invoke, lambda: self.now)


def refusal(function: FakeFunction, token: str | None, **options: Any) -> str:
    with pytest.raises(RefusedError) as refused:
        asyncio.run(function.authorizer(**options).authorize(token, GET))
    return refused.value.kind


def test_the_context_is_handed_on_as_text() -> None:
    function = FakeFunction(answer(role="client", age=7, active=True))

    context = asyncio.run(function.authorizer().authorize("t", GET))

    assert context == {"role": "client", "age": "7", "active": "true", "principalId": "me", "integrationLatency": 0}
    assert function.events == [{"type": "TOKEN", "authorizationToken": "t", "methodArn": GET}]


def test_without_a_token_or_with_an_odd_one_nobody_is_asked() -> None:
    function = FakeFunction(answer())

    assert refusal(function, None) == "UNAUTHORIZED"
    assert refusal(function, "odd", validation="Bearer .+") == "UNAUTHORIZED"
    assert function.events == []


def test_an_answer_is_remembered_until_its_time_is_up() -> None:
    function = FakeFunction(answer())

    async def play() -> list[int]:
        authorizer, counts = function.authorizer(ttl=60), []
        for now in (0, 59, 60):
            function.now = now
            await authorizer.authorize("t", GET)
            counts.append(len(function.events))
        return counts

    assert asyncio.run(play()) == [1, 1, 2]


def test_a_remembered_policy_is_still_evaluated_for_each_request() -> None:
    function = FakeFunction(answer(resource=GET))

    async def play() -> None:
        authorizer = function.authorizer()
        await authorizer.authorize("t", GET)
        with pytest.raises(RefusedError, match="ACCESS_DENIED"):
            await authorizer.authorize("t", POST)

    asyncio.run(play())
    assert len(function.events) == 1


def test_requests_that_come_together_share_one_question() -> None:
    function = FakeFunction(answer())

    async def play() -> None:
        authorizer = function.authorizer()
        await asyncio.gather(*(authorizer.authorize("t", GET) for _ in range(5)))

    asyncio.run(play())
    assert len(function.events) == 1


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (error("Unauthorized"), "UNAUTHORIZED"),
        (error("boom"), "AUTHORIZER_FAILURE"),
        (answer(resource="arn:none"), "ACCESS_DENIED"),
        (Outcome(b'{"principalId": "me"}'), "AUTHORIZER_CONFIGURATION_ERROR"),
        (Outcome(b'{"principalId": "me", "policyDocument": {}}'), "AUTHORIZER_CONFIGURATION_ERROR"),
    ],
)
def test_each_way_to_say_no_has_its_gateway_response(outcome: Outcome, kind: str) -> None:
    assert refusal(FakeFunction(outcome), "t") == kind


def test_a_failure_is_not_remembered() -> None:
    function = FakeFunction(error("boom"))

    async def play() -> dict[str, Any]:
        authorizer = function.authorizer()
        with pytest.raises(RefusedError):
            await authorizer.authorize("t", GET)
        function.outcome = answer()
        return await authorizer.authorize("t", GET)

    assert asyncio.run(play())["principalId"] == "me"


def test_one_that_takes_all_is_asked_about_each_request_and_told_all_but_the_body() -> None:
    function = FakeFunction(answer())
    authorizer = RequestAuthorizer(Authorizer("Any", "Auth", ttl=0, takes_all=True), function.invoke)
    event = {"path": "/a", "headers": {"Accept": "*/*"}, "body": "{}", "isBase64Encoded": False}

    for _ in range(2):
        context = asyncio.run(authorizer.authorize(event, POST))
        assert context == {"principalId": "me", "integrationLatency": 0}

    asked = {"type": "REQUEST", "methodArn": POST, "path": "/a", "headers": {"Accept": "*/*"}}
    assert function.events == [asked, asked]


@pytest.mark.parametrize(
    ("outcome", "kind"),
    [
        (error("Unauthorized"), "UNAUTHORIZED"),
        (error("Something else"), "AUTHORIZER_FAILURE"),
        (answer("arn:aws:execute-api:*:*:*/live/GET/b"), "ACCESS_DENIED"),
    ],
)
def test_what_it_refuses_is_refused(outcome: Outcome, kind: str) -> None:
    authorizer = RequestAuthorizer(Authorizer("Any", "Auth", ttl=0, takes_all=True), FakeFunction(outcome).invoke)
    with pytest.raises(RefusedError) as refused:
        asyncio.run(authorizer.authorize({"path": "/a"}, POST))
    assert refused.value.kind == kind
