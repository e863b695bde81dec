"""Contracts of add-ons and promo codes."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared_schemas.booking.rates import HourlyRate, either
from shared_schemas.calendar import Weekday
from shared_schemas.common import Contract, Day, Instant, Money
from shared_schemas.errors import Text
from shared_schemas.texts import Cursor, Description, Line, Name
from shared_schemas.words import Texts

Quantity = Annotated[int, Field(ge=1, le=1000)]
PromoText = Annotated[str, Line(40, 1, upper=True, pattern=r"^[\w.-]+$")]
AddOnUnit = Literal["hour", "booking", "unit", "person"]
Uses = Annotated[int, Field(ge=1, le=1_000_000_000)]


class AddOnRequest(Contract):
    """Something rented or sold with a hall. `price` is per `unit`; `stock` limits how many are in use at once."""

    name: Name
    description: Description = ""
    texts: Texts | None = None
    """Name and description in other languages; `Accept-Language` picks one wherever it is read, and none means the
    studio's own words."""
    unit: AddOnUnit
    price: HourlyRate
    stock: int | None = Field(default=None, ge=0, le=100_000)
    hall_ids: list[UUID] | None = Field(default=None, max_length=200)
    """The halls that offer it; absent means every hall."""
    max_quantity: Quantity = 1000
    active: bool = True


class AddOn(AddOnRequest):
    """An add-on of the studio."""

    id: UUID


class AddOnChanges(Contract):
    """Changes to an add-on; absent fields stay. Bookings made before keep their prices."""

    name: Name | None = None
    description: Description | None = None
    texts: Texts | None = None
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
    """A discount on the whole order for everybody who has the code: a share or an amount."""

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
    """The smallest order it applies to, before the discount."""
    max_uses: Uses | None = None
    max_uses_per_client: Uses | None = None
    active: bool = True

    @model_validator(mode="after")
    def _one_discount(self) -> "PromoCodeRequest":
        text = Text("Give either a percentage or an amount", "Укажите либо процент, либо сумму")
        either(text, self.percent, self.amount)
        return self


class PromoCode(PromoCodeRequest):
    """A promo code; `uses` counts the bookings with it that are held or were paid."""

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


class PromoCodeListQuery(Contract):
    """A page of promo codes, newest first."""

    cursor: Cursor | None = None
    limit: int = Field(default=100, ge=1, le=500)


class PromoCodeChanges(Contract):
    """Changes to a promo code; absent fields stay."""

    valid_from: Instant | None = None
    valid_to: Instant | None = None
    max_uses: Uses | None = None
    max_uses_per_client: Uses | None = None
    active: bool | None = None
