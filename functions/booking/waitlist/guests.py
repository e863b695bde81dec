"""Who waits without an account: staff write them down."""

from booking.access import require_staff
from booking.bookings.services.guests import TWO_CUSTOMERS, admission_key
from booking.customers.ports import Guests
from booking.waitlist.service import Waitlist
from core.http.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.booking.waitlist import WaitlistEntry, WaitlistRequest
from shared_schemas.errors import Locale, RuleViolationError
from shared_schemas.guests import GuestAdmission, GuestRequest


class WaitingGuests:
    """Has them let in by the gateway first, as for a booking: a caller is known again by number and name."""

    def __init__(self, waitlist: Waitlist, guests: Guests) -> None:
        self._waitlist = waitlist
        self._guests = guests

    def join(
        self,
        request: WaitlistRequest,
        guest: GuestRequest,
        caller: Identity,
        key: IdempotencyKey | None,
        locale: Locale,
    ) -> WaitlistEntry:
        """The errors of `Waitlist.join`; `OverrideNotAllowedError` if a client names a guest; `RuleViolationError` for
        two customers; `ConsentOutdatedError`, `ConsentNotOwnError`; `AccountsUnavailableError`, after which the request
        is to be repeated with its key."""
        require_staff(caller, request, "guest")
        if request.customer_id:
            raise RuleViolationError([TWO_CUSTOMERS])
        admission = GuestAdmission(**dict(guest), locale=locale, by_staff=True)
        who = self._guests.admit(admission, admission_key(key, caller))
        return self._waitlist.join(request.model_copy(update={"customer_id": who.id}), caller, key)
