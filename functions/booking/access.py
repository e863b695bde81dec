"""What only staff may do, and whom a booking is for."""

from uuid import UUID

from pydantic import BaseModel

from booking.errors import OverrideNotAllowedError
from core.identity import Identity
from shared_schemas.errors import RuleViolationError, Violation

CUSTOMER_NEEDED = Violation.of(
    "customer_id", "customer_needed", "Say whom the booking is for", "Укажите, для кого это бронирование"
)


def require_staff(caller: Identity, request: BaseModel, *fields: str) -> None:
    """`OverrideNotAllowedError` if a client sends one of the fields with which staff override rules."""
    for field in fields:
        if getattr(request, field) is not None and not caller.is_staff:
            raise OverrideNotAllowedError(field=field)


def customer_of(customer_id: UUID | None, caller: Identity) -> UUID:
    """Whom a request is for: the customer that it names, or who calls.

    `RuleViolationError` where an API key names nobody: a program books for people, never for itself."""
    if customer_id is None and caller.is_key:
        raise RuleViolationError([CUSTOMER_NEEDED])
    return customer_id or caller.user_id
