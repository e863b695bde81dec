"""Use cases around tariffs: what was ever in force is kept, so a change is always a new version."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from booking.halls.named import require_halls
from booking.prices.errors import NotADraftError, TariffNotFoundError
from booking.prices.ports import Work
from booking.prices.price_list import halls_of, price_list_violations, rule_violations
from core.changes import changed
from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import paged
from core.identity import Identity
from core.trail.deed import note
from shared_schemas.booking.prices import (
    PriceList,
    Tariff,
    TariffRequest,
    TariffVersion,
    TariffVersionRequest,
    TariffVersionsQuery,
)
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError


class Prices:
    """The studio's price list, rule by rule or a version at a time."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock

    def tariffs(self) -> Sequence[Tariff]:
        """The rules in force, the oldest first."""
        with self._unit_of_work() as work:
            return work.prices.active().rules

    def add_tariff(self, request: TariffRequest, caller: Identity, key: IdempotencyKey | None) -> Tariff:
        """Put a new version in force with one rule more; `HallNotFoundError`; `RuleViolationError`."""
        with self._unit_of_work() as work:
            return work.once(key, Tariff, lambda: self._add_tariff(work, request, caller))

    def _add_tariff(self, work: Work, request: TariffRequest, caller: Identity) -> Tariff:
        if found := rule_violations(request):
            raise RuleViolationError(found)
        require_halls(work.halls, [request.hall_id] if request.hall_id else [])
        tariff = Tariff(id=uuid4(), **dict(request))
        active = work.prices.active(lock=True)
        self._succeed(work, active, [*active.rules, tariff], caller)
        return tariff

    def remove_tariff(self, tariff_id: UUID, caller: Identity) -> None:
        """Put a new version in force with one rule less; `TariffNotFoundError`."""
        with self._unit_of_work() as work:
            active = work.prices.active(lock=True)
            left = [rule for rule in active.rules if rule.id != tariff_id]
            note(before={"rules": [rule for rule in active.rules if rule.id == tariff_id]})
            if len(left) == len(active.rules):
                raise TariffNotFoundError(tariff_id=str(tariff_id))
            self._succeed(work, active, left, caller)
            work.commit()

    def versions(self, query: TariffVersionsQuery) -> Page[TariffVersion]:
        """The newest first."""
        with self._unit_of_work() as work:
            found = work.prices.page(int(query.cursor) if query.cursor else None, query.limit + 1)
        return paged(found, query.limit, lambda last: str(last.number))

    def version(self, number: int) -> TariffVersion:
        """A price list; `TariffVersionNotFoundError`."""
        with self._unit_of_work() as work:
            return work.prices.get(number)

    def draft(self, request: TariffVersionRequest, caller: Identity, key: IdempotencyKey | None) -> TariffVersion:
        """A version that is not in force yet; `HallNotFoundError`; `RuleViolationError`."""
        with self._unit_of_work() as work:
            return work.once(key, TariffVersion, lambda: self._add_draft(work, request, caller))

    def _add_draft(self, work: Work, request: TariffVersionRequest, caller: Identity) -> TariffVersion:
        prices = self._prices(work, request)
        return work.prices.add(self._draft(prices, request.note, caller))

    def redraft(self, number: int, request: TariffVersionRequest) -> TariffVersion:
        """Replace a draft; `NotADraftError` for a version that is or was in force.

        `TariffVersionNotFoundError`; `HallNotFoundError`; `RuleViolationError`."""
        with self._unit_of_work() as work:
            prices = self._prices(work, request, lock=True)
            before = self._draft_of(work, number)
            after = before.model_copy(update={**dict(prices), "note": request.note})
            work.prices.update(after)
            note(before=before, after=after)
            work.commit()
            return after

    def activate(self, number: int) -> TariffVersion:
        """Put a draft in force; doing so twice changes nothing.

        `TariffVersionNotFoundError`; `NotADraftError` for a version that was in force before."""
        with self._unit_of_work() as work:
            active = work.prices.active(lock=True)
            if number and active.number == number:
                return active
            self._draft_of(work, number)
            work.prices.activate(number, self._clock.now())
            activated = work.prices.get(number)
            note(before={"in_force": active.number}, after={"in_force": number})
            work.commit()
            return activated

    def _succeed(self, work: Work, active: TariffVersion, rules: Sequence[Tariff], caller: Identity) -> None:
        prices = PriceList(**{**_parts(active), "rules": rules})
        number = work.prices.add(self._draft(prices, "", caller)).number
        work.prices.activate(number, self._clock.now())

    def _draft(self, prices: PriceList, note: str, caller: Identity) -> TariffVersion:
        now = self._clock.now()
        fields = {"number": 0, "status": "draft", "note": note, "created_by": caller.subject, "created_at": now}
        return TariffVersion.model_validate({**dict(prices), **fields})

    def _draft_of(self, work: Work, number: int) -> TariffVersion:
        version = work.prices.get(number)
        if version.status != "draft":
            raise NotADraftError(number=number, status=version.status)
        return version

    def _prices(self, work: Work, request: TariffVersionRequest, *, lock: bool = False) -> PriceList:
        """What a request asks for; its absent parts are those in force."""
        in_force = PriceList.model_validate(_parts(work.prices.active(lock=lock)))
        asked = changed(in_force, request, but=["note"])
        prices = asked.model_copy(update={"rules": [_with_id(rule) for rule in asked.rules]})
        if found := price_list_violations(prices):
            raise RuleViolationError(found)
        require_halls(work.halls, halls_of(prices))
        return prices


def _parts(version: TariffVersion) -> dict[str, object]:
    return {name: getattr(version, name) for name in PriceList.model_fields}


def _with_id(rule: Tariff | TariffRequest) -> Tariff:
    return rule if isinstance(rule, Tariff) else Tariff(id=uuid4(), **dict(rule))
