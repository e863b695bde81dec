"""Use cases of comparing books: every day by itself, now where staff ask for it, and what came of it."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import get_args
from uuid import UUID

from core.clock import Clock
from core.paging import decode_cursor, encode_cursor
from payment.domain_reconciliation import LOOK_BACK, Run, Span, days_due, require_span, summary, view
from payment.errors import ProviderUnavailableError
from payment.ports import Work
from payment.service_comparison import Comparison
from shared_schemas.common import Page, SignedMoney
from shared_schemas.events import Provider
from shared_schemas.reconciliation import (
    BookingLedger,
    Reconciliation,
    ReconciliationRequest,
    ReconciliationsQuery,
    ReconciliationSummary,
)

PROVIDERS: tuple[Provider, ...] = get_args(Provider)
# A caller waits 29 s, of which the last question to a gateway may take most.
REQUEST_TIME = timedelta(seconds=10)


class Reconciliations:
    """Compare with the gateways that are `on`; look up what was found."""

    def __init__(
        self, unit_of_work: Callable[[], Work], clock: Clock, on: Collection[str], comparison: Comparison
    ) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._on = [provider for provider in PROVIDERS if provider in on]
        self._comparison = comparison

    def compare_days(self, more: Callable[[], bool]) -> list[Reconciliation]:
        """What is due of each gateway; a day that was not compared to its end has its next turn."""
        done: list[Reconciliation] = []
        for provider in self._on:
            for since, until in days_due(self._clock.now(), self._recent(provider)):
                if not more():
                    return done
                done.append(view(self._comparison.run(Span(provider, since, until), more)))
        return done

    def compare(self, request: ReconciliationRequest, more: Callable[[], bool] | None = None) -> Page[Reconciliation]:
        """Compare now; without `more` within the time that a request has."""
        now = self._clock.now()
        require_span(request.since, request.until, now)
        if request.provider and request.provider not in self._on:
            raise ProviderUnavailableError(provider=request.provider)
        providers = [request.provider] if request.provider else self._on
        still = more or (lambda: self._clock.now() - now < REQUEST_TIME)
        if request.whole_ledger:
            self._comparison.begin_whole_ledger()
        spans = [Span(provider, request.since, request.until) for provider in providers]
        return Page(data=[view(self._comparison.run(span, still)) for span in spans])

    def get(self, reconciliation_id: UUID) -> Reconciliation:
        with self._unit_of_work() as work:
            return view(work.reconciliations.get(reconciliation_id))

    def page(self, query: ReconciliationsQuery) -> Page[ReconciliationSummary]:
        """Newest first."""
        after = decode_cursor(query.cursor) if query.cursor else None
        with self._unit_of_work() as work:
            found = work.reconciliations.page(query, after, query.limit + 1)
        page, more = found[: query.limit], found[query.limit :]
        cursor = encode_cursor(page[-1].created_at, page[-1].id) if more else None
        return Page(data=[summary(run) for run in page], next_cursor=cursor)

    def ledger(self, booking_id: UUID) -> BookingLedger:
        """A booking that nothing was paid for has no entries."""
        with self._unit_of_work() as work:
            entries = work.ledger.entries(booking_id)
        balance = SignedMoney(amount=sum(entry.amount.amount for entry in entries))
        return BookingLedger(booking_id=booking_id, entries=entries, balance=balance)

    def _recent(self, provider: Provider) -> list[Run]:
        with self._unit_of_work() as work:
            return work.reconciliations.of_time(provider, self._clock.now() - LOOK_BACK)
