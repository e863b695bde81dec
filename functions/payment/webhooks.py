"""The function URL that gateways bring their notifications to: `/webhooks/{provider}`, as each of them does.

200 means that it is stored, now or earlier; the body is the answer that the gateway expects.
After any other status the gateway delivers it again.
JSON comes by POST; Sber's older interface sends `application/x-www-form-urlencoded`, by POST or in the query of a GET.
"""

import base64
from ipaddress import IPv6Address, ip_address
from typing import Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as RouteNotFoundError

from core.context import current_flow, flow
from core.http.problems import render
from core.observability import count, logger
from payment import composition
from payment.gateways.configuration import Networks
from payment.gateways.port import WebhookRequest
from payment.paying.errors import ForeignNetworkError, MalformedNotificationError, NotificationTooLargeError
from shared_schemas.errors import CycloramaError, NotFoundError, Text, UnavailableError

MAX_BYTES = 64 * 1024
app = LambdaFunctionUrlResolver()


class RouteUnknownError(NotFoundError):
    """Only `/webhooks/{provider}` is served here."""

    code = "not_found"
    text = Text("There is nothing here", "Здесь ничего нет")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Serve one HTTP request (payload format 2.0)."""
    with flow(None, event["requestContext"].get("requestId")):
        return app.resolve(event, context)


@app.get("/webhooks/<provider>")
@app.post("/webhooks/<provider>")
def receive(provider: str) -> Response[str]:
    """Take in a gateway's notification."""
    event = app.current_event
    try:
        # One that there is not is told so by the use case.
        networks = composition.app().networks.get(provider, ())
        _require_known_network(str(event.request_context.http.source_ip), networks)
        answer = composition.app().notifications.receive(provider, _request(event.raw_event, provider))
    except CycloramaError as error:
        logger.warning("A notification was refused", provider=provider[:32], code=error.code)
        count("NotificationsRefused", code=error.code)
        return _problem(error)
    except Exception:
        # Ours to repair, and the gateway will deliver it again.
        logger.exception("A notification could not be stored", provider=provider[:32])
        return _problem(UnavailableError())
    return Response(answer.status, answer.content_type, answer.body)


@app.not_found
def nothing_here(_error: RouteNotFoundError) -> Response[str]:
    """Any other path or method."""
    return _problem(RouteUnknownError())


def _require_known_network(address: str, networks: Networks) -> None:
    """By the connection's own address: headers that name one can be forged."""
    if not networks:
        return
    try:
        source = ip_address(address)
    except ValueError:
        raise ForeignNetworkError from None
    if isinstance(source, IPv6Address) and source.ipv4_mapped:
        source = source.ipv4_mapped
    if not any(source in network for network in networks):
        raise ForeignNetworkError


def _request(event: dict[str, Any], provider: str) -> WebhookRequest:
    headers = {name.lower(): str(value) for name, value in (event.get("headers") or {}).items()}
    query = event.get("rawQueryString") or ""
    if len(query) > MAX_BYTES:
        raise NotificationTooLargeError(max_bytes=MAX_BYTES)
    return WebhookRequest(
        _body(event, provider),
        method=event["requestContext"]["http"]["method"],
        query=query,
        content_type=headers.get("content-type", ""),
        headers=headers,
    )


def _body(event: dict[str, Any], provider: str) -> bytes:
    text = event.get("body") or ""
    try:
        body = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError:
        raise MalformedNotificationError(provider=provider) from None
    if len(body) > MAX_BYTES:
        raise NotificationTooLargeError(max_bytes=MAX_BYTES)
    return body


def _problem(error: CycloramaError) -> Response[str]:
    problem = render(error, "en", current_flow().correlation_id)
    headers = {name: value for name, value in problem.headers.items() if name != "Content-Type"}
    return Response(problem.status, problem.headers["Content-Type"], problem.body, headers)
