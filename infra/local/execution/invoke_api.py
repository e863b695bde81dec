"""Lambda's own Invoke API, so that boto3's `lambda` client works, and the runtime's status page."""

import json
from collections.abc import Awaitable, Callable, Iterable

from aiohttp import web

from infra.local.execution.invocation import PayloadTooLargeError, TooManyRequestsError
from infra.local.execution.lambdas import Lambdas, UnknownFunctionError
from infra.local.machine.guard import CONTENT_TYPE, REFUSAL, STATUS, Guard

MAX_BODY = 8 * 1024 * 1024
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class InvokeApi:
    """`POST /2015-03-31/functions/{name}/invocations`, `GET /_runtime/functions`, `GET /_runtime/health`, and `further`
    routes that are the operator's alone."""

    def __init__(self, lambdas: Lambdas, guard: Guard, further: Iterable[web.RouteDef] = ()) -> None:
        self._lambdas = lambdas
        self._guard = guard
        self._further = further

    def application(self) -> web.Application:
        """The web application to serve."""
        app = web.Application(middlewares=[self._guarded], client_max_size=MAX_BODY)
        app.router.add_post("/2015-03-31/functions/{name}/invocations", self._invoke)
        app.router.add_get("/_runtime/functions", self._describe)
        app.router.add_get("/_runtime/health", self._health)
        app.add_routes(self._further)
        return app

    @web.middleware
    async def _guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not self._guard.admits(request.headers.get):
            return web.Response(status=STATUS, body=REFUSAL, content_type=CONTENT_TYPE)
        return await handler(request)

    async def _invoke(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        try:
            logical_id = self._lambdas.find(name).function.logical_id
            payload = await request.read() or b"{}"
            json.loads(payload)
            kind = request.headers.get("X-Amz-Invocation-Type", "RequestResponse")
            if kind == "DryRun":
                return web.Response(status=204)
            if kind == "Event":
                self._lambdas.invoke_later(logical_id, payload)
                return web.Response(status=202)
            outcome = await self._lambdas.invoke(logical_id, payload)
        except UnknownFunctionError:
            return _error(404, "ResourceNotFoundException", f"Function not found: {name}")
        except ValueError as error:
            return _error(400, "InvalidRequestContentException", f"Could not parse request body into json: {error}")
        except (PayloadTooLargeError, web.HTTPRequestEntityTooLarge) as error:
            return _error(413, "RequestTooLargeException", str(error))
        except TooManyRequestsError:
            return _error(429, "TooManyRequestsException", "Rate Exceeded.")
        headers = {"X-Amz-Executed-Version": "$LATEST"}
        if outcome.failure:
            headers["X-Amz-Function-Error"] = "Unhandled"
        return web.Response(body=outcome.payload, content_type="application/json", headers=headers)

    async def _describe(self, _request: web.Request) -> web.Response:
        return web.json_response(self._lambdas.describe())

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})


def _error(status: int, kind: str, message: str) -> web.Response:
    return web.json_response({"Type": "User", "Message": message}, status=status, headers={"x-amzn-ErrorType": kind})
