"""What time costs: each 15-minute cell is priced by exactly one tariff rule, in whole kopecks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from booking.domain_ranges import TimeRange
from booking.errors import NoTariffError
from shared_schemas.booking import Hall, QuoteLine, Tariff
from shared_schemas.common import Money

CELLS_PER_HOUR = 4
MIDNIGHT = time(0, 0)


@dataclass(frozen=True)
class Price:
    """A price and the lines that explain it."""

    lines: list[QuoteLine]
    total: Money
    prepayment: Money


def price(hall: Hall, slot: TimeRange, tariffs: Sequence[Tariff], prepayment_percent: int) -> Price:
    """The price of a slot; `tariffs` in order of creation. `NoTariffError` names the first uncovered cell."""
    zone = ZoneInfo(hall.timezone)
    ranked = sorted(tariffs, key=_rank, reverse=True)  # A stable sort: among equals the older stays first.
    priced = [(cell, _winner(cell, hall.id, ranked, zone)) for cell in slot.cells()]
    lines = []
    for _, group in groupby(priced, key=lambda item: item[1].id):
        cells = list(group)
        lines.append(_line([cell for cell, _ in cells], cells[0][1], zone))
    total = sum(line.amount.amount for line in lines)
    # The one rounding point: a share of a kopeck goes to the studio.
    prepayment = -(-total * prepayment_percent // 100)
    return Price(lines, Money(amount=total), Money(amount=prepayment))


def _rank(tariff: Tariff) -> tuple[int, bool, bool, bool]:
    narrower = (tariff.hall_id is not None, len(set(tariff.weekdays)) < 7, tariff.starts != tariff.ends)
    return (tariff.priority, *narrower)


def _winner(cell: TimeRange, hall_id: UUID, ranked: Sequence[Tariff], zone: ZoneInfo) -> Tariff:
    local = cell.start.astimezone(zone)
    for tariff in ranked:
        if (
            tariff.hall_id in (None, hall_id)
            and local.isoweekday() in tariff.weekdays
            and _covers(tariff, local.time())
        ):
            return tariff
    raise NoTariffError(start=local.isoformat())


def _covers(tariff: Tariff, moment: time) -> bool:
    if tariff.starts < tariff.ends:
        return tariff.starts <= moment < tariff.ends
    return moment >= tariff.starts or moment < tariff.ends


def _line(cells: Sequence[TimeRange], tariff: Tariff, zone: ZoneInfo) -> QuoteLine:
    return QuoteLine(
        start=cells[0].start.astimezone(zone),
        end=cells[-1].end.astimezone(zone),
        tariff_id=tariff.id,
        tariff_name=tariff.name,
        price_per_hour=tariff.price_per_hour,
        amount=Money(amount=tariff.price_per_hour.amount // CELLS_PER_HOUR * len(cells)),
    )
