"""Which ways to pay are on: the payment service knows it, and is asked once a minute at most."""

from datetime import datetime, timedelta

from booking.studio.ports import MethodsOnOffer, PaymentMethodsUnknownError
from core.clock import Clock
from core.observability import logger
from shared_schemas.payment.methods import OfferedProvider

REMEMBERED = timedelta(minutes=1)


class PaymentMethods:
    """What was last heard of it. An outage costs one wait a minute, and leaves what was known before."""

    def __init__(self, service: MethodsOnOffer, clock: Clock) -> None:
        self._service = service
        self._clock = clock
        self._known: list[OfferedProvider] | None = None
        self._until: datetime | None = None

    def current(self) -> list[OfferedProvider] | None:
        """None where nothing was ever heard."""
        now = self._clock.now()
        if self._until is None or now >= self._until:
            try:
                self._known = self._service.offered()
            except PaymentMethodsUnknownError:
                logger.warning("The payment service does not say which ways to pay are on", exc_info=True)
            self._until = now + REMEMBERED
        return self._known
