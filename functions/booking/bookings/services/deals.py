"""At what price and under which terms a slot is sold: as of now, or as a quote said."""

from dataclasses import dataclass
from datetime import datetime

from booking.bookings.domain.agreed import agreed_price
from booking.bookings.ports import Work
from booking.bookings.services.orders import Sale
from booking.calendar.hall_time import HallTime
from booking.prices.rounding import share
from booking.quotes.errors import QuoteExpiredError, QuoteMismatchError
from booking.quotes.terms import sale_terms, slot_price
from booking.settings import BookingSettings
from booking.time.ranges import TimeRange
from shared_schemas.booking.policy import Policy, SaleTerms, TermOrigin
from shared_schemas.booking.prices import Price
from shared_schemas.booking.quotes import Quote, SlotRequest
from shared_schemas.common import Money


@dataclass(frozen=True)
class Deal:
    """A price, the terms, and what of them is other for this customer: the `percent` that is paid in advance, and how
    many minutes the slot is held."""

    price: Price
    terms: SaleTerms
    percent: int
    minutes: float

    @property
    def by(self) -> list[TermOrigin]:
        """The rules that set terms of this sale."""
        own = {"prepayment_percent"} if self.percent != self.terms.prepayment_percent else set()
        held = {"hold_minutes"} if self.minutes != self.terms.hold_minutes else set()
        return [origin for origin in self.terms.by if origin.term not in own | held]


def agree(
    work: Work,
    times: list[HallTime],
    sale: Sale,
    policy: Policy,
    settings: BookingSettings,
    own_percent: int | None,
    now: datetime,
) -> Deal:
    """What is agreed on; `own_percent` is what this customer pays in advance whatever the terms say.

    `QuoteNotFoundError`, `QuoteExpiredError` or `QuoteMismatchError`; the errors of `slot_price`."""
    quote = _quote(work, sale, now)
    slot = TimeRange(sale.request.start, sale.request.end).utc()
    terms = quote.terms if quote else None
    if terms is None:
        terms = sale_terms(policy, times, slot, sale.request.purpose, now, settings)
    percent = own_percent or terms.prepayment_percent
    if sale.agreed:
        percent = 0
    if sale.agreed and sale.agreed.total:
        price = agreed_price(sale.request, sale.agreed.total, work.prices.active().number)
    else:
        price = _as_quoted(quote, percent) if quote else slot_price(work, times, sale.request, percent, now)
    return Deal(price, terms, percent, terms.hold_minutes if sale.hold_minutes is None else sale.hold_minutes)


def _quote(work: Work, sale: Sale, now: datetime) -> Quote | None:
    if sale.quote_id is None:
        return None
    quote = work.quotes.get(sale.quote_id)
    if quote.valid_until <= now:
        raise QuoteExpiredError(valid_until=quote.valid_until.isoformat())
    if _slot_of(sale.request) != _slot_of(quote):
        raise QuoteMismatchError
    return quote


def _as_quoted(quote: Quote, percent: int) -> Price:
    fields = {name: getattr(quote, name) for name in Price.model_fields}
    return Price(**fields | {"prepayment": Money(amount=share(quote.total.amount, percent))})


def _slot_of(request: SlotRequest | Quote) -> tuple[object, ...]:
    halls = (request.hall_id, *request.also_hall_ids)
    add_ons = [(add_on.id, add_on.quantity) for add_on in request.add_ons]
    return halls, request.start, request.end, request.people, request.purpose, add_ons, request.promo_code
