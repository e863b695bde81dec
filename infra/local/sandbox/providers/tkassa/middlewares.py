"""Everything that goes wrong, in T-Kassa's words."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from infra.local.sandbox.bodies import BodyError
from infra.local.sandbox.faults import CommitThenErrorError, Faults
from infra.local.sandbox.payments.service import NotFoundError
from infra.local.sandbox.payments.states import AmountError, TransitionError
from infra.local.sandbox.providers.tkassa.errors import (
    INTERNAL,
    INVALID,
    NOT_FOUND,
    TOO_MUCH,
    WRONG_STATE,
    TKassaError,
)

log = logging.getLogger("sandbox")


def answers(faults: Faults) -> Middleware:
    """Latency first, and errors as JSON."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        await faults.before()
        try:
            return await handler(request)
        except CommitThenErrorError:
            return web.json_response(TKassaError(INTERNAL, "Результат неизвестен").body(), status=500)
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            log.info("%s %s refused: %s %s", request.method, request.path, refusal.code, refusal)
            return web.json_response(refusal.body(), status=refusal.status)

    return middleware


def _refusal(error: Exception) -> TKassaError | None:
    match error:
        case TKassaError():
            return error
        case BodyError():
            return TKassaError(INVALID, str(error))
        case NotFoundError():
            return TKassaError(NOT_FOUND)
        case TransitionError():
            return TKassaError(WRONG_STATE)
        case AmountError():
            return TKassaError(TOO_MUCH)
    return None
