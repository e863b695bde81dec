"""What gateways refuse for a reason of ours: in the log each time, before operators once for each cause."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from core.clock import Clock
from core.observability import count, logger
from payment.domain import Attempt
from payment.ports import Work
from payment.providers.base import Gateway, GatewayFaultError, GatewayRefusedError
from shared_schemas.events import ServiceError

SUBSCRIBER = "gateway-faults"
CODE = "gateway_fault"


class Faults:
    """Tells operators what gateways say; a cause that stays is told again every hour."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def tell(self, provider: str, operation: str, fault: GatewayFaultError, attempt: Attempt | None) -> None:
        """Whom it hit first stands for all of the hour."""
        logger.error(
            "A gateway refuses what is ours to repair",
            provider=provider,
            operation=operation,
            code=fault.code,
            words=fault.words,
        )
        count("GatewayFaults", provider=provider, code=fault.code)
        with self._unit_of_work() as work:
            if work.inbox.accept(SUBSCRIBER, self._cause(provider, operation, fault)):
                work.emit(_error(provider, operation, fault, attempt))
            work.commit()

    def _cause(self, provider: str, operation: str, fault: GatewayFaultError) -> UUID:
        """Sums and numbers differ from payer to payer, and are the same cause."""
        words = re.sub(r"\d+", "#", fault.words)
        hour = self._clock.now().strftime("%Y-%m-%dT%H")
        return uuid5(NAMESPACE_URL, "|".join((provider, operation, fault.code, words, hour)))


class _Watched:
    """A gateway all of whose calls are watched, those to come as well."""

    def __init__(self, provider: str, gateway: Gateway, faults: Faults) -> None:
        self._provider = provider
        self._gateway = gateway
        self._faults = faults

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        call = getattr(self._gateway, operation)

        @wraps(call)
        def watched(*given: Any, **named: Any) -> Any:
            try:
                return call(*given, **named)
            except GatewayFaultError as fault:
                attempt = next((value for value in given if isinstance(value, Attempt)), None)
                self._faults.tell(self._provider, operation, fault, attempt)
                raise
            except GatewayRefusedError as error:
                logger.info(
                    "A gateway refuses",
                    provider=self._provider,
                    operation=operation,
                    code=error.code,
                    words=error.detail,
                )
                raise

        return watched


def watched(gateways: Mapping[str, Gateway], faults: Faults) -> dict[str, Gateway]:
    """The same gateways, none of whose words get lost."""
    return {name: cast("Gateway", _Watched(name, gateway, faults)) for name, gateway in gateways.items()}


def _error(provider: str, operation: str, fault: GatewayFaultError, attempt: Attempt | None) -> ServiceError:
    return ServiceError(
        service="payment",
        operation=f"{provider}.{operation}",
        code=f"{CODE}_{fault.code}",
        detail=f"{provider} refuses {operation}, which is ours to repair: {fault}",
        booking_id=attempt.booking_id if attempt else None,
        payment_id=attempt.payment_id if attempt else None,
    )
