"""Who the studio is: read by everybody, replaced by administrators; each change is a new version."""

from collections.abc import Callable

from booking.settings import BookingSettings
from booking.studio.domain import card, halls_without, studio_violations
from booking.studio.errors import AddressInUseError
from booking.studio.payment_methods import PaymentMethods
from booking.studio.ports import Work
from core.clock import Clock
from core.identity import Identity
from core.trail.deed import note
from shared_schemas.booking.policy import Policy
from shared_schemas.booking.studio import HoldLimits, Studio, StudioCard, StudioRequest
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.studio import StudioChanged
from shared_schemas.uploads.photos import Logo


class Studios:
    """Read and replace what the studio says of itself."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, settings: BookingSettings, methods: PaymentMethods
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._settings = settings
        self._methods = methods

    def current(self) -> Studio:
        """With the limits of holds, and the ways to pay that are on."""
        with self._unit_of_work() as work:
            studio, policy, logo = work.studio.current(), work.policies.current(), work.photos.logo()
        return self._shown(studio, policy, logo)

    def replace(self, request: StudioRequest, caller: Identity, edited: int | None = None) -> Studio:
        """Put a new version in force; `RuleViolationError` for what stands there twice.

        `AddressInUseError` if halls are at an address that it lacks; `StudioChangedError` if the version that was
        `edited` is not the newest any more."""
        if found := studio_violations(request):
            raise RuleViolationError(found)
        wanted = card(request)
        with self._unit_of_work() as work:
            work.studio.lock()
            before = work.studio.current()
            stored = work.studio.add(wanted, caller.subject, self._clock.now(), edited)
            if halls := halls_without(stored, work.halls.at_addresses()):
                raise AddressInUseError(halls=", ".join(halls))
            note(before=before, after=stored)
            work.emit(StudioChanged(studio_version=stored.version, by=caller.user_id))
            policy, logo = work.policies.current(), work.photos.logo()
            work.commit()
        return self._shown(stored, policy, logo)

    def _shown(self, studio: StudioCard, policy: Policy, logo: Logo | None) -> Studio:
        hold = HoldLimits(
            minutes=policy.hold_minutes or self._settings.hold_minutes,
            offer_minutes=policy.offer_minutes,
            max_unpaid_holds=policy.max_unpaid_holds,
            max_unpaid_hours=policy.max_unpaid_hours,
        )
        return Studio(**dict(studio), hold=hold, logo=logo, payment_methods=self._methods.current())
