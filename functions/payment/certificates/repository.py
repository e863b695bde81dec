"""SQL for certificates."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, func, insert, select, update

from core.http.paging import Cursor, behind
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from payment.certificates.domain import StoredCertificate
from payment.certificates.errors import CertificateNotFoundError
from payment.certificates.ports import Sold
from payment.certificates.tables import certificates
from payment.held_money.domain import Held
from payment.held_money.repository import HELD
from payment.held_money.tables import entries, held
from shared_schemas.payment.certificates import CertificatesQuery

FIELDS = StoredFields(StoredCertificate, certificates)
CHANGING = ("digest", "tail", "valid_until", "blocked_at")
LEFT = [held.c[name].label(f"held_{name}") for name in HELD.columns]


class CertificateRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, certificate: StoredCertificate) -> None:
        self._connection.execute(insert(certificates).values(**FIELDS.values(certificate)))

    def put(self, certificate: StoredCertificate) -> None:
        values = {name: value for name, value in FIELDS.values(certificate).items() if name in CHANGING}
        self._connection.execute(update(certificates).where(certificates.c.id == certificate.id).values(**values))

    def get(self, certificate_id: UUID) -> Sold:
        return self._one(certificates.c.id == certificate_id)

    def with_code(self, digest: str) -> Sold:
        return self._one(certificates.c.digest == digest)

    def minutes_paid(self, booking_id: UUID) -> int:
        of_passes = select(certificates.c.id).where(certificates.c.unit == "minutes")
        query = select(func.coalesce(-func.sum(entries.c.amount), 0))
        query = query.where(entries.c.booking_id == booking_id, entries.c.held_id.in_(of_passes))
        return int(self._connection.execute(query).scalar_one())

    def page(self, query: CertificatesQuery, after: Cursor | None, limit: int) -> list[Sold]:
        return [_sold(row) for row in self._connection.execute(self.search(query, after, limit))]

    def search(self, query: CertificatesQuery, after: Cursor | None, limit: int) -> Select[Any]:
        """The statement behind `page`."""
        c, conditions = certificates.c, list[ColumnElement[bool]]()
        if query.tail:
            conditions.append(c.tail == query.tail.upper())
        if query.customer_id:
            conditions.append(held.c.customer_id == query.customer_id)
        if after:
            conditions.append(behind(after, c.sold_at, c.id))
        return _with_left().where(*conditions).order_by(c.sold_at.desc(), c.id).limit(limit)

    def _one(self, which: ColumnElement[bool]) -> Sold:
        return _sold(one(self._connection, _with_left().where(which), CertificateNotFoundError()))


def _with_left() -> Select[Any]:
    return select(certificates, *LEFT).join(held, held.c.id == certificates.c.id)


def _sold(row: Row[Any]) -> Sold:
    left = {name: getattr(row, f"held_{name}") for name in HELD.columns}
    return StoredCertificate(**FIELDS.read(row)), Held(**left)
