"""What time costs: each 15-minute cell of each hall is priced by exactly one tariff rule, in whole kopecks."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time
from itertools import groupby
from zoneinfo import ZoneInfo

from booking.domain_adjustments import adjustments
from booking.domain_days import StudioDays
from booking.domain_money import hourly, sellable, share
from booking.domain_ranges import TimeRange
from booking.errors import NoTariffError
from shared_schemas.common import Money
from shared_schemas.halls import Hall
from shared_schemas.prices import BookedAddOn, Price, PromoCode, QuoteLine, Tariff, TariffVersion


def price(
    halls: Sequence[Hall],
    slot: TimeRange,
    people: int,
    tariffs: TariffVersion,
    days: StudioDays,
    add_ons: Sequence[BookedAddOn],
    promo: PromoCode | None,
    prepayment_percent: int,
    sold: Sequence[QuoteLine] = (),
) -> Price:
    """The price of a slot in all of the halls, and everything that explains it, to the kopeck.

    `sold` are the lines of time that is theirs already, from the slot's start on: only what is longer is priced anew.
    `NoTariffError` names the first cell that no rule covers: that is never a price of zero."""
    lines = [line for hall in halls for line in _lines_after(hall, slot, tariffs, days, sold)]
    extra = adjustments(halls, slot, people, tariffs, lines, add_ons, promo)
    total = sellable(sum(line.amount.amount for line in lines) + sum(more.amount.amount for more in extra))
    discounted = promo and any(adjustment.kind == "promo_code" for adjustment in extra)
    return Price(
        lines=lines,
        adjustments=extra,
        add_ons=list(add_ons),
        promo_code=promo.code if promo and discounted else None,
        total=Money(amount=total),
        prepayment=Money(amount=share(total, prepayment_percent)),
        tariff_version=tariffs.number,
    )


def _lines_after(
    hall: Hall, slot: TimeRange, tariffs: TariffVersion, days: StudioDays, sold: Sequence[QuoteLine]
) -> list[QuoteLine]:
    """The hall's sold lines and those of the time behind them; one line where it goes on at the same price."""
    lines = [line for line in sold if line.hall_id == hall.id]
    if not lines:
        return list(_lines(hall, slot, tariffs, days))
    for line in _lines(hall, TimeRange(lines[-1].end, slot.end), tariffs, days):
        last = lines[-1]
        if (line.tariff_id, line.price_per_hour) == (last.tariff_id, last.price_per_hour):
            lines[-1] = last.model_copy(update={"end": line.end, "amount": last.amount + line.amount})
        else:
            lines.append(line)
    return lines


def _lines(hall: Hall, slot: TimeRange, tariffs: TariffVersion, days: StudioDays) -> Iterator[QuoteLine]:
    zone = ZoneInfo(hall.timezone)
    ranked = sorted(
        (rule for rule in tariffs.rules if rule.hall_id in (None, hall.id)), key=_rank, reverse=True
    )  # A stable sort: among equals the older, which stands first, stays first.
    cells = [(cell, _winner(cell.start.astimezone(zone), hall, ranked, days)) for cell in slot.cells()]
    for _, group in groupby(cells, key=lambda cell: cell[1].id):
        found = list(group)
        yield _line(hall, [cell for cell, _ in found], found[0][1], zone)


def _rank(rule: Tariff) -> tuple[int, bool, bool, bool, bool]:
    """By priority; among equals the rule that says more about when and where it holds."""
    season = rule.first_day is not None or rule.last_day is not None
    certain_days = len(set(rule.weekdays)) < 7 or rule.holidays != "any"
    return rule.priority, rule.hall_id is not None, season, certain_days, rule.starts != rule.ends


def _winner(local: datetime, hall: Hall, ranked: Sequence[Tariff], days: StudioDays) -> Tariff:
    for rule in ranked:
        if _covers(rule, local.time()) and _in_season(rule, local) and _on_day(rule, local, hall, days):
            return rule
    raise NoTariffError(start=local.isoformat(), hall=hall.name)


def _covers(rule: Tariff, moment: time) -> bool:
    if rule.starts < rule.ends:
        return rule.starts <= moment < rule.ends
    return moment >= rule.starts or moment < rule.ends


def _in_season(rule: Tariff, local: datetime) -> bool:
    day = local.date()
    return (rule.first_day is None or rule.first_day <= day) and (rule.last_day is None or day <= rule.last_day)


def _on_day(rule: Tariff, local: datetime, hall: Hall, days: StudioDays) -> bool:
    on_weekday = days.weekday(hall, local.date()) in rule.weekdays
    if rule.holidays == "any":
        return on_weekday
    holiday = days.is_holiday(hall, local.date())
    if rule.holidays == "also":
        return on_weekday or holiday
    return on_weekday and holiday == (rule.holidays == "only")


def _line(hall: Hall, cells: Sequence[TimeRange], rule: Tariff, zone: ZoneInfo) -> QuoteLine:
    return QuoteLine(
        hall_id=hall.id,
        start=cells[0].start.astimezone(zone),
        end=cells[-1].end.astimezone(zone),
        tariff_id=rule.id,
        tariff_name=rule.name,
        price_per_hour=rule.price_per_hour,
        amount=Money(amount=sellable(hourly(rule.price_per_hour.amount, len(cells)))),
    )
