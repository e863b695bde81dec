"""The REST API: route, throttle, authorise, invoke, answer."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from infra.local.doors import rest_event
from infra.local.doors.authorizer import Invoke, RefusedError, RequestAuthorizer, TokenAuthorizer
from infra.local.doors.compression import compressed
from infra.local.doors.policy import method_arn
from infra.local.doors.refusals import refuse
from infra.local.doors.request import Request, Response
from infra.local.doors.router import Router
from infra.local.doors.throttle import Addresses, Throttles
from infra.local.execution.invocation import Failure, Outcome, PayloadTooLargeError, TooManyRequestsError
from infra.local.machine.logs import log
from infra.local.template.model import Api, Route


class RestApi:
    """Shared by all front doors, so that throttling and remembered tokens are one, as on AWS."""

    def __init__(self, api: Api, invoke: Invoke) -> None:
        self.api = api
        self._invoke = invoke
        self._throttles = Throttles(api.throttles)
        self._addresses = Addresses(api.per_address)
        known = api.authorizers.items()
        self._by_token = {name: TokenAuthorizer(a, invoke) for name, a in known if not a.takes_all}
        self._by_request = {name: RequestAuthorizer(a, invoke) for name, a in known if a.takes_all}

    def router(self, wanted: Callable[[Route], bool] = lambda _route: True) -> Router:
        """The routes of one front door."""
        return Router(filter(wanted, self.api.routes))

    async def answer(self, request: Request, router: Router) -> Response:
        """The response to a request."""
        try:
            response = await self._answer(request, router)
        except RefusedError as refused:
            response = refuse(refused.kind, request, self.api.stage, self.api.responses, refused.message)
        return compressed(request, response, self.api.minimum_compression)

    async def _answer(self, request: Request, router: Router) -> Response:
        if not self._addresses.allow(request.source_ip, time.monotonic()):
            raise RefusedError("WAF_FILTERED")
        if request.too_large:
            raise RefusedError("REQUEST_TOO_LARGE")
        match = router.match(request.method, request.path)
        if match is None or match.route is None:
            raise RefusedError("MISSING_AUTHENTICATION_TOKEN")
        route = match.route
        if not self._throttles.allow(route.path, request.method, time.monotonic()):
            raise RefusedError("THROTTLED")
        stage, binary_types = self.api.stage, self.api.binary_types
        event = rest_event.build_event(request, route, stage, match.parameters, binary_types)
        if route.authorizer:
            event["requestContext"]["authorizer"] = await self._authorize(request, route.authorizer, event)
        outcome = await self._call(route, event)
        try:
            return rest_event.read_answer(outcome.payload)
        except rest_event.MalformedAnswerError as error:
            log.error("%s returned something that is not a response: %s", route.function, error)
            raise RefusedError("INTEGRATION_FAILURE") from None

    async def _authorize(self, request: Request, name: str, event: Mapping[str, Any]) -> dict[str, Any]:
        arn = method_arn(self.api.stage, request.method, request.path)
        try:
            if by_request := self._by_request.get(name):
                return await by_request.authorize(event, arn)
            by_token = self._by_token[name]
            return await by_token.authorize(request.header(by_token.header), arn)
        except TooManyRequestsError:
            raise RefusedError("AUTHORIZER_FAILURE") from None

    async def _call(self, route: Route, event: dict[str, Any]) -> Outcome:
        try:
            outcome = await self._invoke(route.function, json.dumps(event).encode())
        except PayloadTooLargeError:
            raise RefusedError("REQUEST_TOO_LARGE") from None
        except TooManyRequestsError:
            log.warning("%s is busy: no execution environment became free", route.function)
            raise RefusedError("INTEGRATION_FAILURE") from None
        if outcome.failure is Failure.TIMEOUT:
            log.error("%s: %s", route.function, outcome.error().get("errorMessage"))
            raise RefusedError("INTEGRATION_TIMEOUT")
        if outcome.failure:
            log.error("%s failed: %s", route.function, outcome.error().get("errorMessage"))
            raise RefusedError("INTEGRATION_FAILURE")
        return outcome
