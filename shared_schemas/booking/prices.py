"""Contracts of prices: tariffs, their versions, and what a price is made of."""

from datetime import time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared_schemas.booking.extras import BookedAddOn
from shared_schemas.booking.rates import HourlyRate, SellingPrice, either
from shared_schemas.calendar import ClosingTime, GridTime
from shared_schemas.common import Contract, Instant, Money, SignedMoney
from shared_schemas.errors import Text
from shared_schemas.texts import Description, Line, Name, Remark
from shared_schemas.visits.conditions import DayConditions, HourConditions, HoursBefore, Length, VisitConditions
from shared_schemas.visits.purposes import VisitPurpose
from shared_schemas.words import Texts

VersionStatus = Literal["draft", "active", "retired"]
AdjustmentKind = Literal[
    "package", "headcount", "duration", "notice", "birthday", "add_on", "promo_code", "minimum_order", "by_hand"
]
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


class TariffRequest(DayConditions):
    """What an hour costs where and when; `hall_id` absent means every hall.

    Of the rules that match a 15-minute cell, the highest `priority` wins, then the more specific, then the older."""

    hall_id: UUID | None = None
    name: Name
    description: Description = ""
    texts: Texts | None = None
    """Name and description in other languages; `Accept-Language` picks one wherever it is read, and none means the
    studio's own words."""
    priority: int = Field(default=0, ge=0, le=1000)
    starts: GridTime = time(0, 0)
    ends: ClosingTime = time(0, 0)
    purposes: list[VisitPurpose] | None = Field(default=None, min_length=1, max_length=5)
    """What the visit must be for; absent means anything."""
    price_per_hour: HourlyRate


class Tariff(TariffRequest):
    """A tariff rule; it keeps its id from version to version."""

    id: UUID


class HeadcountRule(Contract):
    """A surcharge for many people: a share of the hall's price, or an amount per hour, per group or per extra person.

    The rule with the highest `from_people` that is reached applies; one for the hall comes before one for all halls."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"from_people": 10, "percent": 20}]})

    hall_id: UUID | None = None
    from_people: int = Field(ge=2, le=10_000)
    percent: int | None = Field(default=None, ge=1, le=1000)
    per_hour: HourlyRate | None = None
    per_person_hour: HourlyRate | None = None
    """For each person from the `from_people`th on."""

    @model_validator(mode="after")
    def _one_price(self) -> "HeadcountRule":
        either(
            Text(
                "Give exactly one: a percentage, an amount for an hour, or an amount for an hour of each person",
                "Укажите что-то одно: процент, сумму за час или сумму за час с человека",
            ),
            self.percent, self.per_hour, self.per_person_hour,
        )  # fmt: skip
        return self


class Package(HourConditions):
    """An exact price for an exact length, in place of what its time costs. The tariffs below it must cover the time.

    Of several, one for the hall comes first, then the more specific, then the one that stands first."""

    hall_id: UUID | None = None
    name: Name
    minutes: Length
    price: SellingPrice


class DurationTier(HourConditions):
    """A discount on the hall's price for long bookings; the longest tier that is reached counts, of equally long ones
    the more specific. It is not for packages."""

    hall_id: UUID | None = None
    from_minutes: int = Field(ge=15, le=1440, multiple_of=15)
    percent_off: int = Field(ge=1, le=100)


class NoticeRule(VisitConditions):
    """A lower or a higher price of the hall by how soon the visit is when it is sold: on its `same_day`, or at least,
    and less than, so many hours ahead.

    Of several, one for the hall comes first, then one for the same day, then the one for the fewest hours."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "Today", "same_day": True, "percent_off": 20}]})

    hall_id: UUID | None = None
    name: Name
    same_day: bool = False
    from_hours_before: HoursBefore | None = None
    under_hours_before: HoursBefore | None = None
    percent_off: int | None = Field(default=None, ge=1, le=100)
    percent_more: int | None = Field(default=None, ge=1, le=1000)

    @model_validator(mode="after")
    def _one_price(self) -> "NoticeRule":
        text = Text(
            "Say how much it takes off or how much it adds, and not both",
            "Укажите либо скидку, либо надбавку, но не обе сразу",
        )
        either(text, self.percent_off, self.percent_more)
        return self


class BirthdayRule(VisitConditions):
    """A lower price of the hall on a birthday, and so many `days` before and after it.

    Of several, one for the hall comes first, then the one for the fewest days."""

    hall_id: UUID | None = None
    name: Name = "Birthday"
    days: int = Field(default=3, ge=0, le=60)
    percent_off: int = Field(ge=1, le=100)


class TariffVersionRequest(Contract):
    """A draft of all prices of halls; absent parts are copied from the active version."""

    note: Remark = ""
    rules: list[Tariff | TariffRequest] | None = Field(default=None, max_length=2000)
    headcount: list[HeadcountRule] | None = Field(default=None, max_length=200)
    durations: list[DurationTier] | None = Field(default=None, max_length=200)
    packages: list[Package] | None = Field(default=None, max_length=500)
    notices: list[NoticeRule] | None = Field(default=None, max_length=200)
    birthdays: list[BirthdayRule] | None = Field(default=None, max_length=200)
    minimum_order: SellingPrice | None = None


class PriceList(Contract):
    """Everything that decides what time in the halls costs."""

    rules: list[Tariff] = Field(default=[])
    headcount: list[HeadcountRule] = Field(default=[])
    durations: list[DurationTier] = Field(default=[])
    packages: list[Package] = Field(default=[])
    notices: list[NoticeRule] = Field(default=[])
    birthdays: list[BirthdayRule] = Field(default=[])
    minimum_order: Money = Money(amount=0)


class TariffVersion(PriceList):
    """A numbered price list; only a draft can change, and exactly one is active."""

    number: int
    status: VersionStatus
    note: str
    created_by: str
    created_at: Instant
    activated_at: Instant | None = None


class TariffVersionsQuery(Contract):
    """A page of price lists, the newest first; each may be long, so a page is short."""

    cursor: Annotated[str, Line(9, 1, pattern=r"^[0-9]{1,9}$")] | None = None
    """The `next_cursor` of the page before."""
    limit: int = Field(default=20, ge=1, le=50)


class QuoteLine(Contract):
    """Neighbouring cells of a hall priced by one tariff rule; `amount` is exact for the span."""

    hall_id: UUID
    start: Instant
    end: Instant
    tariff_id: UUID
    tariff_name: str
    price_per_hour: Money
    amount: Money


class PriceAdjustment(Contract):
    """What was added to the price of time, or taken off it, and by which rule."""

    kind: AdjustmentKind
    name: str
    hall_id: UUID | None = None
    add_on_id: UUID | None = None
    quantity: int | None = None
    percent: int | None = None
    line_id: UUID | None = None
    """Of a line by hand, by which it is taken back."""
    amount: SignedMoney


class Price(Contract):
    """A price and all that explains it: lines and adjustments add up to `total`, to the kopeck."""

    lines: list[QuoteLine]
    adjustments: list[PriceAdjustment] = Field(default=[])
    add_ons: list[BookedAddOn] = Field(default=[])
    promo_code: str | None = None
    total: Money
    prepayment: Money
    tariff_version: int
    priced_at: Instant | None = None
    """Since when it is counted how soon the visit is; absent from prices of before this was told."""
