"""What messages cost, counted in the database."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from notification.costs.domain import Prices
from notification.costs.service import CostReports
from shared_schemas.errors import RuleViolationError
from shared_schemas.events.bookings import BookingConfirmed
from shared_schemas.messages.costs import MessageCostsQuery, MessageCostsReport
from tests.support.notification import PostOffice

TODAY, TOMORROW = date(2026, 12, 1), date(2026, 12, 2)


def report(office: PostOffice, begin: date = TODAY, end: date = TOMORROW) -> MessageCostsReport:
    prices = Prices.read("postman@2026-01-01=250")
    query = MessageCostsQuery.model_validate({"from": begin, "to": end})
    return CostReports(office.work, prices).report(query)


def test_days_kinds_and_providers_are_counted_apart(office: PostOffice) -> None:
    office.take(office.booking(BookingConfirmed, 1, "confirmed"))

    found = report(office)

    assert [(row.date, row.channel, row.provider, row.template, row.messages, row.parts) for row in found.rows] == [
        (TODAY, "email", "postman", "booking_confirmed", 1, 1),
        (TODAY, "sms", "postman", "booking_confirmed", 1, 1),
    ]
    assert found.totals.spend
    assert (found.totals.messages, found.totals.parts, found.totals.spend.amount) == (2, 2, 500)
    assert report(office, TOMORROW, date(2026, 12, 3)).rows == []


def test_what_goes_out_at_midnight_is_of_the_day_that_begins(office: PostOffice) -> None:
    office.clock.go_to(datetime(2026, 12, 2, tzinfo=ZoneInfo("Europe/Moscow")))
    office.take(office.booking(BookingConfirmed, 1, "confirmed"))

    assert report(office).rows == []
    assert {row.date for row in report(office, TOMORROW, date(2026, 12, 3)).rows} == {TOMORROW}


@pytest.mark.parametrize("end", [TODAY, date(2029, 1, 1)])
def test_a_period_that_is_none_or_too_long_is_refused(office: PostOffice, end: date) -> None:
    with pytest.raises(RuleViolationError):
        report(office, TODAY, end)
