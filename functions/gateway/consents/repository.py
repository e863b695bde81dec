"""SQL of consents: the documents, and who agreed to them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from core.http.paging import Cursor, behind
from core.postgres.rows import one
from core.postgres.stored_fields import StoredFields
from gateway.consents.domain import Given, document, first_documents
from gateway.consents.errors import ConsentVersionNotFoundError, ConsentVersionTakenError
from gateway.tables import consent_documents, consents
from shared_schemas.gateway.consents import ConsentDocument, ConsentKind, ConsentReplacement

FIELDS = StoredFields(Given, consents)
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('gateway.consents.' || :kind, 0))")
HOLDS = consents.c.revoked_at.is_(None)


class ConsentDocumentRepository:
    """What a studio never replaced is as it came."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def current(self) -> Mapping[ConsentKind, ConsentDocument]:
        c = consent_documents.c
        newest = select(consent_documents).ext(distinct_on(c.kind)).order_by(c.kind, c.number.desc())
        found = [_document(row, current=True) for row in self._connection.execute(newest)]
        return {**first_documents(), **{each.kind: each for each in found}}

    def get(self, kind: ConsentKind, version: str) -> ConsentDocument:
        current = self.current()[kind]
        if current.version == version:
            return current
        first = first_documents()[kind]
        if first.version == version:
            return first.model_copy(update={"current": False})
        c = consent_documents.c
        older = select(consent_documents).where(c.kind == kind, c.version == version)
        row = one(self._connection, older, ConsentVersionNotFoundError(version=version))
        return _document(row, current=False)

    def lock(self, kind: ConsentKind) -> None:
        self._connection.execute(LOCK, {"kind": kind})

    def add(self, document: ConsentDocument, by: str) -> None:
        try:
            self.get(document.kind, document.version)
        except ConsentVersionNotFoundError:
            self._insert(document, by)
        else:
            raise ConsentVersionTakenError(version=document.version)

    def _insert(self, document: ConsentDocument, by: str) -> None:
        of_kind = consent_documents.c.kind == document.kind
        number = select(func.coalesce(func.max(consent_documents.c.number), 0) + 1).where(of_kind).scalar_subquery()
        values = {
            "kind": document.kind,
            "version": document.version,
            "document": document.model_dump(mode="json", include={"texts", "url"}),
            "created_by": by,
            "created_at": document.since,
        }
        self._connection.execute(insert(consent_documents).values(number=number, **values))


class ConsentRepository:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, given: Sequence[Given]) -> list[Given]:
        if not given:
            return []
        rows = [FIELDS.values(each) for each in given]
        # Of what was agreed to twice, the first time counts.
        added = upsert(consents).values(rows).on_conflict_do_nothing().returning(consents.c.id)
        new = set(self._connection.execute(added).scalars())
        return [each for each in given if each.id in new]

    def standing(self, user_id: UUID, kind: ConsentKind, version: str) -> Given:
        c = consents.c
        query = select(consents).where(c.user_id == user_id, c.document == kind, c.version == version, HOLDS)
        return _given(self._connection.execute(query).one())

    def revoke(self, user_id: UUID, kind: ConsentKind, at: datetime) -> bool:
        theirs = (consents.c.user_id == user_id) & (consents.c.document == kind) & HOLDS
        return self._connection.execute(update(consents).where(theirs).values(revoked_at=at)).rowcount > 0

    def erase(self, user_ids: Sequence[UUID], at: datetime) -> None:
        ended = func.coalesce(consents.c.revoked_at, at)
        theirs = consents.c.user_id.in_(user_ids)
        self._connection.execute(update(consents).where(theirs).values(revoked_at=ended, network=None))

    def page(self, user_id: UUID, after: Cursor | None, limit: int) -> list[Given]:
        c = consents.c
        query = select(consents).where(c.user_id == user_id).order_by(c.given_at.desc(), c.id).limit(limit)
        if after:
            query = query.where(behind(after, c.given_at, c.id))
        return [_given(row) for row in self._connection.execute(query)]


def _given(row: Row[Any]) -> Given:
    return Given(**FIELDS.read(row))


def _document(row: Row[Any], *, current: bool) -> ConsentDocument:
    said = ConsentReplacement.model_validate({"version": row.version, "url": None, **row.document})
    return document(row.kind, said, row.created_at, current=current)
