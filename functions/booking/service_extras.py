"""Use cases around what is sold with a hall, and the codes that make it cheaper."""

from collections.abc import Callable
from uuid import UUID, uuid4

from booking.domain_price_list import promo_code_violations
from booking.ports import Work
from booking.service_named_halls import require_halls
from core.idempotency import IdempotencyKey
from shared_schemas.errors import RuleViolationError
from shared_schemas.prices import (
    AddOn,
    AddOnChanges,
    AddOnRequest,
    PromoCode,
    PromoCodeChanges,
    PromoCodeRequest,
)

MAY_BE_ABSENT = {"stock", "hall_ids", "valid_from", "valid_to", "max_uses", "max_uses_per_client"}
"""What an explicit null takes away; elsewhere it says nothing."""


class Extras:
    """Add-ons and promo codes; bookings keep what they were sold at."""

    def __init__(self, unit_of_work: Callable[[], Work]) -> None:
        self._unit_of_work = unit_of_work

    def add_ons(self) -> list[AddOn]:
        with self._unit_of_work() as work:
            return work.add_ons.all()

    def add_add_on(self, request: AddOnRequest, key: IdempotencyKey | None) -> AddOn:
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return AddOn.model_validate(replay)
            require_halls(work, request.hall_ids or [])
            add_on = AddOn(id=uuid4(), **dict(request))
            work.add_ons.add(add_on)
            work.idempotency.remember(key, add_on.model_dump(mode="json"))
            work.commit()
            return add_on

    def change_add_on(self, add_on_id: UUID, changes: AddOnChanges) -> AddOn:
        """A lower stock takes nothing away from bookings that have it."""
        with self._unit_of_work() as work:
            before = work.add_ons.get(add_on_id, lock=True)
            after = before.model_copy(update=_given(changes))
            require_halls(work, after.hall_ids or [])
            work.add_ons.update(after)
            work.commit()
            return after

    def promo_codes(self) -> list[PromoCode]:
        with self._unit_of_work() as work:
            return work.promo_codes.all()

    def add_promo_code(self, request: PromoCodeRequest, key: IdempotencyKey | None) -> PromoCode:
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return PromoCode.model_validate(replay)
            promo = PromoCode(id=uuid4(), **dict(request))
            _require_sense(promo)
            require_halls(work, promo.hall_ids or [])
            work.promo_codes.add(promo)
            work.idempotency.remember(key, promo.model_dump(mode="json"))
            work.commit()
            return promo

    def change_promo_code(self, promo_code_id: UUID, changes: PromoCodeChanges) -> PromoCode:
        """A lower limit takes nothing away from bookings that used the code."""
        with self._unit_of_work() as work:
            before = work.promo_codes.get(promo_code_id, lock=True)
            after = before.model_copy(update=_given(changes))
            _require_sense(after)
            work.promo_codes.update(after)
            work.commit()
            return after


def _given(changes: AddOnChanges | PromoCodeChanges) -> dict[str, object]:
    given = {name: getattr(changes, name) for name in changes.model_fields_set}
    return {name: value for name, value in given.items() if value is not None or name in MAY_BE_ABSENT}


def _require_sense(promo: PromoCode) -> None:
    if found := promo_code_violations(promo):
        raise RuleViolationError(found)
