"""What people do with papers: invoices to companies and acts, issued, voided and paid."""

from datetime import timedelta
from uuid import UUID

from core.identity import Identity
from shared_schemas.payment.companies import CompaniesQuery
from shared_schemas.payment.invoices import ActRequest, InvoicePaymentRequest, InvoiceRequest, VoidRequest
from tests.support.payment.cashier import Cashier
from tests.support.payment.days.day import WHY, Day, operation
from tests.support.payment.papers import company


@operation
def invoice_a_company(day: Day) -> object:
    return _issue(day, day.cashier, day.any_visit().id, _company(day), day.someone())


@operation
def two_invoice_at_once(day: Day) -> None:
    """For any two visits: a visit has one open invoice, and whoever is refused leaves no gap."""
    visits, firm = iter([day.any_visit().id, day.any_visit().id]), _company(day)
    day.at_two_places(lambda place, by: _issue(day, place, next(visits), firm, by))


@operation
def pay_an_invoice(day: Day) -> object:
    """Some of it, all of it, or a kopeck too much."""
    if not day.invoices:
        return None
    invoice_id, invoices = day.chance.choice(day.invoices), day.cashier.app.invoices
    left = invoices.get(invoice_id).left.amount
    request = InvoicePaymentRequest.model_validate({"amount": {"amount": max(day.amount(left), 1)}})
    return invoices.pay(invoice_id, request, day.someone(), None)


@operation
def void_an_invoice(day: Day) -> object:
    if not day.invoices:
        return None
    return day.cashier.app.invoices.void(day.chance.choice(day.invoices), VoidRequest(reason=WHY), day.someone())


@operation
def issue_an_act(day: Day) -> object:
    if not day.invoices:
        return None
    made = day.cashier.app.acts.issue(day.chance.choice(day.invoices), ActRequest(), day.someone(), None)
    day.acts.append(made.id)
    return made


@operation
def void_an_act(day: Day) -> object:
    if not day.acts:
        return None
    return day.cashier.app.acts.void(day.chance.choice(day.acts), VoidRequest(reason=WHY), day.someone())


def _company(day: Day) -> UUID:
    """Always the same one."""
    known = day.cashier.app.companies.page(CompaniesQuery()).data
    return known[0].id if known else day.cashier.app.companies.add(company(), None).id


def _issue(day: Day, at: Cashier, booking_id: UUID, company_id: UUID, by: Identity) -> object:
    due = (day.cashier.clock.now() + timedelta(days=5)).date()
    request = InvoiceRequest(company_id=company_id, booking_ids=[booking_id], due=due)
    made = at.app.invoices.issue(request, by, None)
    day.invoices.append(made.id)
    return made
