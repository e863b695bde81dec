"""Routes of reports: figures, for spreadsheets too, and as pictures."""

from core.identity import STAFF
from integration import wiring
from integration.api import api
from integration.errors_reports import HallsUnavailableError
from integration.report_forms import FORMS
from shared_schemas.errors import RuleViolationError
from shared_schemas.reports import (
    HoldsQuery,
    HoldsReport,
    LeadTimeQuery,
    LeadTimeReport,
    NoShowsQuery,
    NoShowsReport,
    PromoCodesQuery,
    PromoCodesReport,
    RevenueQuery,
    RevenueReport,
    UtilisationQuery,
    UtilisationReport,
)


@api.endpoint(
    "GET /v1/reports/utilisation", allow=STAFF, errors=[RuleViolationError, HallsUnavailableError], forms=FORMS
)
def report_utilisation(query: UtilisationQuery) -> UtilisationReport:
    """How much of the halls' time is sold, against their weekly opening hours; in local days of each hall."""
    return wiring.reports().utilisation(query)


@api.endpoint("GET /v1/reports/revenue", allow=STAFF, errors=[RuleViolationError], forms=FORMS)
def report_revenue(query: RevenueQuery) -> RevenueReport:
    """What money came in, what went back and what stays, when it moved.

    Money of a booking belongs to its halls and tariffs in proportion to what their time was sold for."""
    return wiring.reports().revenue(query)


@api.endpoint("GET /v1/reports/holds", allow=STAFF, errors=[RuleViolationError], forms=FORMS)
def report_holds(query: HoldsQuery) -> HoldsReport:
    """What became of the bookings made in the period, and how long it took to pay for them."""
    return wiring.reports().holds(query)


@api.endpoint("GET /v1/reports/lead-time", allow=STAFF, errors=[RuleViolationError], forms=FORMS)
def report_lead_time(query: LeadTimeQuery) -> LeadTimeReport:
    """How long ahead the visits of the period were booked."""
    return wiring.reports().lead_times(query)


@api.endpoint("GET /v1/reports/no-shows", allow=STAFF, errors=[RuleViolationError], forms=FORMS)
def report_no_shows(query: NoShowsQuery) -> NoShowsReport:
    """How often nobody came, of the visits of the period that are over."""
    return wiring.reports().no_shows(query)


@api.endpoint("GET /v1/reports/promo-codes", allow=STAFF, errors=[RuleViolationError], forms=FORMS)
def report_promo_codes(query: PromoCodesQuery) -> PromoCodesReport:
    """What promo codes brought and cost, of the bookings made in the period."""
    return wiring.reports().promo_codes(query)
