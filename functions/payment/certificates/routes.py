"""Routes of certificates and passes."""

from uuid import UUID

from core.http.idempotency import IdempotencyKey
from core.http.paging import InvalidCursorError
from core.identity import Identity
from payment import composition
from payment.api import api
from payment.attempts.errors import HoldExpiredError
from payment.certificates.errors import (
    BuyerNotFoundError,
    CertificateBlockedError,
    CertificateExpiredError,
    CertificateNotForThisError,
    CertificateNotFoundError,
    CertificateNotYetValidError,
    CertificatePeriodError,
    CertificateUsedUpError,
)
from payment.desk.errors import MoreThanDueError
from payment.paying.errors import BookingNotFoundError, BookingNotPayableError, BookingUnavailableError
from payment.receipts.errors import ContactUnavailableError
from payment.tills.errors import NotEnoughInTillError, NoTillOpenError
from shared_schemas.common import Page
from shared_schemas.errors import CycloramaError, ForbiddenError
from shared_schemas.payment.certificates import (
    Certificate,
    CertificateChanges,
    CertificateEntriesQuery,
    CertificateEntry,
    CertificateLetter,
    CertificateLookup,
    CertificatePaymentRequest,
    CertificatePayoutRequest,
    CertificateRequest,
    CertificatesQuery,
    HeldCertificate,
    NewCertificate,
)
from shared_schemas.payment.payments import Payment

PAY_ERRORS: list[type[CycloramaError]] = [
    BookingNotFoundError, BookingNotPayableError, BookingUnavailableError, CertificateBlockedError,
    CertificateExpiredError, CertificateNotForThisError, CertificateNotFoundError, CertificateNotYetValidError,
    CertificateUsedUpError, ForbiddenError, HoldExpiredError, MoreThanDueError,
]  # fmt: skip


@api.endpoint(
    "POST /v1/certificates",
    status=201,
    errors=[BuyerNotFoundError, CertificatePeriodError, ContactUnavailableError, NoTillOpenError],
)
def sell_certificate(body: CertificateRequest, identity: Identity, key: IdempotencyKey | None) -> NewCertificate:
    """Sell a certificate or a pass that was paid for at the desk. Print its code now: nobody can read it later."""
    return composition.app().certificates.sell(body, identity, key)


@api.endpoint("GET /v1/certificates", errors=[InvalidCursorError])
def list_certificates(query: CertificatesQuery) -> Page[Certificate]:
    """Certificates and passes, newest first; by the last four characters of a code, or by who bought them."""
    return composition.app().certificates.page(query)


@api.endpoint("POST /v1/certificates/lookup", errors=[CertificateNotFoundError])
def look_up_certificate(body: CertificateLookup) -> HeldCertificate:
    """What is left of the certificate with this code, and what it is good for."""
    return composition.app().certificates.lookup(body)


@api.endpoint("GET /v1/certificates/{certificate_id}", errors=[CertificateNotFoundError])
def get_certificate(certificate_id: UUID) -> Certificate:
    """One certificate."""
    return composition.app().certificates.get(certificate_id)


@api.endpoint("GET /v1/certificates/{certificate_id}/letter", errors=[CertificateNotFoundError])
def get_certificate_letter(certificate_id: UUID) -> CertificateLetter:
    """What the buyer is written, for the service that writes it."""
    return composition.app().certificates.letter(certificate_id)


@api.endpoint("GET /v1/certificates/{certificate_id}/entries", errors=[CertificateNotFoundError, InvalidCursorError])
def list_certificate_entries(certificate_id: UUID, query: CertificateEntriesQuery) -> Page[CertificateEntry]:
    """Its sale, what it paid for, and what came back to it, newest first."""
    return composition.app().certificates.entries(certificate_id, query)


@api.endpoint("PATCH /v1/certificates/{certificate_id}", errors=[CertificateNotFoundError, CertificatePeriodError])
def change_certificate(certificate_id: UUID, body: CertificateChanges) -> Certificate:
    """Block a certificate or let it be used again, or move its last day."""
    return composition.app().certificates.change(certificate_id, body)


@api.endpoint("POST /v1/certificates/{certificate_id}/code", status=201, errors=[CertificateNotFoundError])
def renew_certificate_code(certificate_id: UUID) -> NewCertificate:
    """A new code in place of one that was lost or seen by others; the old one opens nothing any more."""
    return composition.app().certificates.renew_code(certificate_id)


@api.endpoint(
    "POST /v1/certificates/{certificate_id}/payout",
    errors=[CertificateNotFoundError, CertificateUsedUpError, NoTillOpenError, NotEnoughInTillError],
)
def pay_out_certificate(certificate_id: UUID, body: CertificatePayoutRequest, identity: Identity) -> Certificate:
    """Write down that the money for what is not used was given back at the desk; the certificate is used up then."""
    return composition.app().certificates.pay_out(certificate_id, body, identity)


@api.endpoint("POST /v1/bookings/{booking_id}/certificate-payments", status=201, errors=PAY_ERRORS)
def pay_with_certificate(
    booking_id: UUID, body: CertificatePaymentRequest, identity: Identity, key: IdempotencyKey | None
) -> Payment:
    """Pay for a booking with a certificate or a pass, at once, as far as it goes."""
    return composition.app().certificates.pay(booking_id, body, identity, key)
