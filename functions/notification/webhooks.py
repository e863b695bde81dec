"""The function URL that providers of messages call: `/webhooks/{provider}`, as each of them does.

200 means that it was heard. Nothing in a call is believed: it says when a provider is worth asking."""

import base64
from typing import Any

from aws_lambda_powertools.event_handler import LambdaFunctionUrlResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as RouteNotFoundError

from core.context import current_flow, flow
from core.http.problems import render
from core.observability import logger
from notification import composition
from notification.errors import CallbackMalformedError, MessageProviderUnknownError
from shared_schemas.errors import CycloramaError, UnavailableError

MAX_BYTES = 64 * 1024
app = LambdaFunctionUrlResolver()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Serve one HTTP request (payload format 2.0)."""
    with flow(None, event["requestContext"].get("requestId")):
        return app.resolve(event, context)


@app.post("/webhooks/<provider>")
def receive(provider: str) -> Response[str]:
    """Take in what a provider tells."""
    try:
        answer = _heard(provider, app.current_event.raw_event)
    except CycloramaError as error:
        logger.warning("A provider's call was refused", provider=provider[:32], code=error.code)
        return _problem(error)
    except Exception:
        logger.exception("A provider's call could not be handled", provider=provider[:32])
        return _problem(UnavailableError())
    return Response(200, "text/plain", answer)


def _heard(provider: str, event: dict[str, Any]) -> str:
    known, body = composition.app(), _body(event)
    if not known.hearing.hears(provider):
        return known.tracking.callback(provider, body)
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    known.hearing.update(provider, headers, body)
    return ""


@app.not_found
def nothing_here(_error: RouteNotFoundError) -> Response[str]:
    """Any other path or method."""
    return _problem(MessageProviderUnknownError())


def _body(event: dict[str, Any]) -> bytes:
    text = event.get("body") or ""
    try:
        body = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
    except ValueError:
        raise CallbackMalformedError from None
    if len(body) > MAX_BYTES:
        raise CallbackMalformedError
    return body


def _problem(error: CycloramaError) -> Response[str]:
    problem = render(error, "en", current_flow().correlation_id)
    headers = {name: value for name, value in problem.headers.items() if name != "Content-Type"}
    return Response(problem.status, problem.headers["Content-Type"], problem.body, headers)
