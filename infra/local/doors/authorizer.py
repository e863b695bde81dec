"""TOKEN authorisers: asked once per token and remembered for as long as the template says, or asked each time.
REQUEST authorisers: asked about each request, whether it has a token or not."""

import asyncio
import json
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.doors.policy import allows
from infra.local.execution.invocation import Failure, Outcome
from infra.local.machine.logs import log
from infra.local.template.model import Authorizer

CACHE_SIZE = 10_000
Invoke = Callable[[str, bytes], Awaitable[Outcome]]


class RefusedError(Exception):
    """The request may not pass; `kind` is the gateway response to give, `message` its text if not usual."""

    def __init__(self, kind: str, message: str | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.message = message


@dataclass(frozen=True)
class Verdict:
    """What an authoriser said of a token: the policy, and the context for the function."""

    policy: dict[str, Any]
    context: dict[str, Any]
    expires_at: float


class RequestAuthorizer:
    """One that judges whole requests."""

    def __init__(self, authorizer: Authorizer, invoke: Invoke) -> None:
        self._authorizer = authorizer
        self._invoke = invoke

    async def authorize(self, event: Mapping[str, Any], arn: str) -> dict[str, Any]:
        """The context to hand to the function that `event` is for; a `RefusedError` says why it may not pass."""
        asked = {name: value for name, value in event.items() if name not in ("body", "isBase64Encoded")}
        policy, context = await _asked(self._invoke, self._authorizer, {"type": "REQUEST", "methodArn": arn, **asked})
        return _let_in(policy, context, arn)


class TokenAuthorizer:
    """One authoriser with its memory."""

    def __init__(self, authorizer: Authorizer, invoke: Invoke, clock: Callable[[], float] = time.monotonic) -> None:
        self._authorizer = authorizer
        self._invoke = invoke
        self._clock = clock
        self._verdicts: OrderedDict[str, Verdict] = OrderedDict()
        self._asking: dict[str, asyncio.Task[Verdict]] = {}
        self._validation = re.compile(authorizer.validation) if authorizer.validation else None

    @property
    def header(self) -> str:
        """The header that holds the token."""
        return self._authorizer.header

    async def authorize(self, token: str | None, arn: str) -> dict[str, Any]:
        """The context to hand to the function; a `RefusedError` says why the request may not pass."""
        if not token or (self._validation and not self._validation.fullmatch(token)):
            raise RefusedError("UNAUTHORIZED")
        verdict = await self._verdict(token, arn)
        return _let_in(verdict.policy, verdict.context, arn)

    def forget(self) -> None:
        """Ask again for every token."""
        self._verdicts.clear()

    async def _verdict(self, token: str, arn: str) -> Verdict:
        if self._authorizer.ttl == 0:
            return await self._ask(token, arn)
        return self._remembered(token) or await self._ask_once(token, arn)

    def _remembered(self, token: str) -> Verdict | None:
        verdict = self._verdicts.get(token)
        if verdict and verdict.expires_at <= self._clock():
            del self._verdicts[token]
            return None
        return verdict

    async def _ask_once(self, token: str, arn: str) -> Verdict:
        # Requests that come together with the same new token share one question.
        if token not in self._asking:
            task = asyncio.create_task(self._ask(token, arn))
            self._asking[token] = task
            task.add_done_callback(lambda _task: self._asking.pop(token, None))
        return await asyncio.shield(self._asking[token])

    async def _ask(self, token: str, arn: str) -> Verdict:
        event = {"type": "TOKEN", "authorizationToken": token, "methodArn": arn}
        policy, context = await _asked(self._invoke, self._authorizer, event)
        verdict = Verdict(policy, context, self._clock() + self._authorizer.ttl)
        if self._authorizer.ttl > 0:
            self._remember(token, verdict)
        return verdict

    def _remember(self, token: str, verdict: Verdict) -> None:
        self._verdicts[token] = verdict
        if len(self._verdicts) > CACHE_SIZE:
            self._verdicts.popitem(last=False)


async def _asked(
    invoke: Invoke, authorizer: Authorizer, event: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The policy that the authoriser's function answers with, and the context."""
    outcome = await invoke(authorizer.function, json.dumps(event).encode())
    if outcome.failure:
        raise _refusal(outcome)
    answer = json.loads(outcome.payload)
    if not isinstance(answer, dict) or not {"principalId", "policyDocument"} <= set(answer):
        log.error("The authoriser's answer lacks principalId or policyDocument")
        raise RefusedError("AUTHORIZER_CONFIGURATION_ERROR")
    context: dict[str, Any] = {key: _text(value) for key, value in (answer.get("context") or {}).items()}
    return answer["policyDocument"], context | {"principalId": answer["principalId"], "integrationLatency": 0}


def _let_in(policy: dict[str, Any], context: dict[str, Any], arn: str) -> dict[str, Any]:
    try:
        allowed = allows(policy, arn)
    except ValueError as error:
        log.error("The authoriser returned a malformed policy: %s", error)
        raise RefusedError("AUTHORIZER_CONFIGURATION_ERROR") from None
    if not allowed:
        raise RefusedError("ACCESS_DENIED")
    return context


def _refusal(outcome: Outcome) -> RefusedError:
    # The one message that API Gateway understands, to the letter.
    if outcome.failure is Failure.ERROR and outcome.error().get("errorMessage") == "Unauthorized":
        return RefusedError("UNAUTHORIZED")
    log.error("The authoriser failed: %s", outcome.error().get("errorMessage"))
    return RefusedError("AUTHORIZER_FAILURE")


def _text(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
