"""What a service keeps of a person, page by page; what that is, the service's own repository says."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, Self
from uuid import UUID

from sqlalchemy import Column, Connection, Select, Uuid, bindparam, func, literal_column, select

from shared_schemas.privacy.export import Disclosure, Section
from shared_schemas.privacy.purposes import Purpose

PAGE = 100
PERSON = bindparam("person", type_=Uuid)


@dataclass(frozen=True)
class Source:
    """One section: a query, in an order of its own, with a parameter `person`."""

    name: str
    purpose: Purpose
    kept: str
    rows: Select[Any]


def rows_of(owner: Column[Any], names: Sequence[str], *order: str) -> Select[Any]:
    """These columns of the rows whose `owner` is the person, in the order of others of that table."""
    columns = owner.table.c
    return select(*(columns[n] for n in names)).where(owner == PERSON).order_by(*(columns[n] for n in order))


class Disclosures:
    """Reads the sources of one schema."""

    def __init__(self, connection: Connection, sources: Sequence[Source]) -> None:
        self._connection = connection
        self._sources = sources

    def page(self, person: UUID, number: int) -> Disclosure:
        """Only sections that have something on this page."""
        read = [(source, self._rows(source, person, number)) for source in self._sources]
        return Disclosure(
            sections=[
                Section(name=source.name, purpose=source.purpose, kept=source.kept, rows=rows[:PAGE])
                for source, rows in read
                if rows
            ],
            more=any(len(rows) > PAGE for _, rows in read),
        )

    def _rows(self, source: Source, person: UUID, number: int) -> list[dict[str, Any]]:
        rows = source.rows.limit(PAGE + 1).offset(number * PAGE).subquery("r")
        query = select(func.jsonb_strip_nulls(func.to_jsonb(literal_column("r")))).select_from(rows)
        return list(self._connection.execute(query, {"person": person}).scalars())


class Work(Protocol):
    """A transaction on a schema with personal data."""

    @property
    def disclosures(self) -> Disclosures: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *error: Any) -> None: ...


@dataclass(frozen=True)
class Disclosing:
    """Tells what is kept of a person."""

    _unit_of_work: Callable[[], Work]

    def of(self, person: UUID, number: int) -> Disclosure:
        """A page; empty where nothing is known of anybody with this id."""
        with self._unit_of_work() as work:
            return work.disclosures.page(person, number)
