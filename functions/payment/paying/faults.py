"""Gateways' refusals that we must fix: logged each time, reported to staff once for each cause."""

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from core.clock import Clock
from core.observability import count, logger
from core.ports import Transaction
from payment.alarms import alarm
from payment.gateways.port import Gateway, GatewayFaultError, GatewayRefusedError
from payment.gateways.words import PaymentOrder

SUBSCRIBER = "gateway-faults"
CODE = "gateway_fault"


class Faults:
    """Reports faults of gateways to staff; a lasting cause is reported again every hour."""

    def __init__(self, unit_of_work: Callable[[], Transaction], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def tell(self, provider: str, operation: str, fault: GatewayFaultError, order: PaymentOrder | None) -> None:
        """The first payment hit stands for all of that hour."""
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
                detail = f"{provider} refuses {operation}, which is ours to repair: {fault}"
                work.emit(alarm(f"{provider}.{operation}", f"{CODE}_{fault.code}", detail, order))
            work.commit()

    def _cause(self, provider: str, operation: str, fault: GatewayFaultError) -> UUID:
        """Amounts and numbers differ from payer to payer, but the cause is the same."""
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
                order = next((value for value in given if isinstance(value, PaymentOrder)), None)
                self._faults.tell(self._provider, operation, fault, order)
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
    """The same gateways, with all their faults reported."""
    return {name: cast("Gateway", _Watched(name, gateway, faults)) for name, gateway in gateways.items()}
