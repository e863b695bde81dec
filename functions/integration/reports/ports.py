"""What reports need of the world."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from core.ports import Transaction
from integration.reports.domain import Timetable
from shared_schemas.booking.open_hours import OpenHours
from shared_schemas.integration.reports import (
    HoldsQuery,
    HoldsRow,
    LeadTimeQuery,
    LeadTimeRow,
    NoShowsQuery,
    NoShowsRow,
    PromoCodesQuery,
    PromoCodesRow,
    RevenueQuery,
    RevenueRow,
    UtilisationQuery,
    UtilisationRow,
)

R = TypeVar("R")
Answer = tuple[list[R], R]
"""Rows in order, and what they come to."""


class ReportStore(Protocol):
    """Figures; instants are those at which the asked days begin and end."""

    def utilisation(self, query: UtilisationQuery, table: Timetable) -> Answer[UtilisationRow]: ...
    def revenue(self, query: RevenueQuery, since: datetime, until: datetime) -> Answer[RevenueRow]: ...
    def holds(self, query: HoldsQuery, since: datetime, until: datetime) -> Answer[HoldsRow]: ...
    def lead_times(self, query: LeadTimeQuery, edges: Sequence[int]) -> Answer[LeadTimeRow]: ...
    def no_shows(self, query: NoShowsQuery) -> Answer[NoShowsRow]: ...
    def promo_codes(self, query: PromoCodesQuery, since: datetime, until: datetime) -> Answer[PromoCodesRow]: ...


class ReportWork(Transaction, Protocol):
    """A transaction on the schema of this service."""

    @property
    def reports(self) -> ReportStore: ...


class Halls(Protocol):
    def open_hours(self, first: date, after: date) -> Sequence[OpenHours]:
        """Of all halls, maybe in several parts; `HallsUnavailableError` if Booking does not answer."""
