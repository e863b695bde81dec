"""A certificate as it is sold, and what the trail has of one."""

from datetime import datetime
from uuid import UUID

from core.identity import Identity
from payment.certificates import codes
from payment.certificates.domain import StoredCertificate
from payment.certificates.errors import CertificatePeriodError
from shared_schemas.payment.certificates import CertificateRequest


def made(
    certificate_id: UUID, code: str, request: CertificateRequest, caller: Identity, now: datetime
) -> StoredCertificate:
    """Without `price` it costs what it is worth."""
    face = request.amount.amount if request.amount else request.minutes or 0
    return StoredCertificate(
        id=certificate_id,
        digest=codes.digest(code),
        tail=codes.tail(code),
        name=request.name,
        unit="kopecks" if request.amount else "minutes",
        face=face,
        price=face if request.price is None else request.price.amount,
        method=request.method,
        hall_ids=request.hall_ids,
        tariffs=request.tariffs,
        valid_from=request.valid_from or now.date(),
        valid_until=request.valid_until,
        sold_by=caller.subject,
        sold_at=now,
    )


def require_period(certificate: StoredCertificate) -> None:
    """`CertificatePeriodError`."""
    if certificate.valid_until < certificate.valid_from:
        raise CertificatePeriodError


def told(certificate: StoredCertificate) -> dict[str, object]:
    """Whatever staff may change."""
    names = ("tail", "unit", "face", "valid_until", "blocked_at")
    return {name: getattr(certificate, name) for name in names}
