"""Use cases of comparing books: every day by schedule, on request of staff, and the results."""

from collections.abc import Callable, Collection
from datetime import timedelta
from uuid import UUID

from core.clock import Clock
from core.http.paging import decode_cursor, encode_cursor, paged
from payment.books.comparison import Comparison
from payment.books.domain import LOOK_BACK, Run, Span, days_due, require_span, summary, view
from payment.books.ports import Work
from payment.errors import ProviderUnavailableError
from shared_schemas.common import Page, SignedMoney
from shared_schemas.payment.books import (
    BookingLedger,
    Reconciliation,
    ReconciliationRequest,
    ReconciliationsQuery,
    ReconciliationSummary,
)
from shared_schemas.providers import DESK_METHODS, HELD_MONEY, PROVIDERS, Tender

# A caller waits up to 29 s, and the last call to a gateway may take most of it.
REQUEST_TIME = timedelta(seconds=10)


class Reconciliations:
    """Compare with the gateways that are switched on; look up results."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, on: Collection[str], comparison: Comparison
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._on = [provider for provider in PROVIDERS if provider in on]
        self._comparison = comparison

    def compare_days(self, more: Callable[[], bool]) -> list[Reconciliation]:
        """Compare the days that are due, for each gateway; an unfinished day is tried again in the next run."""
        done: list[Reconciliation] = []
        for provider in self._all():
            for since, until in days_due(self._clock.now(), self._recent(provider)):
                if not more():
                    return done
                done.append(view(self._comparison.run(Span(provider, since, until), more)))
        return done

    def compare(self, request: ReconciliationRequest, more: Callable[[], bool] | None = None) -> Page[Reconciliation]:
        """Compare now; without `more`, within the time of a request. `ProviderUnavailableError`; `RuleViolationError`
        if the span is not in the past or is longer than 31 days."""
        now = self._clock.now()
        require_span(request.since, request.until, now)
        if request.provider and request.provider not in (*self._on, *DESK_METHODS, *HELD_MONEY):
            raise ProviderUnavailableError(provider=request.provider)
        providers = [request.provider] if request.provider else self._all()
        still = more or (lambda: self._clock.now() - now < REQUEST_TIME)
        if request.whole_ledger:
            self._comparison.begin_whole_ledger()
        spans = [Span(provider, request.since, request.until) for provider in providers]
        return Page(data=[view(self._comparison.run(span, still)) for span in spans])

    def get(self, reconciliation_id: UUID) -> Reconciliation:
        """`ReconciliationNotFoundError`."""
        with self._unit_of_work() as work:
            return view(work.reconciliations.get(reconciliation_id))

    def page(self, query: ReconciliationsQuery) -> Page[ReconciliationSummary]:
        """Newest first; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            found = work.reconciliations.page(query, after, query.limit + 1)
        return paged([summary(run) for run in found], query.limit, lambda last: encode_cursor(last.created_at, last.id))

    def ledger(self, booking_id: UUID) -> BookingLedger:
        """The movements of a booking's money; empty if nothing was paid."""
        with self._unit_of_work() as work:
            entries = work.ledger.entries(booking_id)
        balance = SignedMoney(amount=sum(entry.amount.amount for entry in entries))
        return BookingLedger(booking_id=booking_id, entries=entries, balance=balance)

    def _all(self) -> list[Tender]:
        """The gateways that are on, and what the desk and held money were ever used for."""
        with self._unit_of_work() as work:
            return [*self._on, *work.ledger.used((*DESK_METHODS, *HELD_MONEY))]

    def _recent(self, provider: Tender) -> list[Run]:
        with self._unit_of_work() as work:
            return work.reconciliations.of_time(provider, self._clock.now() - LOOK_BACK)
