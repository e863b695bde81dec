"""What a message about no visit says: of a certificate, an invoice, a drawer, or a failure."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notification.errors import NeedlessDeliveryError
from notification.writing.attached import File
from notification.writing.formatting import day, hours, moment, money
from notification.writing.ports import Payments
from shared_schemas.common import LocaleCode, Money
from shared_schemas.events.desk import CertificateIssued, TillClosed
from shared_schemas.events.envelope import EventData
from shared_schemas.events.invoices import InvoiceIssued
from shared_schemas.events.operations import ServiceError
from shared_schemas.payment.certificates import CertificateLetter
from shared_schemas.payment.invoices import InvoiceLetter

OPEN = ("issued", "partly_paid")
Told = Mapping[str, Any]


@dataclass(frozen=True)
class Paper:
    """An invoice on its way to a company: where its mail goes, in which language, what it says, and the file."""

    address: str
    locale: LocaleCode
    told: Told
    file: File


class Telling:
    """Asks Payment at the last moment for what no event and no table of this service has."""

    def __init__(self, payments: Payments) -> None:
        self._payments = payments

    def of(self, news: EventData, locale: LocaleCode, zone: str) -> Told:
        """The facts of its message; `NeedlessDeliveryError` where it is not true any more."""
        if isinstance(news, CertificateIssued):
            letter = self._payments.certificate(news.certificate_id)
            if letter.state != "active":
                raise NeedlessDeliveryError("outdated")
            return of_certificate(letter, locale)
        if isinstance(news, TillClosed):
            return of_till(news, locale, zone)
        return of_failure(news) if isinstance(news, ServiceError) else {}

    def paper(self, news: InvoiceIssued) -> Paper:
        """`NeedlessDeliveryError` where it is paid, or void, or nobody knows where the company reads mail."""
        letter = self._payments.invoice(news.invoice_id)
        if letter.status not in OPEN:
            raise NeedlessDeliveryError("outdated")
        if letter.email is None:
            raise NeedlessDeliveryError("no_email")
        file = File(f"invoice-{letter.number}.pdf", "application/pdf", b64decode(letter.pdf))
        return Paper(letter.email, letter.locale, of_invoice(letter, letter.locale), file)


def of_certificate(letter: CertificateLetter, locale: LocaleCode) -> Told:
    """Its code is absent where it was made anew, and was then told at the desk."""
    worth = money(Money(amount=letter.face), locale) if letter.unit == "kopecks" else hours(letter.face, locale)
    return {
        "certificate": {
            "name": letter.name,
            "worth": worth,
            "valid_from": day(letter.valid_from, locale),
            "valid_until": day(letter.valid_until, locale),
            "tail": letter.tail,
            "code": letter.code,
            "limited": bool(letter.hall_ids or letter.tariffs),
        }
    }


def of_invoice(letter: InvoiceLetter, locale: LocaleCode) -> Told:
    return {"invoice": {"number": letter.number, "left": letter.left, "due": day(letter.due, locale)}}


def of_till(till: TillClosed, locale: LocaleCode, zone: str) -> Told:
    return {
        "till": {
            "expected": till.expected,
            "counted": till.counted,
            "difference": Money(amount=abs(till.difference.amount)),
            "missing": till.difference.amount < 0,
            "opened_at": moment(till.opened_at, zone, locale),
            "closed_at": moment(till.closed_at, zone, locale),
        }
    }


def of_failure(error: ServiceError) -> Told:
    return {"alarm": {name: getattr(error, name) for name in ("service", "operation", "code", "detail")}}
