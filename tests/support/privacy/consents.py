"""Consents in memory, with the rules of the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from core.http.paging import Cursor
from gateway.consents.domain import Given, first_documents
from gateway.consents.errors import ConsentVersionNotFoundError
from shared_schemas.gateway.consents import ConsentDocument, ConsentKind


class FakeDocuments:
    """What a studio begins with, and what took its place."""

    def __init__(self) -> None:
        self.rows: dict[ConsentKind, ConsentDocument] = dict(first_documents())

    def current(self) -> Mapping[ConsentKind, ConsentDocument]:
        return self.rows

    def get(self, kind: ConsentKind, version: str) -> ConsentDocument:
        if self.rows[kind].version != version:
            raise ConsentVersionNotFoundError(version=version)
        return self.rows[kind]

    def lock(self, kind: ConsentKind) -> None:
        """One thread."""

    def add(self, document: ConsentDocument, by: str) -> None:  # noqa: ARG002 - nobody asks
        self.rows[document.kind] = document


class FakeConsents:
    """Who agreed to what."""

    def __init__(self) -> None:
        self.rows: list[Given] = []

    def add(self, given: Sequence[Given]) -> list[Given]:
        new = [each for each in given if not self._holding(each.user_id, each.document, each.version)]
        self.rows = [*self.rows, *new]
        return new

    def standing(self, user_id: UUID, kind: ConsentKind, version: str) -> Given:
        return self._holding(user_id, kind, version)[0]

    def revoke(self, user_id: UUID, kind: ConsentKind, at: datetime) -> bool:
        theirs = self._holding(user_id, kind)
        self.rows = [replace(each, revoked_at=at) if each in theirs else each for each in self.rows]
        return bool(theirs)

    def erase(self, user_ids: Sequence[UUID], at: datetime) -> None:
        ended = [each for each in self.rows if each.user_id in user_ids]
        others = [each for each in self.rows if each not in ended]
        self.rows = others + [replace(each, network=None, revoked_at=each.revoked_at or at) for each in ended]

    def page(self, user_id: UUID, after: Cursor | None, limit: int) -> list[Given]:
        assert after is None, "paging is a matter of the database"
        theirs = [each for each in self.rows if each.user_id == user_id]
        return sorted(theirs, key=lambda each: each.given_at, reverse=True)[:limit]

    def _holding(self, user_id: UUID, kind: ConsentKind, version: str | None = None) -> list[Given]:
        return [
            each
            for each in self.rows
            if (each.user_id, each.document, each.revoked_at) == (user_id, kind, None)
            and version in (None, each.version)
        ]
