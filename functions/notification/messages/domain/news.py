"""Whom news of no visit is told, and how often."""

from datetime import datetime
from uuid import UUID

from notification.messages.domain.plans import NEWS_PLANS, News
from shared_schemas.events.desk import CertificateIssued, TillClosed
from shared_schemas.events.invoices import InvoiceIssued
from shared_schemas.events.operations import ServiceError

TOLD_APART = frozenset({("payment", "till", "till_differs")})
"""Failures of which administrators read in a message of their own, with more in it."""


def is_for_staff(event: object) -> bool:
    """Whether administrators are told: of a drawer that was right they are not, and of one that was not, once."""
    if isinstance(event, TillClosed) and event.difference.amount == 0:
        return False
    if isinstance(event, ServiceError) and (event.service, event.operation, event.code) in TOLD_APART:
        return False
    return isinstance(event, News) and NEWS_PLANS[type(event)].for_staff


def its_reader(event: News) -> list[UUID]:
    """Who bought it, or the company; nobody if a certificate was sold to whoever came."""
    if isinstance(event, CertificateIssued):
        return [event.customer_id] if event.customer_id else []
    return [event.company_id] if isinstance(event, InvoiceIssued) else []


def cause_of(event: News, event_id: UUID, now: datetime) -> str:
    """What is told once. The same failure of the same thing is told once a day: it may be told every minute."""
    if not isinstance(event, ServiceError):
        return str(event_id)
    about = event.payment_id or event.booking_id or ""
    return f"alarm:{now.date()}:{event.service}.{event.operation}.{event.code}:{about}"
