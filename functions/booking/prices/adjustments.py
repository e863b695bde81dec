"""Adjustments of the price of time, always in the same order: package, people, duration, how soon, birthday, add-ons,
promo code, minimum order, lines by hand. Each is applied to the sum so far."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from booking.prices.choosing import Chosen
from booking.prices.rounding import hourly, sellable, share
from shared_schemas.booking.extras import BookedAddOn, PromoCode
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.prices import (
    BirthdayRule,
    DurationTier,
    HeadcountRule,
    NoticeRule,
    Package,
    PriceAdjustment,
    PriceList,
)
from shared_schemas.common import Money, SignedMoney

Rule = TypeVar("Rule", HeadcountRule, DurationTier)


def adjustments(
    halls: Sequence[Hall],
    cells: int,
    people: int,
    prices: PriceList,
    amounts: Mapping[UUID, int],
    add_ons: Sequence[BookedAddOn],
    promo: PromoCode | None,
    chosen: Mapping[UUID, Chosen],
) -> list[PriceAdjustment]:
    """All adjustments of a price, in their order; with what each hall's time costs they add up to the total.

    Of the visit itself they know only its length, in cells, how many come, and the rules that are `chosen` for each
    hall by when it starts: the prices of a month rely on it. An order that is below the minimum of its promo code has
    none."""
    found: list[PriceAdjustment] = []
    for hall in halls:
        found += _of_hall(hall, people, cells, amounts[hall.id], prices.headcount, chosen[hall.id])
    found += (_add_on(item, cells, people) for item in add_ons)
    subtotal = sum(amounts.values()) + _sum(found)
    if promo and subtotal >= promo.minimum.amount:
        found.append(_promo(promo, subtotal))
    total = sum(amounts.values()) + _sum(found)
    if total < prices.minimum_order.amount:
        found.append(_adjustment("minimum_order", "", prices.minimum_order.amount - total))
    return found


def line_by_hand(line_id: UUID, name: str, amount: int) -> PriceAdjustment:
    """What staff add or take off themselves, in kopecks."""
    return _adjustment("by_hand", name, amount, line_id=line_id)


def _of_hall(
    hall: Hall, people: int, cells: int, time: int, crowds: Sequence[HeadcountRule], chosen: Chosen
) -> list[PriceAdjustment]:
    """Those of one hall's price, each of the sum so far."""
    found = list(_package(hall, time, chosen.package))
    base = time + _sum(found)
    found += _headcount(hall, people, cells, base, crowds)
    found += _duration(hall, time + _sum(found), chosen.tier)
    found += _notice(hall, time + _sum(found), chosen.notice)
    found += _birthday(hall, time + _sum(found), chosen.birthday)
    return found


def _package(hall: Hall, time: int, package: Package | None) -> Iterator[PriceAdjustment]:
    """What makes the exact price of what the time would cost."""
    if package:
        yield _adjustment("package", package.name, package.price.amount - time, hall_id=hall.id)


def _sum(found: Iterable[PriceAdjustment]) -> int:
    return sum(adjustment.amount.amount for adjustment in found)


def _strictest(hall: Hall, rules: Sequence[Rule], threshold: Callable[[Rule], int], reached: int) -> Rule | None:
    """The highest threshold that is reached; a hall that has rules of its own has no others."""
    own = [rule for rule in rules if rule.hall_id == hall.id]
    counting = own or [rule for rule in rules if rule.hall_id is None]
    return max((rule for rule in counting if threshold(rule) <= reached), key=threshold, default=None)


def _headcount(
    hall: Hall, people: int, cells: int, time: int, rules: Sequence[HeadcountRule]
) -> Iterator[PriceAdjustment]:
    rule = _strictest(hall, rules, lambda rule: rule.from_people, people)
    if rule is None:
        return
    if rule.percent is not None:
        amount = share(time, rule.percent)
    elif rule.per_hour is not None:
        amount = hourly(rule.per_hour.amount, cells)
    else:
        each = rule.per_person_hour or Money(amount=0)
        amount = hourly(each.amount, cells) * (people - rule.from_people + 1)
    yield _adjustment("headcount", hall.name, amount, hall_id=hall.id, quantity=people, percent=rule.percent)


def _duration(hall: Hall, price: int, tier: DurationTier | None) -> Iterator[PriceAdjustment]:
    if tier:
        off = -share(price, tier.percent_off)
        yield _adjustment("duration", hall.name, off, hall_id=hall.id, percent=tier.percent_off)


def _notice(hall: Hall, price: int, rule: NoticeRule | None) -> Iterator[PriceAdjustment]:
    if rule is None:
        return
    off, more = rule.percent_off, rule.percent_more
    amount = -share(price, off) if off is not None else share(price, more or 0)
    yield _adjustment("notice", rule.name, amount, hall_id=hall.id, percent=off if off is not None else more)


def _birthday(hall: Hall, price: int, rule: BirthdayRule | None) -> Iterator[PriceAdjustment]:
    if rule:
        off = -share(price, rule.percent_off)
        yield _adjustment("birthday", rule.name, off, hall_id=hall.id, percent=rule.percent_off)


def _add_on(item: BookedAddOn, cells: int, people: int) -> PriceAdjustment:
    if item.unit == "hour":
        amount = hourly(item.price.amount, cells) * item.quantity
    elif item.unit == "person":
        amount = item.price.amount * people * item.quantity
    else:
        amount = item.price.amount * item.quantity
    return _adjustment("add_on", item.name, amount, add_on_id=item.id, quantity=item.quantity)


def _promo(promo: PromoCode, subtotal: int) -> PriceAdjustment:
    fixed = promo.amount.amount if promo.amount else 0
    off = share(subtotal, promo.percent) if promo.percent is not None else min(fixed, subtotal)
    return _adjustment("promo_code", promo.code, -off, percent=promo.percent)


def _adjustment(kind: str, name: str, amount: int, **fields: object) -> PriceAdjustment:
    return PriceAdjustment.model_validate(
        {"kind": kind, "name": name, "amount": SignedMoney(amount=sellable(amount)), **fields}
    )
