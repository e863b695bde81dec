"""The REST API: route, throttle, authorise, invoke, answer."""

import json
import time
from collections.abc import Callable
from typing import Any

from infra.local.doors import rest_event
from infra.local.doors.authorizer import Invoke, RefusedError, TokenAuthorizer
from infra.local.doors.policy import method_arn
from infra.local.doors.refusals import refuse
from infra.local.doors.request import Request, Response
from infra.local.doors.router import Router
from infra.local.doors.throttle import Throttles
from infra.local.execution.invocation import Failure, Outcome, PayloadTooLargeError, TooManyRequestsError
from infra.local.logs import log
from infra.local.template.model import Api, Route


class RestApi:
    """Shared by all front doors, so that throttling and remembered tokens are one, as on AWS."""

    def __init__(self, api: Api, invoke: Invoke) -> None:
        self._api = api
        self._invoke = invoke
        self._throttles = Throttles(api.throttles)
        self._authorizers = {name: TokenAuthorizer(a, invoke) for name, a in api.authorizers.items()}

    def router(self, wanted: Callable[[Route], bool] = lambda _route: True) -> Router:
        """The routes of one front door."""
        return Router(filter(wanted, self._api.routes))

    async def answer(self, request: Request, router: Router) -> Response:
        """The response to a request."""
        try:
            return await self._answer(request, router)
        except RefusedError as refused:
            return refuse(refused.kind, request, self._api.stage, self._api.responses, refused.message)

    async def _answer(self, request: Request, router: Router) -> Response:
        match = router.match(request.method, request.path)
        if match is None or match.route is None:
            raise RefusedError("MISSING_AUTHENTICATION_TOKEN")
        route = match.route
        if not self._throttles.allow(route.path, request.method, time.monotonic()):
            raise RefusedError("THROTTLED")
        context = await self._authorize(request, route)
        stage, binary_types = self._api.stage, self._api.binary_types
        event = rest_event.build_event(request, route, stage, match.parameters, context, binary_types)
        outcome = await self._call(route, event)
        try:
            return rest_event.read_answer(outcome.payload)
        except rest_event.MalformedAnswerError as error:
            log.error("%s answered with something that is no response: %s", route.function, error)
            raise RefusedError("INTEGRATION_FAILURE") from None

    async def _authorize(self, request: Request, route: Route) -> dict[str, Any] | None:
        if route.authorizer is None:
            return None
        authorizer = self._authorizers[route.authorizer]
        arn = method_arn(self._api.stage, request.method, request.path)
        try:
            return await authorizer.authorize(request.header(authorizer.header), arn)
        except TooManyRequestsError:
            raise RefusedError("AUTHORIZER_FAILURE") from None

    async def _call(self, route: Route, event: dict[str, Any]) -> Outcome:
        try:
            outcome = await self._invoke(route.function, json.dumps(event).encode())
        except PayloadTooLargeError:
            raise RefusedError("REQUEST_TOO_LARGE") from None
        except TooManyRequestsError:
            log.warning("%s is busy: no execution environment came free", route.function)
            raise RefusedError("INTEGRATION_FAILURE") from None
        if outcome.failure is Failure.TIMEOUT:
            log.error("%s: %s", route.function, outcome.error().get("errorMessage"))
            raise RefusedError("INTEGRATION_TIMEOUT")
        if outcome.failure:
            log.error("%s failed: %s", route.function, outcome.error().get("errorMessage"))
            raise RefusedError("INTEGRATION_FAILURE")
        return outcome
