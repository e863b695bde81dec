"""What a certificate or a pass is good for, and how much of a booking it pays."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from payment.certificates.errors import (
    CertificateBlockedError,
    CertificateExpiredError,
    CertificateNotForThisError,
    CertificateNotYetValidError,
    CertificateUsedUpError,
)
from payment.held_money.domain import Held
from payment.paying.errors import BookingNotPayableError
from shared_schemas.booking.bookings import PaymentTerms
from shared_schemas.events.bookings import TariffShare
from shared_schemas.payment.certificates import CertificateState, CertificateUnit
from shared_schemas.providers import HandedBy


@dataclass(frozen=True)
class StoredCertificate:
    """What was sold for `price` kopecks: `face` in its unit. What is left of it, `Held` of the same id says.

    Of its code only a digest is kept, and the last characters to know it by."""

    id: UUID
    digest: str
    tail: str
    name: str
    unit: CertificateUnit
    face: int
    price: int
    method: HandedBy
    hall_ids: list[UUID]
    tariffs: list[str]
    valid_from: date
    valid_until: date
    sold_by: str
    sold_at: datetime
    blocked_at: datetime | None = None


def state_of(certificate: StoredCertificate, held: Held, today: date) -> CertificateState:
    """The first that holds of: blocked, used up, expired."""
    if certificate.blocked_at:
        return "blocked"
    if not held.remaining:
        return "used_up"
    return "expired" if certificate.valid_until < today else "active"


def paid_by(
    certificate: StoredCertificate, held: Held, terms: PaymentTerms, minutes_paid: int, now: datetime
) -> tuple[int, int]:
    """How much it pays of a booking, in its own unit and in kopecks; `minutes_paid` of the visit by passes before.

    `CertificateBlockedError`, `CertificateNotYetValidError`, `CertificateExpiredError`, `CertificateNotForThisError`,
    `CertificateUsedUpError`; `BookingNotPayableError` if nothing of the time is left to pay."""
    _require_valid(certificate, terms, now)
    shares = [share for share in terms.tariffs if _is_for(certificate, share)]
    if (certificate.hall_ids or certificate.tariffs) and not shares:
        raise CertificateNotForThisError
    if not held.remaining:
        raise CertificateUsedUpError
    due = terms.balance.amount
    if certificate.unit == "kopecks":
        kopecks = min(due, held.remaining)
        return kopecks, kopecks
    return _of_time(held.remaining, shares, minutes_paid, due, terms)


def _of_time(left: int, shares: list[TariffShare], minutes_paid: int, due: int, terms: PaymentTerms) -> tuple[int, int]:
    """Minutes at what they were sold for on average; a minute that is paid in part counts."""
    minutes, price = sum(share.minutes for share in shares), sum(share.amount.amount for share in shares)
    used = min(left, minutes - minutes_paid)
    if used <= 0 or price <= 0 or due <= 0:
        raise BookingNotPayableError(status=terms.status)
    kopecks = price * used // minutes
    if kopecks <= due:
        return used, kopecks
    return -(-minutes * due // price), due


def _require_valid(certificate: StoredCertificate, terms: PaymentTerms, now: datetime) -> None:
    """The visit begins while it is valid, by the hall's own calendar, and it has not ended by now."""
    if certificate.blocked_at:
        raise CertificateBlockedError
    zone = ZoneInfo(terms.timezone)
    today = now.astimezone(zone).date()
    visit = terms.start.astimezone(zone).date() if terms.start else today
    if visit < certificate.valid_from:
        raise CertificateNotYetValidError(since=certificate.valid_from.isoformat())
    if max(visit, today) > certificate.valid_until:
        raise CertificateExpiredError(until=certificate.valid_until.isoformat())


def _is_for(certificate: StoredCertificate, share: TariffShare) -> bool:
    hall = not certificate.hall_ids or share.hall_id in certificate.hall_ids
    return hall and (not certificate.tariffs or share.tariff in certificate.tariffs)


def blocked(certificate: StoredCertificate, now: datetime, *, wanted: bool) -> StoredCertificate:
    """Blocked since now or since before, or not."""
    return replace(certificate, blocked_at=(certificate.blocked_at or now) if wanted else None)
