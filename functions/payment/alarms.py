"""Alarms for staff."""

from typing import Protocol
from uuid import UUID

from shared_schemas.events.operations import ServiceError


class Subject(Protocol):
    """What an alarm is about: a payment, a receipt or a difference between books."""

    @property
    def booking_id(self) -> UUID | None: ...
    @property
    def payment_id(self) -> UUID | None: ...


def alarm(operation: str, code: str, detail: str, subject: Subject | None) -> ServiceError:
    """An event that staff should look at; `code` groups repeats, `detail` holds no personal data."""
    return ServiceError(
        service="payment",
        operation=operation,
        code=code,
        detail=detail,
        booking_id=subject.booking_id if subject else None,
        payment_id=subject.payment_id if subject else None,
    )
