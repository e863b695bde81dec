"""What the contracts of the booking service refuse by themselves."""

from typing import Any
from uuid import uuid4

import pytest
from pydantic import ValidationError

from shared_schemas.booking.availability import AvailabilityQuery
from shared_schemas.booking.extras import PromoCodeRequest
from shared_schemas.booking.halls import HallRequest
from shared_schemas.booking.prices import HeadcountRule, TariffRequest
from shared_schemas.booking.quotes import SlotRequest
from shared_schemas.calendar import Interval, Recurrence
from shared_schemas.common import Contract

SLOT = {"hall_id": str(uuid4()), "start": "2026-12-01T12:00:00+03:00", "end": "2026-12-01T13:00:00+03:00"}
HOURS = [{"weekday": 1, "opens": "09:00", "closes": "24:00"}]
HALL = {"name": "Loft", "capacity": 5, "opening_hours": HOURS}
RUBLE = {"amount": 100, "currency": "RUB"}


def codes(model: type[Contract], values: dict[str, Any]) -> list[tuple[str, str]]:
    try:
        model.model_validate(values)
    except ValidationError as error:
        return [(".".join(map(str, item["loc"])), item["type"]) for item in error.errors()]
    return []


@pytest.mark.parametrize(
    ("model", "values"),
    [
        (SlotRequest, SLOT),
        (HallRequest, HALL),
        (AvailabilityQuery, {"from": "2026-12-01", "to": "2026-12-02"}),
        (Interval, {"opens": "22:00", "closes": "03:00"}),
        (Recurrence, {"rule": "FREQ=MONTHLY;BYDAY=1TU;COUNT=12"}),
        (TariffRequest, {"name": "Base", "price_per_hour": RUBLE}),
        (HeadcountRule, {"from_people": 10, "percent": 20}),
        (PromoCodeRequest, {"code": "весна", "percent": 10}),
    ],
)
def test_what_is_well_formed_is_taken(model: type[Contract], values: dict[str, Any]) -> None:
    assert codes(model, values) == []


@pytest.mark.parametrize(
    ("model", "values", "field", "code"),
    [
        (SlotRequest, SLOT | {"start": "9999-12-31T23:00:00+00:00"}, "start", "less_than_equal"),
        (SlotRequest, SLOT | {"start": "0001-01-01T00:00:00+00:00"}, "start", "greater_than_equal"),
        (SlotRequest, SLOT | {"start": "2026-12-01T12:00:00"}, "start", "timezone_aware"),
        (AvailabilityQuery, {"from": "9999-12-30", "to": "9999-12-31"}, "from", "less_than_equal"),
        (AvailabilityQuery, {"from": "0001-01-01", "to": "0001-01-02"}, "from", "greater_than_equal"),
        (HallRequest, HALL | {"timezone": "Moscow"}, "timezone", "unknown_time_zone"),
        (HallRequest, HALL | {"country": "ru"}, "country", "string_pattern_mismatch"),
        (HallRequest, HALL | {"photos": [{"url": "javascript:alert(1)"}]}, "photos.0.url", "string_pattern_mismatch"),
        (HallRequest, HALL | {"min_minutes": 50}, "min_minutes", "multiple_of"),
        (Interval, {"opens": "09:10", "closes": "10:00"}, "opens", "off_grid"),
        (Interval, {"opens": "24:00", "closes": "10:00"}, "opens", "time_parsing"),
        (Recurrence, {"rule": "FREQ=WEEKLY"}, "rule", "invalid_recurrence"),
        (Recurrence, {"rule": "FREQ=SECONDLY;COUNT=9"}, "rule", "invalid_recurrence"),
        (Recurrence, {"rule": "FREQ=WEEKLY;BYDAY=XX;COUNT=9"}, "rule", "invalid_recurrence"),
        (Recurrence, {"rule": "COUNT=9"}, "rule", "invalid_recurrence"),
        (Recurrence, {"rule": "FREQ=DAILY;COUNT=2;COUNT=3"}, "rule", "invalid_recurrence"),
        (TariffRequest, {"name": "Base", "price_per_hour": RUBLE | {"amount": 101}}, "price_per_hour", "not_divisible"),
        (HeadcountRule, {"from_people": 10}, "", "exactly_one_of"),
        (HeadcountRule, {"from_people": 10, "percent": 5, "per_hour": RUBLE}, "", "exactly_one_of"),
        (PromoCodeRequest, {"code": "SPRING", "percent": 5, "amount": RUBLE}, "", "exactly_one_of"),
        (PromoCodeRequest, {"code": "two words", "percent": 5}, "code", "string_pattern_mismatch"),
    ],
)
def test_what_is_not_is_refused_by_field_and_code(
    model: type[Contract], values: dict[str, Any], field: str, code: str
) -> None:
    assert (field, code) in codes(model, values)


def test_the_end_of_the_day_may_be_written_24_00() -> None:
    assert Interval.model_validate({"opens": "09:00", "closes": "24:00"}).closes.hour == 0
