"""Bookings of people without an account: the gateway knows who they are, and lets them in to the one booking."""

from dataclasses import replace

from booking.access import require_staff
from booking.bookings.errors import TooManyHoldsError
from booking.bookings.services.bookings import Bookings
from booking.customers.errors import CustomerBlockedError, GuestNotAdmittedError
from booking.customers.ports import Guests
from core.http.idempotency import IdempotencyKey, fingerprint
from core.identity import Identity
from shared_schemas.booking.bookings import Booking, BookingRequest, NewBooking
from shared_schemas.common import Role
from shared_schemas.errors import Locale, RuleViolationError, Violation
from shared_schemas.guests import AdmittedGuest, GuestAdmission, GuestGrantRequest, GuestRequest

TWO_CUSTOMERS = Violation.of(
    "guest",
    "two_customers",
    "Book either for a guest or for a customer, not for both",
    "Бронировать можно либо для гостя, либо для клиента с учётной записью",
)
NO_CONSENT = Violation.of(
    "guest.consents",
    "consent_required",
    "A booking needs consent to the processing of personal data",
    "Для бронирования нужно согласие на обработку персональных данных",
)


class GuestBookings:
    """Asks the gateway before the booking's transaction and after it, never in it.

    A guest whose booking did not come about is forgotten there by itself, within a day or two."""

    def __init__(self, bookings: Bookings, guests: Guests) -> None:
        self._bookings = bookings
        self._guests = guests

    def create(
        self,
        request: BookingRequest,
        guest: GuestRequest,
        caller: Identity | None,
        key: IdempotencyKey | None,
        locale: Locale,
    ) -> NewBooking:
        """Book for a guest: for whom staff tell of, else for whoever asks, without a token or through a program.

        The errors of `Bookings.create`; to a guest who asks, `GuestNotAdmittedError` stands for limits and blocks.
        `OverrideNotAllowedError` if a client names a guest; `RuleViolationError` without consent, or for two customers;
        `ConsentOutdatedError`; `ConsentNotOwnError` where staff agree to advertising for somebody else;
        `AccountsUnavailableError`, after which the request is to be repeated with its key."""
        # What a program passes on, nobody of the staff was told: it has the rights of whoever sits before it.
        staff = caller if caller and not caller.is_key else None
        _require_sense(request, guest, staff)
        admission = GuestAdmission(**dict(guest), locale=locale, by_staff=staff is not None)
        who = self._guests.admit(admission, admission_key(key, caller))
        made = self._book(request, who, staff, key)
        if who.has_account:
            return NewBooking(**dict(made))
        grant = self._guests.grant(who.id, GuestGrantRequest(booking_id=made.id, ends_at=made.end))
        token = None if staff else grant.access_token
        return NewBooking(**dict(made), access_token=token, manage_url=grant.manage_url)

    def _book(
        self, request: BookingRequest, who: AdmittedGuest, staff: Identity | None, key: IdempotencyKey | None
    ) -> Booking:
        guest = None if who.has_account else who
        if staff:
            named = request.model_copy(update={"customer_id": who.id})
            return self._bookings.create(named, staff, key, guest)
        # What is answered is kept with all else of this guest, and is forgotten with it.
        own = replace(key, principal=str(who.id)) if key else None
        try:
            return self._bookings.create(request, Identity(str(who.id), Role.CLIENT), own, guest)
        except (CustomerBlockedError, TooManyHoldsError) as error:
            raise GuestNotAdmittedError from error


def _require_sense(request: BookingRequest, guest: GuestRequest, staff: Identity | None) -> None:
    if staff:
        require_staff(staff, request, "guest")
    elif not any(consent.document == "personal_data" for consent in guest.consents):
        raise RuleViolationError([NO_CONSENT])
    if request.customer_id:
        raise RuleViolationError([TWO_CUSTOMERS])


def admission_key(key: IdempotencyKey | None, caller: Identity | None) -> str | None:
    """Of the caller, the key and the whole request: guests have no name to tell their keys apart by."""
    if key is None:
        return None
    return fingerprint("\n".join((caller.subject if caller else "", key.value, key.fingerprint)).encode())
