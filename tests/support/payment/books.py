"""A payment service whose books are compared with those of a gateway that keeps its own time."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from payment.attempts.domain import Attempt
from payment.gateways.words import GatewayPayment
from shared_schemas.events.operations import ServiceError
from shared_schemas.payment.books import Difference, Reconciliation, ReconciliationRequest
from shared_schemas.payment.payments import Payment
from tests.support.clock import NOW
from tests.support.payment.refunds import SlowGateway, Treasury

# The day before NOW, and its noon.
SINCE, UNTIL = NOW.replace(hour=0) - timedelta(days=1), NOW.replace(hour=0)
NOON = SINCE + timedelta(hours=12)


def nothing() -> None:
    """Nobody is in between."""


@dataclass
class Bookkeeper(SlowGateway):
    """It lists what was created in a time by its own clock, unless it is `listless`.

    `after_list` happens between its list and whatever follows."""

    created: dict[str, datetime] = field(default_factory=dict)
    listless: bool = False
    asked: list[str] = field(default_factory=list)
    after_list: Callable[[], None] = nothing

    def list_payments(self, since: datetime, until: datetime) -> list[GatewayPayment] | None:  # type: ignore[override]
        if self.listless:
            return None
        every = super().list_payments(since, until)
        listed = [payment for payment in every if since <= self.created.get(payment.id, NOON) < until]
        self.after_list()
        return listed

    def fetch(self, gateway_payment_id: str) -> GatewayPayment:
        self.asked.append(gateway_payment_id)
        return super().fetch(gateway_payment_id)

    def takes(self, gateway_id: str, attempt: Attempt | None = None, **changes: Any) -> GatewayPayment:
        """A payment that it got without us."""
        values: dict[str, Any] = {
            "status": "succeeded",
            "amount": 200_000,
            "attempt_id": str(attempt.id) if attempt else None,
        }
        self.payments[gateway_id] = GatewayPayment(**{"id": gateway_id, "currency": "RUB"} | values | changes)
        return self.payments[gateway_id]


class Auditor(Treasury):
    """Yesterday's payments, compared this morning."""

    gateway: Bookkeeper

    def __init__(self, engine: Engine, gateway: Any = None, **options: Any) -> None:
        super().__init__(engine, gateway or Bookkeeper(), **options)
        self.clock.advance(hours=-18)

    def unheard(self, **changes: Any) -> Payment:
        """Something happened to a payment at the gateway that no webhook told of."""
        payment = self.pay()
        self.gateway.change(self.gateway_id(payment), **changes)
        return payment

    def morning(self) -> None:
        self.clock.go_to(NOW)

    def compared(self, more: Callable[[], bool] | None = None) -> Reconciliation:
        """What comes of comparing yesterday."""
        request = ReconciliationRequest.model_validate({"since": SINCE, "until": UNTIL})
        return self.reconciliations.compare(request, more or (lambda: True)).data[0]

    def found(self) -> list[Difference]:
        run = self.compared()
        assert run.failure is None
        return run.differences

    def alarms(self) -> list[ServiceError]:
        told = [error for error in self.told("service.error") if isinstance(error, ServiceError)]
        return [error for error in told if error.operation == "reconcile"]
