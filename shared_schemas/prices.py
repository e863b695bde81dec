"""Contracts of prices: tariff versions and their rules, add-ons, promo codes, quotes, simulations."""

from datetime import time
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from shared_schemas.calendar import ClosingTime, GridTime, Weekday
from shared_schemas.common import Contract, Day, Instant, Money, SignedMoney
from shared_schemas.errors import Text
from shared_schemas.texts import Comment, Line, Name, Remark
from shared_schemas.validation import refuse

Percent = Annotated[int, Field(ge=0, le=100)]
Quantity = Annotated[int, Field(ge=1, le=1000)]
PromoText = Annotated[str, Line(40, 1, upper=True, pattern=r"^[\w.-]+$")]
VersionStatus = Literal["draft", "active", "retired"]
AddOnUnit = Literal["hour", "booking", "unit", "person"]
AdjustmentKind = Literal["headcount", "duration", "add_on", "promo_code", "minimum_order"]


def _exact_quarter(value: Money) -> Money:
    if value.amount % 4:
        raise refuse(
            "not_divisible",
            Text(
                "must be divisible by {divisor} kopecks, so that a 15-minute cell has an exact price",
                "должно делиться на {divisor} копейки, чтобы у 15 минут была точная цена",
            ),
            divisor=4,
        )
    return value


def _sellable(value: Money) -> Money:
    if value.amount > MAX_PRICE:
        raise refuse(
            "price_too_high", Text("must be at most {max} kopecks", "должно быть не больше {max} коп."), max=MAX_PRICE
        )
    return value


MAX_PRICE = 2_000_000_000
"""In kopecks, of anything that is sold and of a whole order: what the books can hold."""
SellingPrice = Annotated[Money, AfterValidator(_sellable)]
HourlyRate = Annotated[SellingPrice, AfterValidator(_exact_quarter)]
Uses = Annotated[int, Field(ge=1, le=1_000_000_000)]
VersionNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


def _either(text: Text, *values: object) -> None:
    """Exactly one of the values must be given."""
    if sum(value is not None for value in values) != 1:
        raise refuse("exactly_one_of", text)


class TariffRequest(Contract):
    """What an hour costs where and when; `hall_id` absent means every hall.

    Of the rules that match a 15-minute cell, the highest `priority` wins, then the more specific, then the older."""

    hall_id: UUID | None = None
    name: Name
    priority: int = Field(default=0, ge=0, le=1000)
    weekdays: list[Weekday] = Field(default=[1, 2, 3, 4, 5, 6, 7], min_length=1, max_length=7)
    holidays: Literal["any", "also", "only", "except"] = "any"
    """How public holidays count: not at all, like a further weekday, as the only days meant, or as days left out."""
    first_day: Day | None = None
    last_day: Day | None = None
    """The local days, both inclusive, in which the rule holds: a season."""
    starts: GridTime = time(0, 0)
    ends: ClosingTime = time(0, 0)
    price_per_hour: HourlyRate


class Tariff(TariffRequest):
    """A tariff rule; it keeps its id from version to version."""

    id: UUID


class HeadcountRule(Contract):
    """A surcharge for many people: a share of the hall's price, or an amount an hour, for all or for each one over.

    The rule with the highest `from_people` that is reached counts, one for the hall before one for every hall."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"from_people": 10, "percent": 20}]})

    hall_id: UUID | None = None
    from_people: int = Field(ge=2, le=10_000)
    percent: int | None = Field(default=None, ge=1, le=1000)
    per_hour: HourlyRate | None = None
    per_person_hour: HourlyRate | None = None
    """For each person from the `from_people`th on."""

    @model_validator(mode="after")
    def _one_price(self) -> "HeadcountRule":
        _either(
            Text(
                "give exactly one of percent, per_hour and per_person_hour",
                "укажите ровно одно из: percent, per_hour, per_person_hour",
            ),
            self.percent, self.per_hour, self.per_person_hour,
        )  # fmt: skip
        return self


class DurationTier(Contract):
    """A discount on the hall's price for long bookings; the longest tier that is reached counts."""

    hall_id: UUID | None = None
    from_minutes: int = Field(ge=15, le=1440, multiple_of=15)
    percent_off: int = Field(ge=1, le=100)


class TariffVersionRequest(Contract):
    """A draft of all prices of halls; absent parts are copied from the active version."""

    note: Remark = ""
    rules: list[Tariff | TariffRequest] | None = Field(default=None, max_length=2000)
    headcount: list[HeadcountRule] | None = Field(default=None, max_length=200)
    durations: list[DurationTier] | None = Field(default=None, max_length=200)
    minimum_order: SellingPrice | None = None


class PriceList(Contract):
    """Everything that decides what time in the halls costs."""

    rules: list[Tariff] = Field(default=[])
    headcount: list[HeadcountRule] = Field(default=[])
    durations: list[DurationTier] = Field(default=[])
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


class AddOnRequest(Contract):
    """Something rented or sold with a hall; `price` is per `unit`, and with `stock` no more are out at any moment."""

    name: Name
    description: Comment = ""
    unit: AddOnUnit
    price: HourlyRate
    stock: int | None = Field(default=None, ge=0, le=100_000)
    hall_ids: list[UUID] | None = Field(default=None, max_length=200)
    """The halls it can be had in; absent is every hall."""
    max_quantity: Quantity = 1000
    active: bool = True


class AddOn(AddOnRequest):
    """An add-on of the studio."""

    id: UUID


class AddOnChanges(Contract):
    """What to change of an add-on; whatever is absent stays, and so do the prices of bookings made before."""

    name: Name | None = None
    description: Comment | None = None
    price: HourlyRate | None = None
    stock: int | None = Field(default=None, ge=0, le=100_000)
    hall_ids: list[UUID] | None = Field(default=None, max_length=200)
    max_quantity: Quantity | None = None
    active: bool | None = None


class AddOnOrder(Contract):
    """How many of an add-on; hours and people are counted by the booking itself."""

    id: UUID
    quantity: Quantity = 1


class BookedAddOn(AddOnOrder):
    """An add-on as it was sold."""

    name: str
    unit: AddOnUnit
    price: Money


class PromoCodeRequest(Contract):
    """A discount for who knows the code: a share, or an amount, of the whole order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"code": "SPRING", "percent": 10, "max_uses": 100}]})

    code: PromoText
    percent: int | None = Field(default=None, ge=1, le=100)
    amount: Money | None = None
    valid_from: Instant | None = None
    valid_to: Instant | None = None
    """When a booking must be made, `valid_to` exclusive."""
    first_day: Day | None = None
    last_day: Day | None = None
    """The local days, both inclusive, on which the visit must start."""
    weekdays: list[Weekday] | None = Field(default=None, min_length=1, max_length=7)
    hall_ids: list[UUID] | None = Field(default=None, max_length=200)
    minimum: Money = Money(amount=0)
    """The order it needs, before the discount."""
    max_uses: Uses | None = None
    max_uses_per_client: Uses | None = None
    active: bool = True

    @model_validator(mode="after")
    def _one_discount(self) -> "PromoCodeRequest":
        text = Text("give exactly one of percent and amount", "укажите ровно одно из: percent, amount")
        _either(text, self.percent, self.amount)
        return self


class PromoCode(PromoCodeRequest):
    """A promo code; `uses` are bookings that hold it, or kept it by being paid for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
                    "code": "SPRING",
                    "percent": 10,
                    "max_uses": 100,
                    "minimum": {"amount": 0, "currency": "RUB"},
                    "active": True,
                    "uses": 3,
                }
            ]
        }
    )

    id: UUID
    uses: int = 0


class PromoCodeChanges(Contract):
    """What to change of a promo code; whatever is absent stays."""

    valid_from: Instant | None = None
    valid_to: Instant | None = None
    max_uses: Uses | None = None
    max_uses_per_client: Uses | None = None
    active: bool | None = None


class SlotRequest(Contract):
    """A hall at a time, with everything that has a price."""

    hall_id: UUID
    also_hall_ids: list[UUID] = Field(default=[], max_length=20)
    """Further halls for the same time, in the same booking."""
    start: Instant
    end: Instant
    people: int = Field(default=1, ge=1, le=10_000)
    add_ons: list[AddOnOrder] = Field(default=[], max_length=50)
    promo_code: PromoText | None = None


class QuoteRequest(SlotRequest):
    """What would it cost?"""


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


class Quote(Price):
    """A price that holds until `valid_until`."""

    id: UUID
    hall_id: UUID
    also_hall_ids: list[UUID] = Field(default=[])
    start: Instant
    end: Instant
    usable_until: Instant
    """When the hall must be left: the billed end, less the hall's unused minutes."""
    people: int
    valid_until: Instant


class Alternative(Contract):
    """What could be booked instead of what was refused, and for how much."""

    hall_id: UUID
    hall_name: str
    start: Instant
    end: Instant
    total: Money


class SimulationRequest(Contract):
    """Which visits to price anew: those that start on the studio's days from `from`, `to` exclusive."""

    from_: Day = Field(alias="from")
    to: Day


class HallSimulation(Contract):
    """What a hall's bookings brought, and what they would bring."""

    hall_id: UUID
    hall_name: str
    bookings: int
    sold: Money
    simulated: Money
    change: SignedMoney
    unpriced: int = 0
    """Bookings that the version has no price for; they are in neither sum."""


class Simulation(Contract):
    """A period's bookings priced by another tariff version."""

    version: int
    halls: list[HallSimulation]
    bookings: int
    sold: Money
    simulated: Money
    change: SignedMoney
    unpriced: int
