"""Contracts of reports: a question, rows that answer it, and what they come to."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from shared_schemas.calendar import Weekday, ZoneName
from shared_schemas.common import Contract, Day, Money, SignedMoney
from shared_schemas.payment.kinds import Purpose
from shared_schemas.providers import Tender
from shared_schemas.visits.purposes import VisitPurpose

Format = Literal["json", "csv", "svg"]
Count = Annotated[int, Field(ge=0)]
Share = Annotated[float, Field(ge=0)]


class ReportQuery(Contract):
    """A period of local days, `to` exclusive, three years at most; `hall_id` absent means every hall."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Day = Field(alias="from")
    to: Day
    hall_id: UUID | None = None
    visit_purpose: VisitPurpose | None = None
    """Only visits for this, and their money; absent means whatever they are for."""
    format: Format = "json"
    """`csv` is for spreadsheets, `svg` a picture."""


class ZonedQuery(ReportQuery):
    """The same; days begin at midnight in `timezone`."""

    timezone: ZoneName = "Europe/Moscow"


class UtilisationQuery(ReportQuery):
    """Days are those of each hall's own clock."""

    by: Literal["hall", "weekday", "hour", "weekday_hour", "day", "week", "month"] = "hall"


class RevenueQuery(ZonedQuery):
    """`week` and `month` rows are named by their first day."""

    by: Literal["hall", "tariff", "provider", "purpose", "visit_purpose", "day", "week", "month"] = "month"


class HoldsQuery(ZonedQuery):
    """Bookings made in the period."""

    by: Literal["hall", "visit_purpose", "day", "week", "month"] = "month"


class LeadTimeQuery(ReportQuery):
    """Visits that start in the period, by each hall's own clock."""


class NoShowsQuery(ReportQuery):
    """Visits that start in the period, by each hall's own clock."""

    by: Literal["hall", "visit_purpose", "weekday", "hour", "day", "week", "month"] = "month"


class PromoCodesQuery(ZonedQuery):
    """Bookings made in the period."""


class ReportRow(Contract):
    """What a row is about: whichever the question divides by; none in totals."""

    hall_id: UUID | None = None
    hall_name: str | None = None
    """Absent for a hall that is no longer for rent."""
    weekday: Weekday | None = None
    hour: int | None = Field(default=None, ge=0, le=23)
    date: Day | None = None
    """The day, or the first of the week or month."""
    visit_purpose: VisitPurpose | None = None
    """What the visits are for. Absent, too, for money of a booking that is not known."""


class UtilisationRow(ReportRow):
    """Minutes. `percent` is sold time within opening hours, of all opening hours; absent where there are none."""

    sold_minutes: Count
    outside_minutes: Count
    """The part of the sold time that is outside opening hours."""
    open_minutes: Count
    percent: Share | None = None


class RevenueRow(ReportRow):
    """Money that came and went in the period."""

    tariff: str | None = None
    """Absent if the booking's tariff is not known."""
    provider: Tender | None = None
    purpose: Purpose | None = None
    payments: Count
    """How many payments are part of it."""
    gross: Money
    refunds: Money
    net: SignedMoney


class HoldsRow(ReportRow):
    """The outcome of bookings: each is `confirmed`, `expired`, `cancelled` or `waiting`."""

    created: Count
    confirmed: Count
    """Ever confirmed, by a payment or by staff, whatever happened later."""
    expired: Count
    cancelled: Count
    """Cancelled before they were confirmed."""
    waiting: Count
    percent: Share | None = None
    """The share of created bookings that were confirmed."""
    median_minutes: Share | None = None
    """From booking to confirmation, of those that are confirmed."""


class LeadTimeRow(ReportRow):
    """Visits by the days between booking and start; `to_days` exclusive, absent in the last row and in totals."""

    from_days: Count | None = None
    to_days: Count | None = None
    visits: Count
    percent: Share | None = None
    total: Money
    median_hours: Share | None = None
    p90_hours: Share | None = None


class NoShowsRow(ReportRow):
    """Visits that are over, and the no-shows among them."""

    visits: Count
    no_shows: Count
    percent: Share | None = None
    missed: Money
    """What the missed visits were sold for."""


class PromoCodesRow(ReportRow):
    """Bookings that used a promo code."""

    promo_code: str | None = None
    created: Count
    confirmed: Count
    sold: Money
    """The price of bookings that were confirmed and not cancelled."""
    discount: Money
    """The discount that the code gave on those."""


class UtilisationReport(Contract):
    """How much of the halls' time is sold."""

    question: UtilisationQuery
    rows: list[UtilisationRow]
    totals: UtilisationRow


class RevenueReport(Contract):
    """Payments, refunds and net revenue."""

    question: RevenueQuery
    rows: list[RevenueRow]
    totals: RevenueRow


class HoldsReport(Contract):
    """The outcome of bookings."""

    question: HoldsQuery
    rows: list[HoldsRow]
    totals: HoldsRow


class LeadTimeReport(Contract):
    """How long ahead visits are booked."""

    question: LeadTimeQuery
    rows: list[LeadTimeRow]
    totals: LeadTimeRow


class NoShowsReport(Contract):
    """The rate of no-shows."""

    question: NoShowsQuery
    rows: list[NoShowsRow]
    totals: NoShowsRow


class PromoCodesReport(Contract):
    """Sales and discounts of promo codes."""

    question: PromoCodesQuery
    rows: list[PromoCodesRow]
    totals: PromoCodesRow
