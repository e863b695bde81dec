"""A visit, a payment and a code that are made up, to try a text on."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from notification.bookings.domain import OF_ONE_CHANGE, Facts
from notification.messages.domain.plans import CODE_PLANS, INVITATION, PLANS
from notification.wording.facts import facts_of
from notification.writing.news import of_certificate, of_failure, of_invoice, of_till
from notification.writing.rendering import UNSIGNED, TemplateRenderer, Words
from notification.writing.studio import Signature
from shared_schemas.channels import CodePurpose
from shared_schemas.codes import PendingCode
from shared_schemas.common import LocaleCode, Money
from shared_schemas.events.desk import TillClosed
from shared_schemas.events.operations import ServiceError
from shared_schemas.notification import TemplateName
from shared_schemas.payment.certificates import CertificateLetter
from shared_schemas.payment.invoices import InvoiceLetter
from shared_schemas.payment.payments import PayLink
from shared_schemas.staff import PendingInvitation

NAMES: dict[LocaleCode, str] = {"ru": "Анна", "en": "Anna"}
HALLS: dict[LocaleCode, str] = {"ru": "Большой зал", "en": "Large hall"}
STUDIOS: dict[LocaleCode, Signature] = {
    "ru": Signature(
        "", "Москва, ул. Электрозаводская, 21", "+79990000000", "Вход со двора, второй этаж", "https://studio.example/"
    ),
    "en": Signature(
        "", "21 Elektrozavodskaya St, Moscow", "+79990000000", "From the yard, second floor", "https://studio.example/"
    ),
}
ZONE = "Europe/Moscow"
NUMBER, SECRET, CHECK_IN = "7K3Q9D2M", "204815", "7K3Q9D2M-5820"
PAGE = "https://studio.example/manage#…"
SHORT_PAGE = "https://studio.example/s/Ab3dE6fG9h"
PAY_PAGE, INVITATION_PAGE = "https://pay.example/1", "https://studio.example/invitation#…"
DESK, CERTIFICATE = "https://studio.example/desk", "7K3Q-9D2M-XW4T-0ABC"
CERTIFICATES: dict[LocaleCode, str] = {"ru": "Подарочный сертификат", "en": "Gift certificate"}
UNSAID = ("payment_id",)
ON_ITS_WAY: frozenset[TemplateName] = frozenset(
    {"booking_created", "payment_failed", "waitlist_ending", "waitlist_offered"}
)
"""Of visits that wait for their prepayment."""


def change_of(template: TemplateName, start: datetime) -> dict[str, Any]:
    """What the event of such a message says of the change."""
    known: dict[str, Any] = {
        "amount": Money(amount=150_000),
        "purpose": "prepayment",
        "provider": "terminal",
        "reason": "booking_cancelled",
        "refund": Money(amount=50_000),
        "undone": "no_show",
        "previous_start": start - timedelta(days=1),
        "previous_end": start - timedelta(days=1, hours=-2),
        "previous_total": Money(amount=350_000),
    }
    own = {name.removeprefix("booking.") for name in facts_of(template)} & set(OF_ONE_CHANGE) - set(UNSAID)
    return {name: known[name] for name in own}


def visit(template: TemplateName, locale: LocaleCode, now: datetime) -> Facts:
    """A visit in some days, with all that such a message may say."""
    noon = now.astimezone(ZoneInfo(ZONE)).replace(hour=12, minute=0, second=0, microsecond=0)
    start = noon + timedelta(days=3)
    waits = template in ON_ITS_WAY
    return Facts(
        number=NUMBER,
        booking_version=1,
        hall_id=UUID(int=0),
        hall_name=HALLS[locale],
        timezone=ZONE,
        start=start,
        end=start + timedelta(hours=2),
        people=4,
        total=Money(amount=300_000),
        prepayment=Money(amount=150_000),
        hold_expires_at=now + timedelta(minutes=15),
        paid=None if waits else Money(amount=150_000),
        refund_due=Money(amount=50_000),
        **change_of(template, start),
    )


def poorest(template: TemplateName, facts: Facts) -> Facts:
    """The same where nothing is known that need not be."""
    events = [event for event, plan in PLANS.items() if plan.template == template]
    may_lack = {
        name
        for name in OF_ONE_CHANGE
        if any(name in event.model_fields and not event.model_fields[name].is_required() for event in events)
    }
    return facts.model_copy(update=dict.fromkeys(may_lack) | {"paid": None, "refund_due": None, "reason": None})


def words(
    renderer: TemplateRenderer,
    template: TemplateName,
    locale: LocaleCode,
    now: datetime,
    facts: Facts | None = None,
    own: Signature = UNSIGNED,
    *,
    sms: bool = False,
    poor: bool = False,
) -> Words:
    """The message to somebody who is made up, about this visit or a made-up one; `poor` has nothing that may lack.

    The studio signs with what it says of itself in `own`, and with made-up words for the rest."""
    signature = UNSIGNED if poor else _signed(own, STUDIOS[locale])
    if template == INVITATION.template:
        invited = PendingInvitation(email="anna@example.com", locale=locale, link=INVITATION_PAGE)
        return renderer.invitation(template, invited, signature)
    for purpose, plan in CODE_PLANS.items():
        if plan.template == template:
            return renderer.secret(template, _code(purpose, locale), signature)
    about = None
    if "booking.number" in facts_of(template):
        about = facts or visit(template, locale, now)
        about = poorest(template, about) if poor else about
    page = SHORT_PAGE if sms else PAGE
    return renderer.words(
        template,
        locale,
        NAMES[locale],
        about,
        signature,
        confirmed=not poor,
        code=CHECK_IN if about and not poor else "",
        url=page if about and not poor else "",
        pay=_pay_link(now) if template == "payment_link" else None,
        told=_told(template, locale, now, poor=poor),
    )


def _signed(own: Signature, sample: Signature) -> Signature:
    told = {name: value for name, value in asdict(own).items() if value}
    return replace(sample, **told)


def _told(template: TemplateName, locale: LocaleCode, now: datetime, *, poor: bool) -> Mapping[str, Any]:
    """What is told where it is about no visit."""
    today, desk = now.date(), {"desk": "" if poor else DESK}
    if template == "certificate_issued":
        code = None if poor else CERTIFICATE
        period = {"valid_from": today, "valid_until": today + timedelta(days=180), "hall_ids": [], "tariffs": []}
        worth = {"unit": "kopecks", "face": 500_000, "remaining": 500_000, "state": "active"}
        about = {"name": CERTIFICATES[locale], "tail": CERTIFICATE[-4:], "code": code}
        return of_certificate(CertificateLetter.model_validate(period | worth | about), locale)
    if template == "invoice_issued":
        left, due = Money(amount=300_000), today + timedelta(days=5)
        return of_invoice(InvoiceLetter(number="2026-17", status="issued", left=left, due=due, pdf=""), locale)
    if template == "till_difference":
        sums = {"expected": {"amount": 1_250_000}, "counted": {"amount": 1_200_000}, "difference": {"amount": -50_000}}
        times = {"till_id": UUID(int=0), "opened_at": now - timedelta(hours=12), "closed_at": now}
        return {**of_till(TillClosed.model_validate(sums | times), locale, ZONE), **desk}
    if template == "staff_alarm":
        failed = {"service": "payment", "operation": "refund", "code": "refund_failed", "detail": "Refund 17 failed"}
        return {**of_failure(ServiceError.model_validate(failed)), **desk}
    return {}


def _pay_link(now: datetime) -> PayLink:
    return PayLink(url=PAY_PAGE, amount=Money(amount=150_000), expires_at=now + timedelta(hours=1), for_several=False)


def _code(purpose: CodePurpose, locale: LocaleCode) -> PendingCode:
    return PendingCode(purpose=purpose, channel="email", address="anna@example.com", locale=locale, secret=SECRET)
