"""Reports on the business."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from core.observability import logger
from integration.reports.domain import LEAD_TIME_DAYS, check_period, instant, timetable
from integration.reports.errors import HallsUnavailableError
from integration.reports.ports import Answer, Halls, ReportWork
from integration.visits.stretches import DAY
from shared_schemas.booking.open_hours import OpenHours
from shared_schemas.integration.reports import (
    HoldsQuery,
    HoldsReport,
    LeadTimeQuery,
    LeadTimeReport,
    NoShowsQuery,
    NoShowsReport,
    PromoCodesQuery,
    PromoCodesReport,
    ReportQuery,
    ReportRow,
    RevenueQuery,
    RevenueReport,
    UtilisationQuery,
    UtilisationReport,
    ZonedQuery,
)

R = TypeVar("R", bound=ReportRow)


class Reports:
    """Each takes a period of three years at most, and raises `RuleViolationError` for any other."""

    def __init__(self, unit_of_work: Callable[[], ReportWork], halls: Halls) -> None:
        self._unit_of_work = unit_of_work
        self._halls = halls

    def utilisation(self, query: UtilisationQuery) -> UtilisationReport:
        """Sold time against opening hours; `HallsUnavailableError` while Booking does not answer."""
        check_period(query)
        halls = self._halls.open_hours(query.from_, query.to)
        table = timetable(halls, by_hour=query.by in ("hour", "weekday_hour"))
        with self._unit_of_work() as work:
            found = work.reports.utilisation(query, table)
        rows, totals = _named(found, halls)
        return UtilisationReport(question=query, rows=rows, totals=totals)

    def revenue(self, query: RevenueQuery) -> RevenueReport:
        since, until = _instants(query)
        with self._unit_of_work() as work:
            found = work.reports.revenue(query, since, until)
        rows, totals = self._with_names(found, query)
        return RevenueReport(question=query, rows=rows, totals=totals)

    def holds(self, query: HoldsQuery) -> HoldsReport:
        since, until = _instants(query)
        with self._unit_of_work() as work:
            found = work.reports.holds(query, since, until)
        rows, totals = self._with_names(found, query)
        return HoldsReport(question=query, rows=rows, totals=totals)

    def lead_times(self, query: LeadTimeQuery) -> LeadTimeReport:
        check_period(query)
        with self._unit_of_work() as work:
            rows, totals = work.reports.lead_times(query, LEAD_TIME_DAYS)
        return LeadTimeReport(question=query, rows=rows, totals=totals)

    def no_shows(self, query: NoShowsQuery) -> NoShowsReport:
        check_period(query)
        with self._unit_of_work() as work:
            found = work.reports.no_shows(query)
        rows, totals = self._with_names(found, query)
        return NoShowsReport(question=query, rows=rows, totals=totals)

    def promo_codes(self, query: PromoCodesQuery) -> PromoCodesReport:
        since, until = _instants(query)
        with self._unit_of_work() as work:
            rows, totals = work.reports.promo_codes(query, since, until)
        return PromoCodesReport(question=query, rows=rows, totals=totals)

    def _with_names(self, found: Answer[R], query: ReportQuery) -> Answer[R]:
        """Names are a convenience: without them the figures are still right."""
        if not any(row.hall_id for row in found[0]):
            return found
        try:
            return _named(found, self._halls.open_hours(query.from_, query.from_ + DAY))
        except HallsUnavailableError:
            logger.warning("A report goes without the names of halls")
            return found


def _instants(query: ZonedQuery) -> tuple[datetime, datetime]:
    check_period(query)
    return instant(query.from_, query.timezone), instant(query.to, query.timezone)


def _named(found: Answer[R], halls: Sequence[OpenHours]) -> Answer[R]:
    names = {hall.hall_id: hall.hall_name for hall in halls}
    rows, totals = found
    named = [row.model_copy(update={"hall_name": names[row.hall_id]}) if row.hall_id in names else row for row in rows]
    return named, totals
