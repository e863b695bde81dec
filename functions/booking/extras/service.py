"""Use cases of add-ons and promo codes."""

from collections.abc import Callable
from uuid import UUID, uuid4

from booking.extras.ports import Work
from booking.extras.promo_codes import promo_code_violations
from booking.halls.named import require_halls
from core.changes import changed
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.trail.deed import note
from shared_schemas.booking.extras import (
    AddOn,
    AddOnChanges,
    AddOnRequest,
    PromoCode,
    PromoCodeChanges,
    PromoCodeListQuery,
    PromoCodeRequest,
)
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError


class Extras:
    """Add-ons and promo codes; bookings keep what they were sold at."""

    def __init__(self, unit_of_work: Callable[[], Work]) -> None:
        self._unit_of_work = unit_of_work

    def add_ons(self) -> list[AddOn]:
        with self._unit_of_work() as work:
            return work.add_ons.all()

    def add_add_on(self, request: AddOnRequest, key: IdempotencyKey | None) -> AddOn:
        """A new add-on; `AddOnNameTakenError`; `HallNotFoundError`."""
        with self._unit_of_work() as work:
            return work.once(key, AddOn, lambda: self._add_add_on(work, request))

    def _add_add_on(self, work: Work, request: AddOnRequest) -> AddOn:
        require_halls(work.halls, request.hall_ids or [])
        add_on = AddOn(id=uuid4(), **dict(request))
        work.add_ons.add(add_on)
        return add_on

    def change_add_on(self, add_on_id: UUID, changes: AddOnChanges) -> AddOn:
        """Change an add-on; bookings that have it keep it, even if the stock becomes smaller.

        `AddOnNotFoundError`; `AddOnNameTakenError`; `HallNotFoundError`."""
        with self._unit_of_work() as work:
            before = work.add_ons.get(add_on_id, lock=True)
            after = changed(before, changes)
            require_halls(work.halls, after.hall_ids or [])
            work.add_ons.update(after)
            note(before=before, after=after)
            work.commit()
            return after

    def promo_codes(self, query: PromoCodeListQuery) -> Page[PromoCode]:
        """The newest first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.promo_codes.page(after, query.limit + 1)
        page = paged(found, query.limit, lambda last: encode_cursor(last[0], last[1].id))
        return Page(data=[promo for _, promo in page.data], next_cursor=page.next_cursor)

    def add_promo_code(self, request: PromoCodeRequest, key: IdempotencyKey | None) -> PromoCode:
        """A new promo code; `PromoCodeTakenError`; `HallNotFoundError`; `RuleViolationError` if it could never be
        used."""
        with self._unit_of_work() as work:
            return work.once(key, PromoCode, lambda: self._add_promo_code(work, request))

    def _add_promo_code(self, work: Work, request: PromoCodeRequest) -> PromoCode:
        promo = PromoCode(id=uuid4(), **dict(request))
        _require_sense(promo)
        require_halls(work.halls, promo.hall_ids or [])
        work.promo_codes.add(promo)
        return promo

    def change_promo_code(self, promo_code_id: UUID, changes: PromoCodeChanges) -> PromoCode:
        """Change a promo code; bookings that used it keep it, even if the limit becomes lower.

        `PromoCodeNotFoundError`; `RuleViolationError` if it could never be used."""
        with self._unit_of_work() as work:
            before = work.promo_codes.get(promo_code_id, lock=True)
            after = changed(before, changes)
            _require_sense(after)
            work.promo_codes.update(after)
            note(before=before, after=after)
            work.commit()
            return after


def _require_sense(promo: PromoCode) -> None:
    if found := promo_code_violations(promo):
        raise RuleViolationError(found)
