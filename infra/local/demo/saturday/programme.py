"""The forty visits of the Saturday, hall by hall: how long each is, how it is booked and paid, and what comes of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Moscow")
OPENS = 9
HOURS = (1, 2, 1, 1, 2, 1, 1, 2, 1, 1)
"""Every hall is sold out from 9 to 22."""
HALLS: dict[str, tuple[int, str]] = {
    "cyclorama": (299_992, "cash half invoice terminal invoice cash link deposit walk_in certificate"),
    "loft": (240_000, "terminal balance cash transfer pass slip walk_in resold_balance certificate cash"),
    "dark": (189_996, "half balance surcharge cash no_show terminal pass resold_cash cash walk_in"),
    "podcast": (150_000, "balance link invoice discount transfer cash half terminal cash terminal"),
}
"""Kopecks for an hour of a Saturday, divisible by four so that 15 minutes have a price, and the visits in order.

`half` is paid in part by a link and the rest in cash, `link` whole; `slip` is marked as missed by mistake; `resold_…`
takes the time of a visit that was called off, whose money went to a balance or was handed out."""
WEEKDAY_PRICE = 100_000
AT_THE_DOOR = ("walk_in", "resold_balance", "resold_cash")
"""Ways of those who come without a booking."""
BACKDROP_METRE, BACKDROP_METRES = 25_000, 3
"""An add-on of the visits that are paid in cash."""
SURCHARGE, DISCOUNT, DAMAGE, DEPOSIT = 45_015, -30_055, 150_050, 300_000
FLOAT, CHANGE, TO_THE_BANK, MISCOUNTED = 500_000, 200_000, 2_000_000, 10_000
TOP_UP, PAYOUT, CERTIFICATE = 1_100_000, 30_004, 500_000
PASS_HOURS, PASS_PRICE = 10, 1_500_000


@dataclass(frozen=True)
class Visit:
    """A visit as it is meant: times are hours of the day."""

    hall: str
    start: int
    hours: int
    way: str

    @property
    def time(self) -> int:
        """What its time costs in kopecks, by the Saturday's tariff."""
        return HALLS[self.hall][0] * self.hours

    @property
    def metres(self) -> int:
        """Of backdrop."""
        return BACKDROP_METRES if self.way == "cash" else 0

    @property
    def total(self) -> int:
        """What it costs as it is booked, in kopecks."""
        return self.time + self.metres * BACKDROP_METRE


def visits() -> list[Visit]:
    """All of them by their hour."""
    return sorted(_visits(), key=lambda visit: visit.start)


def _visits() -> Iterator[Visit]:
    for hall, (_, ways) in HALLS.items():
        start = OPENS
        for hours, way in zip(HOURS, ways.split(), strict=True):
            yield Visit(hall, start, hours, way)
            start += hours
