"""Chalice routes from typed functions: parse, check the identity, call, map the result or the error.

    @api.endpoint("POST /v1/bookings", status=201, errors=[SlotTakenError])
    def create_booking(body: BookingRequest, identity: Identity, key: IdempotencyKey | None) -> Booking: ...

Path parameters are matched by name; `body`, `query`, `identity`, `key` (of idempotency), `language`, `locale` and
`request` are special. Any other name is a `TypeError` when the endpoint is registered. `locale` is what to write to a
caller in; `language` is the same where the caller asks for one of ours, and otherwise None.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from chalice import Chalice, Response
from chalice.app import Request
from pydantic import BaseModel, ValidationError

from core.context import flow
from core.http.bodies import raw_body, read_body
from core.http.browsers import Browsers
from core.http.deeds import deed_of
from core.http.headers import flow_id, idempotency_key
from core.http.idempotency import IdempotencyKey, fingerprint
from core.http.languages import preferred, wanted
from core.http.limits import Calls
from core.http.operations import BODY_LIMIT, Operation
from core.http.problems import InvalidRequestError, MethodNotAllowedError, render
from core.http.representations import JSON, Form, Written, chosen
from core.http.sizes import require_gzip
from core.http.withheld import without_people
from core.identity import Identity, require
from core.observability import count, logger
from core.postgres.retries import retried
from core.trail.deed import doing
from shared_schemas.access import ACCESS, Access
from shared_schemas.common import Role
from shared_schemas.errors import CycloramaError, Locale

F = TypeVar("F", bound=Callable[..., Any])


class Api:
    """A Chalice application and the operations it serves."""

    def __init__(self, service: str, access: Mapping[str, Access] = ACCESS) -> None:
        self._access = access
        self.calls: Callable[[], Calls] | None = None
        """Counts calls where it is set; asked for at the first request."""
        self.app = Chalice(app_name=service, configure_logs=False)
        self.app.register_middleware(Browsers(self.app, _no_such_method), "http")
        self.operations: list[Operation] = []

    def endpoint(
        self,
        route: str,
        *,
        status: int = 200,
        errors: Sequence[type[CycloramaError]] = (),
        forms: Sequence[Form] = (),
        media_type: str = JSON,
        body_limit: int = BODY_LIMIT,
        leaves_line: bool = False,
    ) -> Callable[[F], F]:
        """Serve `route` ("POST /v1/bookings") by the decorated function, for those who may call it.

        `KeyError` where `shared_schemas.access` does not say who they are.

        `forms` are other representations than JSON that a caller may ask for; `media_type` is that of a function
        which returns a `Response` of its own; `body_limit` is in bytes. What staff change
        leaves a line in the trail anyhow; with `leaves_line` so does a GET whose use case commits."""
        method, path = route.split(" ")
        access = self._access[route]

        def register(function: F) -> F:
            operation = Operation(
                method, path, function, status, access, errors, forms, media_type, body_limit, leaves_line
            )
            self.operations.append(operation)

            def view(**path_values: str) -> Response:
                return _serve(operation, self.app.current_request, path_values, self.calls)

            view.__name__ = function.__name__
            methods = [method, *(["HEAD"] if method == "GET" else [])]
            self.app.route(path, methods=methods, content_types=[], name=operation.name)(view)
            return function

        return register


def _serve(
    operation: Operation, request: Request, path_values: dict[str, str], calls: Callable[[], Calls] | None
) -> Response:
    counted: dict[str, str] = {}

    def answer(locale: Locale) -> Response:
        identity = _admitted(operation, request)
        # A request that is run again was counted before.
        if calls and operation.access.limit and operation.access.is_counted and not counted:
            calls().charge(operation.access.limit, identity, request, counted)
        answered = _answer(operation, request, path_values, identity, locale)
        if operation.for_strangers:
            require_gzip(request, answered)
        return answered

    response = _in_flow(request, operation.name, answer)
    response.headers |= counted
    if operation.cached and response.status_code == 200:
        response.headers.setdefault("Cache-Control", "no-cache")
    return response


def _no_such_method(request: Request) -> Response:
    def refuse(_locale: Locale) -> Response:
        raise MethodNotAllowedError(method=request.method)

    return _in_flow(request, "none", refuse)


def _in_flow(request: Request, name: str, answer: Callable[[Locale], Response]) -> Response:
    """What `answer` gives, or its error as a problem, within the flow that the request belongs to."""
    locale = preferred(request.headers.get("accept-language", ""))
    try:
        correlation_id, causation_id, unreadable = *_flow_of(request), None
    except CycloramaError as error:
        correlation_id, causation_id, unreadable = None, None, error
    with flow(correlation_id, causation_id) as current:
        try:
            if unreadable:
                raise unreadable
            response = retried(lambda: answer(locale))
        except CycloramaError as error:
            problem = render(error, locale, current.correlation_id)
            response = Response(problem.body, dict(problem.headers), problem.status)
            count("Refused", operation=name, code=error.code)
        except Exception:
            logger.exception("An unexpected failure", operation=name)
            problem = render(CycloramaError(), locale, current.correlation_id)
            response = Response(problem.body, dict(problem.headers), problem.status)
        response.headers["X-Correlation-Id"] = current.correlation_id
        return response


def _flow_of(request: Request) -> tuple[str | None, str | None]:
    """The flow of a request, and its cause: the event that another service is handling, or the request itself."""
    caller = request.context.get("authorizer") or {}
    told = flow_id(request, "X-Causation-Id") if caller.get("role") == Role.SERVICE else None
    return flow_id(request, "X-Correlation-Id"), told or request.context.get("requestId")


def _admitted(operation: Operation, request: Request) -> Identity | None:
    identity = Identity.from_authorizer(request.context.get("authorizer"))
    may_be_nobody = operation.access.is_open or (operation.access.strangers and identity is None)
    return identity if may_be_nobody else require(identity, operation.access)


def _answer(
    operation: Operation, request: Request, path_values: dict[str, str], identity: Identity | None, locale: Locale
) -> Response:
    arguments = _path(operation, path_values) | _special(operation, request, identity, locale)
    with doing(deed_of(operation, request, identity, arguments)):
        result = operation.function(**arguments)
    if isinstance(result, Response):
        return result
    if result is None:
        return Response("", {}, 204)
    if identity is not None and not identity.sees_people:
        result = without_people(result)
    return _written(operation, request, result, locale)


def _written(operation: Operation, request: Request, result: Any, locale: Locale) -> Response:
    headers = {"Vary": "Accept, Accept-Language"} if operation.forms else {}
    if operation.hints.keys() & {"language", "locale"}:
        headers.setdefault("Vary", "Accept-Language")
    asked = (request.query_params or {}).get("format")
    if form := chosen(operation.forms, asked, request.headers.get("accept", "")):
        headers |= {"Content-Type": form.content_type, **form.headers}
        return Response(form.render(result, locale), headers, operation.status)
    written = isinstance(result, Written)
    body = result.text if written else operation.answer.dump_json(result, exclude_none=True).decode()
    return Response(body, headers | {"Content-Type": JSON}, operation.status)


def _special(operation: Operation, request: Request, identity: Identity | None, locale: Locale) -> dict[str, Any]:
    values: dict[str, Any] = {"identity": identity, "locale": locale, "request": request}
    if "language" in operation.hints:
        values["language"] = wanted(request.headers.get("accept-language", ""))
    if operation.body:
        values["body"] = read_body(operation.body, operation.body_limit, request, needed=operation.needs_body)
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
