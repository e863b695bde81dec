"""Turns aiohttp's requests into ours, and serves a front door."""

import json
from collections.abc import Awaitable, Callable
from datetime import datetime
from email.utils import format_datetime

from aiohttp import web

from infra.local.doors import url_event
from infra.local.doors.authorizer import Invoke
from infra.local.doors.request import Request, Response
from infra.local.doors.rest import RestApi
from infra.local.doors.router import Router
from infra.local.execution.invocation import PayloadTooLargeError, TooManyRequestsError
from infra.local.machine.logs import log

Answer = Callable[[Request], Awaitable[Response]]
# API Gateway's limit on a request.
MAX_BODY = 10 * 1024 * 1024
HOP_BY_HOP = {"connection", "content-length", "date", "keep-alive", "server", "transfer-encoding", "upgrade"}


def front_door(answer: Answer, port: int, now: Callable[[], datetime]) -> web.Server:
    """A server without a router of its own, which would only cost time."""

    async def handle(incoming: web.BaseRequest) -> web.Response:
        response = await answer(await _request(incoming, port, now()))
        # Pages ask it what time it is.
        date = {"Date": format_datetime(now(), usegmt=True)}
        outgoing = web.Response(status=response.status, body=response.body, headers=date)
        for name, value in response.headers:
            if name.lower() not in HOP_BY_HOP:
                _add_header(outgoing, name, value)
        return outgoing

    return web.Server(handle, access_log=None)


def _add_header(response: web.Response, name: str, value: str) -> None:
    if name.lower() == "content-type":
        response.headers["Content-Type"] = value
    else:
        response.headers.add(name, value)


async def _request(incoming: web.BaseRequest, port: int, now: datetime) -> Request:
    body = await _read(incoming)
    return Request(
        method=incoming.method,
        path=incoming.rel_url.raw_path,
        query=incoming.rel_url.raw_query_string,
        headers=tuple((name, value) for name, value in incoming.headers.items()),
        body=body or b"",
        too_large=body is None,
        source_ip=incoming.remote or "",
        port=port,
        protocol=f"HTTP/{incoming.version.major}.{incoming.version.minor}",
        time=now,
    )


async def _read(incoming: web.BaseRequest) -> bytes | None:
    """The body; None if there is more of it than API Gateway takes."""
    if not incoming.body_exists:
        return b""
    if (incoming.content_length or 0) > MAX_BODY:
        return None
    body = bytearray()
    async for chunk in incoming.content.iter_any():
        body += chunk
        if len(body) > MAX_BODY:
            return None
    return bytes(body)


def rest_door(api: RestApi, router: Router) -> Answer:
    """A front door with REST routes only."""

    async def answer(request: Request) -> Response:
        return await api.answer(request, router)

    return answer


def service_door(api: RestApi, router: Router, invoke: Invoke, url_function: str) -> Answer:
    """A service's own door where a function URL is mounted too: REST paths first, the rest is the URL's."""

    async def answer(request: Request) -> Response:
        if router.match(request.method, request.path):
            return await api.answer(request, router)
        return await answer_url(request, invoke, url_function)

    return answer


async def answer_url(request: Request, invoke: Invoke, function: str) -> Response:
    """What a function URL answers."""
    if request.too_large:
        return _message(413, "Request Entity Too Large")
    try:
        outcome = await invoke(function, json.dumps(url_event.build_event(request)).encode())
        if outcome.failure is None:
            return url_event.read_answer(outcome.payload)
        log.error("%s failed: %s", function, outcome.error().get("errorMessage"))
    except PayloadTooLargeError:
        return _message(413, "Request Entity Too Large")
    except TooManyRequestsError:
        return _message(429, "Too Many Requests")
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        log.error("%s returned something that is not a response: %r", function, error)
    return _message(502, "Internal Server Error")


def _message(status: int, text: str) -> Response:
    return Response(status, (("Content-Type", "application/json"),), json.dumps({"Message": text}).encode())
