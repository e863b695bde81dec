"""What time costs: each 15-minute cell of each hall is priced by exactly one tariff rule, in whole kopecks."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.hours.domain import StudioDays
from booking.prices.adjustments import adjustments
from booking.prices.choosing import Choice, Chosen
from booking.prices.rates import Rates
from booking.prices.rounding import hourly, sellable, share
from booking.prices.visit import Visit
from booking.time.ranges import TimeRange
from shared_schemas.booking.extras import BookedAddOn, PromoCode
from shared_schemas.booking.halls import Hall
from shared_schemas.booking.prices import Price, PriceAdjustment, PriceList, QuoteLine, Tariff, TariffVersion
from shared_schemas.common import Money


def price(
    halls: Sequence[Hall],
    visit: Visit,
    tariffs: TariffVersion,
    days: StudioDays,
    add_ons: Sequence[BookedAddOn],
    promo: PromoCode | None,
    prepayment_percent: int,
    sold: Sequence[QuoteLine] = (),
) -> Price:
    """The price of a visit in all of the halls, and everything that explains it, to the kopeck.

    `sold` are the lines of time that is theirs already, from the visit's start on: only the time beyond them is priced.
    `NoTariffError` names the first cell that no rule covers: it is not for sale, not free."""
    lines = [line for hall in halls for line in _lines_after(hall, visit, tariffs, days, sold)]
    chosen = {hall.id: Choice(hall, tariffs, days, visit).at(visit.slot.start) for hall in halls}
    extra, total = summed(halls, visit.cells, visit.people, tariffs, _time(halls, lines), add_ons, promo, chosen)
    discounted = promo and any(adjustment.kind == "promo_code" for adjustment in extra)
    return Price(
        lines=lines,
        adjustments=extra,
        add_ons=list(add_ons),
        promo_code=promo.code if promo and discounted else None,
        total=Money(amount=total),
        prepayment=Money(amount=share(total, prepayment_percent)),
        tariff_version=tariffs.number,
        priced_at=visit.sold_at,
    )


def summed(
    halls: Sequence[Hall],
    cells: int,
    people: int,
    prices: PriceList,
    time: Mapping[UUID, int],
    add_ons: Sequence[BookedAddOn],
    promo: PromoCode | None,
    chosen: Mapping[UUID, Chosen],
) -> tuple[list[PriceAdjustment], int]:
    """The adjustments and the total of a visit whose `time` costs so much in each hall, and for which these rules are
    `chosen`: every price comes by here.

    `RuleViolationError` beyond what the books can hold."""
    for amount in time.values():
        sellable(amount)
    extra = adjustments(halls, cells, people, prices, time, add_ons, promo, chosen)
    return extra, sellable(sum(time.values()) + sum(more.amount.amount for more in extra))


def _time(halls: Sequence[Hall], lines: Sequence[QuoteLine]) -> dict[UUID, int]:
    return {hall.id: sum(line.amount.amount for line in lines if line.hall_id == hall.id) for hall in halls}


def _lines_after(
    hall: Hall, visit: Visit, tariffs: TariffVersion, days: StudioDays, sold: Sequence[QuoteLine]
) -> list[QuoteLine]:
    """The hall's sold lines and those of the time behind them; one line where it goes on at the same price."""
    lines = [line for line in sold if line.hall_id == hall.id]
    rates = Rates(hall, tariffs, days, visit.purpose)
    if not lines:
        return list(_lines(hall, visit.slot, rates))
    for line in _lines(hall, TimeRange(lines[-1].end, visit.slot.end), rates):
        last = lines[-1]
        if (line.tariff_id, line.price_per_hour) == (last.tariff_id, last.price_per_hour):
            lines[-1] = last.model_copy(update={"end": line.end, "amount": last.amount + line.amount})
        else:
            lines.append(line)
    return lines


def _lines(hall: Hall, slot: TimeRange, rates: Rates) -> Iterator[QuoteLine]:
    zone = ZoneInfo(hall.timezone)
    cells = [(cell, rates.at(cell.start.astimezone(zone))) for cell in slot.cells()]
    for _, group in groupby(cells, key=lambda cell: cell[1].id):
        found = list(group)
        yield _line(hall, [cell for cell, _ in found], found[0][1], zone)


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
