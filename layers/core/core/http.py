"""Chalice routes from typed functions: parse, check the identity, call, map the result or the error.

    @api.endpoint("POST /v1/bookings", status=201, allow=CLIENTS, errors=[SlotTakenError])
    def create_booking(body: BookingRequest, identity: Identity, key: IdempotencyKey | None) -> Booking: ...

Path parameters go by name; `body`, `query`, `identity`, `key` (of idempotency), `locale` and `request` are special.
"""

from collections.abc import Callable, Collection, Sequence
from typing import Any, TypeVar

from chalice import Chalice, Response
from chalice.app import Request
from pydantic import BaseModel, ValidationError

from core.bodies import raw_body, read_body
from core.context import flow
from core.forms import JSON, Form, chosen
from core.headers import flow_id, idempotency_key
from core.idempotency import IdempotencyKey, fingerprint
from core.identity import Caller, Identity, require
from core.languages import preferred
from core.observability import count, logger
from core.operations import BODY_LIMIT, PUBLIC, Operation
from core.problems import InvalidRequestError, render
from core.retries import retried
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError, Locale

F = TypeVar("F", bound=Callable[..., Any])


class Api:
    """A Chalice application and the operations it serves."""

    def __init__(self, service: str) -> None:
        self.app = Chalice(app_name=service, configure_logs=False)
        self.operations: list[Operation] = []

    def endpoint(
        self,
        route: str,
        *,
        status: int = 200,
        allow: Collection[Caller] = PUBLIC,
        errors: Sequence[type[CycloramaError]] = (),
        forms: Sequence[Form] = (),
        media_type: str = JSON,
        body_limit: int = BODY_LIMIT,
    ) -> Callable[[F], F]:
        """Serve `route` ("POST /v1/bookings") by the decorated function, to whom `allow` names: people by role,
        services by name.

        `forms` are what the answer can be beside JSON, for who asks; `media_type` is what a function writes that
        answers with a `Response` of its own; `body_limit` is in bytes."""
        method, path = route.split(" ")

        def register(function: F) -> F:
            operation = Operation(method, path, function, status, allow, errors, forms, media_type, body_limit)
            self.operations.append(operation)

            def view(**path_values: str) -> Response:
                return _serve(operation, self.app.current_request, path_values)

            view.__name__ = function.__name__
            self.app.route(path, methods=[method], content_types=[], name=operation.name)(view)
            return function

        return register


def _serve(operation: Operation, request: Request, path_values: dict[str, str]) -> Response:
    locale = preferred(request.headers.get("accept-language", ""))
    try:
        correlation_id, causation_id, unreadable = *_flow_of(request), None
    except CycloramaError as error:
        correlation_id, causation_id, unreadable = None, None, error
    with flow(correlation_id, causation_id) as current:
        try:
            if unreadable:
                raise unreadable
            response = retried(lambda: _answer(operation, request, path_values, locale))
        except CycloramaError as error:
            problem = render(error, locale, current.correlation_id)
            response = Response(problem.body, dict(problem.headers), problem.status)
            count("Refused", operation=operation.name, code=error.code)
        except Exception:
            logger.exception("An unexpected failure", operation=operation.name)
            problem = render(CycloramaError(), locale, current.correlation_id)
            response = Response(problem.body, dict(problem.headers), problem.status)
        response.headers["X-Correlation-Id"] = current.correlation_id
        return response


def _flow_of(request: Request) -> tuple[str | None, str | None]:
    """The flow that this belongs to, and what led here: the event that another service is handling, or the request."""
    caller = request.context.get("authorizer") or {}
    told = flow_id(request, "X-Causation-Id") if caller.get("role") == Role.SERVICE else None
    return flow_id(request, "X-Correlation-Id"), told or request.context.get("requestId")


def _answer(operation: Operation, request: Request, path_values: dict[str, str], locale: Locale) -> Response:
    identity = Identity.from_authorizer(request.context.get("authorizer"))
    if operation.allow:
        identity = require(identity, operation.allow)
    arguments = _path(operation, path_values) | _special(operation, request, identity, locale)
    result = operation.function(**arguments)
    if isinstance(result, Response):
        return result
    if result is None:
        return Response("", {}, 204)
    return _written(operation, request, result, locale)


def _written(operation: Operation, request: Request, result: Any, locale: Locale) -> Response:
    headers = {"Vary": "Accept, Accept-Language"} if operation.forms else {}
    asked = (request.query_params or {}).get("format")
    if form := chosen(operation.forms, asked, request.headers.get("accept", "")):
        headers |= {"Content-Type": form.content_type, **form.headers}
        return Response(form.render(result, locale), headers, operation.status)
    body = operation.answer.dump_json(result, exclude_none=True).decode()
    return Response(body, headers | {"Content-Type": JSON}, operation.status)


def _special(operation: Operation, request: Request, identity: Identity | None, locale: Locale) -> dict[str, Any]:
    values: dict[str, Any] = {"identity": identity, "locale": locale, "request": request}
    if operation.body:
        values["body"] = read_body(operation.body, operation.body_limit, request)
    if operation.query:
        values["query"] = _query(operation.query, request)
    if operation.idempotent:
        values["key"] = _idempotency_key(operation, request, identity)
    return {name: value for name, value in values.items() if name in operation.hints}


def _path(operation: Operation, values: dict[str, str]) -> dict[str, Any]:
    parsed: dict[str, Any] = {}
    for name, adapter in operation.path_parameters.items():
        try:
            parsed[name] = adapter.validate_strings(values[name])
        except ValidationError as error:
            raise InvalidRequestError(error, prefix=name) from None
    return parsed


def _query(model: type[BaseModel], request: Request) -> BaseModel:
    try:
        return model.model_validate_strings(dict(request.query_params or {}))
    except ValidationError as error:
        raise InvalidRequestError(error) from None


def _idempotency_key(operation: Operation, request: Request, identity: Identity | None) -> IdempotencyKey | None:
    if (value := idempotency_key(request)) is None:
        return None
    principal = identity.subject if identity else "anonymous"
    return IdempotencyKey(
        principal, f"{operation.method} {request.context['path']}", value, fingerprint(raw_body(request))
    )
