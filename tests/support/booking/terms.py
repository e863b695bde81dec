"""Sales and their changes, as tests of what is judged make them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from booking.groups.service import Groups
from shared_schemas.booking.changes import RescheduleRequest
from shared_schemas.booking.extras import AddOn, AddOnOrder, AddOnRequest, PromoCode, PromoCodeRequest
from shared_schemas.errors import CycloramaError, RuleViolationError
from tests.support.booking.prices import money
from tests.support.booking.studio import START, Studio

HOUR = timedelta(hours=1)
MONDAY = START + timedelta(days=12)
SATURDAY = MONDAY + timedelta(days=5)
AGREED: dict[str, Any] = {"override_reason": "agreed with the owner"}


def code(studio: Studio, **limits: Any) -> PromoCode:
    request = PromoCodeRequest.model_validate({"code": f"C{uuid4().hex[:8]}", "percent": 50, **limits})
    return studio.app.extras.add_promo_code(request, None)


def thing(studio: Studio, **changes: Any) -> AddOn:
    values = {"name": f"Thing {uuid4()}", "unit": "unit", "price": money(80_000)}
    return studio.app.extras.add_add_on(AddOnRequest.model_validate(values | changes), None)


def order(add_on: AddOn, quantity: int = 1) -> list[AddOnOrder]:
    return [AddOnOrder(id=add_on.id, quantity=quantity)]


def to(start: datetime, length: float = 2, **changes: Any) -> RescheduleRequest:
    return RescheduleRequest.model_validate({"start": start, "end": start + length * HOUR} | changes)


def groups(studio: Studio) -> Groups:
    return studio.app.groups


def refusals(action: Callable[[], object]) -> list[str]:
    """The codes of all that speaks against it; empty where it is done."""
    try:
        action()
    except RuleViolationError as error:
        return [violation.code for violation in error.violations]
    except CycloramaError as error:
        return [error.code]
    return []
