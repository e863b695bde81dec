"""A dated table of prices."""

from datetime import date

import pytest

from notification.costs.domain import Prices, Sent, spend
from notification.costs.settings import CostSettings
from shared_schemas.common import Money

PRICES = Prices.read("smsru@2026-01-01=349 smsru@2026-10-01=399.5 ses@2026-01-01=0.8")
DAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("provider", "day", "expected"),
    [
        ("smsru", date(2025, 12, 31), None),
        ("smsru", date(2026, 1, 1), "349"),
        ("smsru", date(2026, 9, 30), "349"),
        ("smsru", date(2026, 10, 1), "399.5"),
        ("ses", DAY, "0.8"),
        ("smsc", DAY, None),
    ],
)
def test_a_price_holds_from_its_day_on(provider: str, day: date, expected: str | None) -> None:
    found = PRICES.of(provider, day)
    assert (found and str(found)) == expected


def test_a_sum_is_rounded_once() -> None:
    def sent(provider: str | None, parts: int) -> Sent:
        return Sent(DAY, "email", provider, "booking_confirmed", parts, parts)

    assert spend([sent("ses", 1)] * 2, PRICES) == Money(amount=2)
    assert spend([sent("smsru", 3)], PRICES) == Money(amount=1199)
    assert spend([sent("smsc", 1), sent(None, 1)], PRICES) is None


@pytest.mark.parametrize("text", ["smsru=349", "smsru@2026-13-01=1", "smsru@2026-01-01=-1", "smsru@2026-01-01=1,5"])
def test_a_table_that_cannot_be_read_is_named_when_the_service_starts(text: str) -> None:
    with pytest.raises(ValueError, match="message_prices"):
        CostSettings(message_prices=text)
