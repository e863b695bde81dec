"""SQL for companies."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from core.http.paging import Cursor, behind
from core.postgres.database import constraint
from core.postgres.rows import locked, one, unique
from core.postgres.stored_fields import StoredFields
from core.postgres.word_search import WordSearch
from payment.companies.domain import words_of
from payment.companies.errors import CompanyInvoicedError, CompanyKnownError, CompanyNotFoundError
from payment.companies.tables import companies
from shared_schemas.payment.companies import Company

FIELDS = StoredFields(Company, companies, "details", apart=["contact"])
# Bounds rather than LIKE, which is looked up in an index only where its text is known when it is planned.
BY_INN = "inn ~>=~ :first AND inn ~<~ :last"
BY_NAME = WordSearch(
    "payment.companies", "to_tsvector('simple', words)", [f"split_part(words, ' ', {place})" for place in (1, 2, 3)]
)
BEYOND_DIGITS = ":"
INVOICED = "invoices_company_id_fkey"


class CompanyRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, company: Company) -> None:
        self._write(insert(companies).values(**_values(company), used_at=company.updated_at))

    def get(self, company_id: UUID, *, lock: bool = False) -> Company:
        query = select(companies).where(companies.c.id == company_id)
        missing = CompanyNotFoundError(company_id=str(company_id))
        return _company(one(self._connection, locked(query, lock=lock), missing))

    def replace(self, company: Company) -> None:
        which = update(companies).where(companies.c.id == company.id)
        self._write(which.values(**_values(company), used_at=company.updated_at))

    def use(self, company_id: UUID, at: datetime) -> None:
        self._connection.execute(update(companies).where(companies.c.id == company_id).values(used_at=at))

    def remove(self, company_id: UUID) -> None:
        try:
            removed = self._connection.execute(delete(companies).where(companies.c.id == company_id)).rowcount
        except DBAPIError as error:
            if constraint(error) == INVOICED:
                raise CompanyInvoicedError from error
            raise
        if not removed:
            raise CompanyNotFoundError(company_id=str(company_id))

    def page(self, after: Cursor | None, limit: int) -> list[Company]:
        c = companies.c
        query = select(companies).order_by(c.created_at.desc(), c.id).limit(limit)
        if after:
            query = query.where(behind(after, c.created_at, c.id))
        return [_company(row) for row in self._connection.execute(query)]

    def by_inn(self, digits: str, limit: int) -> list[Company]:
        return self._found(BY_INN, limit, first=digits, last=digits + BEYOND_DIGITS)

    def by_name(self, words: Sequence[str], limit: int) -> list[Company]:
        ids = BY_NAME.found(self._connection, words, limit)
        found = self._connection.execute(select(companies).where(companies.c.id.in_(ids)))
        return [_company(row) for row in found]

    def _found(self, condition: str, limit: int, **bounds: str) -> list[Company]:
        query = select(companies).where(text(condition)).limit(limit)
        return [_company(row) for row in self._connection.execute(query, bounds)]

    def _write(self, statement: Any) -> None:
        with unique("companies_inn_key", CompanyKnownError()):
            self._connection.execute(statement)


def _values(company: Company) -> dict[str, Any]:
    contact = company.contact.model_dump(mode="json", exclude_none=True) if company.contact else None
    return {**FIELDS.values(company), "contact": contact or None, "words": " ".join(words_of(company.name))}


def _company(row: Row[Any]) -> Company:
    return Company.model_validate({**FIELDS.read(row), "contact": row.contact})
