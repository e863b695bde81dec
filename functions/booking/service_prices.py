"""Use cases around tariffs: what was ever in force is kept, so a change is always a new version."""

from collections.abc import Callable, Sequence
from uuid import UUID, uuid4

from booking.domain_price_list import halls_of, price_list_violations, rule_violations
from booking.errors_prices import NotADraftError, TariffNotFoundError
from booking.ports import Work
from booking.service_named_halls import require_halls
from core.clock import Clock
from core.idempotency import IdempotencyKey
from core.identity import Identity
from shared_schemas.common import Page
from shared_schemas.errors import RuleViolationError
from shared_schemas.prices import (
    PriceList,
    Tariff,
    TariffRequest,
    TariffVersion,
    TariffVersionRequest,
    TariffVersionsQuery,
)


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
        """Put a new version in force that has one rule more."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return Tariff.model_validate(replay)
            if found := rule_violations(request):
                raise RuleViolationError(found)
            require_halls(work, [request.hall_id] if request.hall_id else [])
            tariff = Tariff(id=uuid4(), **dict(request))
            active = work.prices.active(lock=True)
            self._succeed(work, active, [*active.rules, tariff], caller)
            work.idempotency.remember(key, tariff.model_dump(mode="json"))
            work.commit()
            return tariff

    def remove_tariff(self, tariff_id: UUID, caller: Identity) -> None:
        """Put a new version in force that has one rule less."""
        with self._unit_of_work() as work:
            active = work.prices.active(lock=True)
            left = [rule for rule in active.rules if rule.id != tariff_id]
            if len(left) == len(active.rules):
                raise TariffNotFoundError(tariff_id=str(tariff_id))
            self._succeed(work, active, left, caller)
            work.commit()

    def versions(self, query: TariffVersionsQuery) -> Page[TariffVersion]:
        """The newest first."""
        with self._unit_of_work() as work:
            found = work.prices.page(int(query.cursor) if query.cursor else None, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        return Page(data=page, next_cursor=str(page[-1].number) if more else None)

    def version(self, number: int) -> TariffVersion:
        with self._unit_of_work() as work:
            return work.prices.get(number)

    def draft(self, request: TariffVersionRequest, caller: Identity, key: IdempotencyKey | None) -> TariffVersion:
        """A version that is not in force yet."""
        with self._unit_of_work() as work:
            if replay := work.idempotency.replay(key):
                return TariffVersion.model_validate(replay)
            prices = self._prices(work, request)
            version = work.prices.add(self._draft(prices, request.note, caller))
            work.idempotency.remember(key, version.model_dump(mode="json"))
            work.commit()
            return version

    def redraft(self, number: int, request: TariffVersionRequest) -> TariffVersion:
        """Write a draft anew."""
        with self._unit_of_work() as work:
            prices = self._prices(work, request, lock=True)
            before = self._draft_of(work, number)
            after = before.model_copy(update={**dict(prices), "note": request.note})
            work.prices.update(after)
            work.commit()
            return after

    def activate(self, number: int) -> TariffVersion:
        """Put a draft in force; to do so twice changes nothing."""
        with self._unit_of_work() as work:
            active = work.prices.active(lock=True)
            if number and active.number == number:
                return active
            self._draft_of(work, number)
            work.prices.activate(number, self._clock.now())
            activated = work.prices.get(number)
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
        given = {name: value for name in PriceList.model_fields if (value := getattr(request, name)) is not None}
        if "rules" in given:
            given["rules"] = [_with_id(rule) for rule in given["rules"]]
        prices = PriceList(**{**_parts(work.prices.active(lock=lock)), **given})
        if found := price_list_violations(prices):
            raise RuleViolationError(found)
        require_halls(work, halls_of(prices))
        return prices


def _parts(version: TariffVersion) -> dict[str, object]:
    return {name: getattr(version, name) for name in PriceList.model_fields}


def _with_id(rule: Tariff | TariffRequest) -> Tariff:
    return rule if isinstance(rule, Tariff) else Tariff(id=uuid4(), **dict(rule))
