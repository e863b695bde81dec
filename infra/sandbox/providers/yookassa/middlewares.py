"""Credentials, and everything that goes wrong in YooKassa's words."""

import hmac

from aiohttp import BasicAuth, web
from aiohttp.typedefs import Handler, Middleware

from infra.sandbox.faults import CommitThenErrorError, Faults
from infra.sandbox.payments.service import NotFoundError
from infra.sandbox.payments.states import AmountError, TransitionError
from infra.sandbox.providers.yookassa.errors import YooKassaError, invalid
from infra.sandbox.providers.yookassa.objects import STATUSES
from infra.sandbox.requests.bodies import BodyError
from infra.sandbox.requests.refusals import answering


def answers(faults: Faults) -> Middleware:
    return answering(faults, _refusal)


def credentials(shop_id: str, secret_key: str) -> Middleware:
    """Basic authentication by shop id and key, before anything else is looked at."""
    expected = BasicAuth(shop_id, secret_key).encode()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), expected.encode()):
            raise YooKassaError("invalid_credentials", "Wrong shop id or secret key", "Authorization")
        return await handler(request)

    return middleware


def _refusal(error: Exception) -> YooKassaError | None:
    match error:
        case YooKassaError():
            return error
        case BodyError():
            return invalid("The body is not valid JSON")
        case NotFoundError():
            return YooKassaError("not_found", "There is no such payment or refund", "id")
        case TransitionError():
            return invalid(f"A payment that is {STATUSES[error.payment.status]} does not allow this")
        case AmountError():
            return invalid("More than what is left of the payment", "amount.value")
        case CommitThenErrorError():
            return YooKassaError("internal_server_error", "The result is unknown: repeat with the same key")
        case web.HTTPNotFound():
            return YooKassaError("not_found", "There is no such path")
        case web.HTTPMethodNotAllowed():
            return YooKassaError("method_not_allowed", "The path does not know this method")
        case web.HTTPRequestEntityTooLarge():
            return invalid("The body is too large")
    return None
