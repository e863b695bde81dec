"""Everything that goes wrong, in T-Kassa's words."""

from aiohttp.typedefs import Middleware

from infra.sandbox.faults import CommitThenErrorError, Faults
from infra.sandbox.payments.service import NotFoundError
from infra.sandbox.payments.states import AmountError, TransitionError
from infra.sandbox.providers.tkassa.errors import (
    INTERNAL,
    INVALID,
    NOT_FOUND,
    TOO_MUCH,
    WRONG_STATE,
    TKassaError,
)
from infra.sandbox.requests.bodies import BodyError
from infra.sandbox.requests.refusals import answering


def answers(faults: Faults) -> Middleware:
    return answering(faults, _refusal)


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
        case CommitThenErrorError():
            return TKassaError(INTERNAL, "Результат неизвестен")
    return None
