"""The providers of a channel, one after the other."""

import time
from collections.abc import Callable, Mapping

from core.observability import count, logger
from notification.channels.port import Accepted, Parcel, Provider, Tracked
from notification.errors import DeliveryError, RefusedHereError, TransientDeliveryError, UnknownDeliveryError

REST_SECONDS = 60.0
"""How long a provider that failed is asked after the others, so that its time-outs do not delay everybody."""


class FailOver:
    """Passes a message to the first provider that takes it.

    One that is down is passed over at once. One that may have the message is asked; where it cannot tell, no other gets
    it in this attempt, for a person should not read everything twice."""

    def __init__(self, providers: Mapping[str, Provider], now: Callable[[], float] = time.monotonic) -> None:
        """`providers` in the order of preference."""
        self._providers = providers
        self._now = now
        self._failed_at: dict[str, float] = {}

    def send(self, parcel: Parcel) -> Accepted:
        """Raises a `DeliveryError`: of those that failed, what a retry may help with."""
        if parcel.attempt > 1 and (found := self.find(parcel)):
            return found
        failures: list[DeliveryError] = []
        for name in self._order():
            taken = self._try(name, parcel, failures)
            if taken is not None:
                return self._accepted(name, taken)
        passing = [failure for failure in failures if isinstance(failure, TransientDeliveryError)]
        raise [*passing, *failures][0]

    def find(self, parcel: Parcel) -> Accepted | None:
        """Who has got it in an earlier attempt, of those that can tell."""
        for name in self._order():
            try:
                reference = self._providers[name].find(parcel)
            except TransientDeliveryError:
                continue
            if reference is not None:
                return self._accepted(name, reference)
        return None

    def _accepted(self, name: str, reference: str) -> Accepted:
        # Without an id there is nothing to ask by.
        tracked = bool(reference) and isinstance(self._providers[name], Tracked)
        return Accepted(name, reference, tracked=tracked)

    def _try(self, name: str, parcel: Parcel, failures: list[DeliveryError]) -> str | None:
        provider = self._providers[name]
        try:
            reference = provider.send(parcel)
        except RefusedHereError as error:
            failures.append(error)
        except UnknownDeliveryError as error:
            self._note(name, error)
            if (known := self._asked(provider, parcel, error)) is not None:
                return known
            failures.append(error)
        except TransientDeliveryError as error:
            self._note(name, error)
            failures.append(error)
        else:
            self._failed_at.pop(name, None)
            return reference
        return None

    @staticmethod
    def _asked(provider: Provider, parcel: Parcel, error: UnknownDeliveryError) -> str | None:
        try:
            return provider.find(parcel)
        except TransientDeliveryError:
            raise error from None

    def _note(self, name: str, error: DeliveryError) -> None:
        self._failed_at[name] = self._now()
        logger.warning("A provider failed", provider=name, reason=error.reason)
        count("ProviderFailures", provider=name)

    def _order(self) -> list[str]:
        now = self._now()
        resting = {name for name, at in self._failed_at.items() if now - at < REST_SECONDS}
        return sorted(self._providers, key=lambda name: name in resting)
