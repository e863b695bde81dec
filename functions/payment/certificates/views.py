"""Certificates as they are shown."""

from datetime import date
from typing import Any

from payment.certificates.domain import state_of
from payment.certificates.ports import Sold
from payment.held_money.domain import Entry
from payment.receipts.advances import view
from shared_schemas.common import Money, SignedMoney
from shared_schemas.payment.certificates import Certificate, CertificateEntry, CertificateLetter, HeldCertificate

OF_HOLDER = ("name", "unit", "face", "hall_ids", "tariffs", "valid_from", "valid_until")


def of_holder(sold: Sold, today: date) -> HeldCertificate:
    """As who has the code sees it."""
    return HeldCertificate(**_common(sold, today))


def of_buyer(sold: Sold, today: date, code: str | None) -> CertificateLetter:
    """As it is written to who bought it."""
    return CertificateLetter(**_common(sold, today), tail=sold[0].tail, code=code)


def of_staff(sold: Sold, today: date) -> Certificate:
    """As staff see it."""
    certificate, held = sold
    return Certificate(
        **_common(sold, today),
        id=certificate.id,
        tail=certificate.tail,
        price=Money(amount=certificate.price),
        method=certificate.method,
        customer_id=held.customer_id,
        sold_by=certificate.sold_by,
        sold_at=certificate.sold_at,
        blocked_at=certificate.blocked_at,
    )


def _common(sold: Sold, today: date) -> dict[str, Any]:
    certificate, held = sold
    own = {name: getattr(certificate, name) for name in OF_HOLDER}
    return own | {"remaining": held.remaining, "state": state_of(certificate, held, today)}


def shown_entry(entry: Entry, words: str | None) -> CertificateEntry:
    """A use of it, as staff see it."""
    return CertificateEntry.model_validate(
        {
            "id": entry.id,
            "kind": entry.kind,
            "amount": entry.amount,
            "remaining": entry.remaining,
            "worth": SignedMoney(amount=entry.worth),
            "price": None if entry.price is None else SignedMoney(amount=entry.price),
            "payment_id": entry.payment_id,
            "booking_id": entry.booking_id,
            "receipt": view(entry.receipt, entry.worth),
            "by": entry.entered_by,
            "note": words,
            "at": entry.at,
        }
    )
