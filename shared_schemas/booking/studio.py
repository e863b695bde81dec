"""Contracts of what the studio says of itself."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from shared_schemas.accounts import Email
from shared_schemas.booking.halls import WebAddress
from shared_schemas.calendar import ZoneName
from shared_schemas.common import Contract, Day, LocaleCode, Replacement
from shared_schemas.errors import Text
from shared_schemas.inn import Inn
from shared_schemas.payment.methods import OfferedProvider
from shared_schemas.phones import CalledPhone
from shared_schemas.requisites import Requisites
from shared_schemas.texts import Line, Name
from shared_schemas.uploads.photos import Logo
from shared_schemas.validation import refuse
from shared_schemas.words import Story, Title

HALF_A_PLACE = Text("Give both latitude and longitude, or neither", "Укажите и широту, и долготу либо ничего")


class AddressRequest(Contract):
    """Where some halls are. Without `id` it is a new one."""

    id: UUID | None = None
    name: Title | None = None
    """What tells it from the others, such as a metro station."""
    address: Title
    directions: Story | None = None
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)

    @model_validator(mode="after")
    def _whole_place(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise refuse("half_a_place", HALF_A_PLACE)
        return self


class Address(AddressRequest):
    """An address of the studio; halls name it by its `id`."""

    id: UUID


class Links(Contract):
    """Where else the studio is found."""

    site: WebAddress | None = None
    max: WebAddress | None = None
    vk: WebAddress | None = None
    telegram: WebAddress | None = None


class StudioDocument(Contract):
    """One version of the public offer or of the privacy policy; `since` is its first day, in the studio's zone.

    Old versions stay: clients accepted them."""

    kind: Literal["offer", "privacy"]
    version: Name
    url: WebAddress
    since: Day


class StudioRequisites(Requisites):
    """What invoices and acts say of the studio, beside `legal_name` and `inn`; `signer` is who signs them."""

    signer: Annotated[str, Line(200, 1), Field(examples=["И. И. Иванов"])] | None = None
    signer_position: Annotated[str, Line(100, 1), Field(examples=["Генеральный директор"])] | None = None


class StudioRequest(Contract):
    """What the studio says of itself."""

    name: Title = Title(en="Photo studio", ru="Фотостудия")
    description: Story | None = None
    legal_name: Annotated[str, Line(300, 1)] | None = None
    inn: Inn | None = None
    requisites: StudioRequisites | None = None
    addresses: list[AddressRequest] = Field(default=[], max_length=20)
    """The first is meant where a hall names none."""
    phone: CalledPhone | None = None
    email: Email | None = None
    links: Links = Links()
    logo_url: WebAddress | None = None
    documents: list[StudioDocument] = Field(default=[], max_length=100)
    currency: Literal["RUB"] = "RUB"
    timezone: ZoneName = "Europe/Moscow"
    languages: list[LocaleCode] = Field(default=["ru", "en"], min_length=1, max_length=2)
    """Those that the studio serves clients in, its own first."""


class HoldLimits(Contract):
    """How long, and how much of it, a client may hold unpaid: the policy's limits."""

    minutes: float
    offer_minutes: float
    """The same of a slot that was offered from the waitlist."""
    max_unpaid_holds: int
    max_unpaid_hours: int


class StudioReplacement(StudioRequest, Replacement):
    """What the studio says of itself from now on, in full: what `GET /v1/studio` tells, but for `hold`, `logo` and
    `payment_methods`, which are decided elsewhere."""

    version: int | None = Field(default=None, ge=0, le=2**31 - 1)
    """The version that was edited, as `GET /v1/studio` tells it: refused if there is another by now. Absent means
    whichever there is."""


class StudioCard(StudioRequest):
    """What is kept of it; `version` 0 is what a studio begins with, before it says anything."""

    version: int = 0
    addresses: list[Address] = Field(default=[])  # type: ignore[assignment]


class Studio(StudioCard):
    """Who the studio is, and what a page needs to know before anything is booked."""

    hold: HoldLimits
    logo: Logo | None = None
    """The logo that was uploaded (`POST /v1/studio/logo`); `logo_url` is one that lies elsewhere."""
    payment_methods: list[OfferedProvider] | None = None
    """The gateways that are on, in the order to show them. Absent while that cannot be found out:
    `GET /v1/payment-methods` is the place to ask then."""
