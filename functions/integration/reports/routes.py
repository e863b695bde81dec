"""Routes of reports: figures, for spreadsheets too, and as pictures."""

from integration import composition
from integration.api import api
from integration.reports.errors import HallsUnavailableError
from integration.reports.representations import FORMS
from shared_schemas.errors import RuleViolationError
from shared_schemas.integration.reports import (
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


@api.endpoint("GET /v1/reports/utilisation", errors=[RuleViolationError, HallsUnavailableError], forms=FORMS)
def report_utilisation(query: UtilisationQuery) -> UtilisationReport:
    """The share of the halls' opening hours that is sold, by each hall's local days."""
    return composition.app().reports.utilisation(query)


@api.endpoint("GET /v1/reports/revenue", errors=[RuleViolationError], forms=FORMS)
def report_revenue(query: RevenueQuery) -> RevenueReport:
    """Payments, refunds and net revenue, by the day on which the money moved.

    A booking's money is divided among its halls and tariffs in proportion to their prices."""
    return composition.app().reports.revenue(query)


@api.endpoint("GET /v1/reports/holds", errors=[RuleViolationError], forms=FORMS)
def report_holds(query: HoldsQuery) -> HoldsReport:
    """The outcome of bookings made in the period, and how long it took to pay for them."""
    return composition.app().reports.holds(query)


@api.endpoint("GET /v1/reports/lead-time", errors=[RuleViolationError], forms=FORMS)
def report_lead_time(query: LeadTimeQuery) -> LeadTimeReport:
    """How long ahead the visits of the period were booked."""
    return composition.app().reports.lead_times(query)


@api.endpoint("GET /v1/reports/no-shows", errors=[RuleViolationError], forms=FORMS)
def report_no_shows(query: NoShowsQuery) -> NoShowsReport:
    """The share of finished visits in the period to which nobody came."""
    return composition.app().reports.no_shows(query)


@api.endpoint("GET /v1/reports/promo-codes", errors=[RuleViolationError], forms=FORMS)
def report_promo_codes(query: PromoCodesQuery) -> PromoCodesReport:
    """Sales and discounts of promo codes, for bookings made in the period."""
    return composition.app().reports.promo_codes(query)
