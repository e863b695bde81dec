"""Use cases of companies: staff keep their requisites, and find them by INN or name."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid4

from core.clock import Clock
from core.http.idempotency import IdempotencyKey
from core.http.paging import decode_cursor, encode_cursor, paged
from core.trail.deed import note
from payment.companies.domain import digits_of, words_of
from payment.companies.errors import CompanyChangedError
from payment.companies.ports import Work
from shared_schemas.common import Page
from shared_schemas.payment.companies import CompaniesQuery, Company, CompanyReplacement, CompanyRequest

CONTENT = tuple(CompanyRequest.model_fields)


@dataclass(frozen=True)
class Companies:
    """Add, find, replace, remove."""

    _unit_of_work: Callable[[], Work]
    _clock: Clock

    def add(self, request: CompanyRequest, key: IdempotencyKey | None) -> Company:
        """`CompanyKnownError` if there is one with this INN and KPP."""
        now = self._clock.now()
        with self._unit_of_work() as work:

            def make() -> Company:
                made = Company(**_content(request), id=uuid4(), created_at=now, updated_at=now)
                work.companies.add(made)
                return made

            return work.once(key, Company, make)

    def get(self, company_id: UUID) -> Company:
        """`CompanyNotFoundError`."""
        with self._unit_of_work() as work:
            return work.companies.get(company_id)

    def replace(self, company_id: UUID, request: CompanyReplacement) -> Company:
        """`CompanyNotFoundError`; `CompanyChangedError` if somebody was faster; `CompanyKnownError`."""
        with self._unit_of_work() as work:
            before = work.companies.get(company_id, lock=True)
            if request.version not in (None, before.version):
                raise CompanyChangedError(version=before.version)
            values = {**dict(before), **_content(request), "version": before.version + 1}
            after = Company(**{**values, "updated_at": self._clock.now()})
            work.companies.replace(after)
            note(before=before, after=after)
            work.commit()
            return after

    def remove(self, company_id: UUID) -> None:
        """`CompanyNotFoundError`; `CompanyInvoicedError` if an invoice names it."""
        with self._unit_of_work() as work:
            work.companies.remove(company_id)
            work.commit()

    def page(self, query: CompaniesQuery) -> Page[Company]:
        """Newest first, or what was looked for, by name; `InvalidCursorError`."""
        after = decode_cursor(query.cursor)
        with self._unit_of_work() as work:
            if query.q:
                return Page(data=sorted(_search(work, query.q, query.limit), key=lambda found: (found.name, found.id)))
            found = work.companies.page(after, query.limit + 1)
        return paged(found, query.limit, lambda last: encode_cursor(last.created_at, last.id))


def _search(work: Work, typed: str, limit: int) -> list[Company]:
    if digits := digits_of(typed):
        return work.companies.by_inn(digits, limit)
    words = words_of(typed)
    return work.companies.by_name(words, limit) if words else []


def _content(request: CompanyRequest) -> dict[str, object]:
    return {name: getattr(request, name) for name in CONTENT}
