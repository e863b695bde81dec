"""What a consent is, which text is in force, and what somebody who says yes agrees to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import get_args
from uuid import UUID, uuid4

from shared_schemas.common import LocaleCode
from shared_schemas.gateway.consents import (
    Consent,
    ConsentDocument,
    ConsentKind,
    ConsentOutdatedError,
    ConsentReplacement,
    ConsentSource,
    ConsentTexts,
    ConsentWording,
    GivenConsent,
)

KINDS: tuple[ConsentKind, ...] = get_args(ConsentKind)
NEEDED: ConsentKind = "personal_data"
"""Without it nobody registers or books. Any other is the owner's to give: who booked as a guest may be a stranger."""
FIRST = Path(__file__).parent / "first"
FIRST_VERSION, FIRST_SINCE = "2026-11", datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Given:
    """What was agreed to, by whom, when, and where; it holds until it is revoked."""

    user_id: UUID
    document: ConsentKind
    version: str
    given_at: datetime
    source: ConsentSource
    network: str | None = None
    revoked_at: datetime | None = None
    id: UUID = field(default_factory=uuid4)

    def shown(self) -> GivenConsent:
        named = {name: getattr(self, name) for name in GivenConsent.model_fields if name != "kind"}
        return GivenConsent(kind=self.document, **named)


@cache
def first_documents() -> Mapping[ConsentKind, ConsentDocument]:
    """What a studio begins with, so that it can open before its lawyer has written anything."""
    return {kind: _first(kind) for kind in KINDS}


def document(
    kind: ConsentKind, request: ConsentReplacement, since: datetime, *, current: bool = True
) -> ConsentDocument:
    """A version as it is shown."""
    return ConsentDocument(
        kind=kind,
        version=request.version,
        since=since,
        current=current,
        required=kind == NEEDED,
        texts=request.texts,
        url=request.url,
    )


def says_the_same(one: ConsentDocument, request: ConsentReplacement) -> bool:
    return (one.version, one.texts, one.url) == (request.version, request.texts, request.url)


def agreed(
    plain: bool | None, consents: Sequence[Consent], current: Mapping[ConsentKind, ConsentDocument]
) -> Mapping[ConsentKind, str]:
    """The version of each document that is agreed to; a `plain` yes means the one that is needed, as it is in force.

    `ConsentOutdatedError` for a version that is not in force."""
    for each in consents:
        if each.version != current[each.document].version:
            raise ConsentOutdatedError(document=each.document, version=current[each.document].version)
    needed = {NEEDED: current[NEEDED].version} if plain else {}
    return {**needed, **{each.document: each.version for each in consents}}


def covers_the_needed(plain: bool | None, consents: Sequence[Consent]) -> bool:
    """Whether what is needed is among it: advertising never stands for it, nor it for advertising."""
    return bool(plain) or any(each.document == NEEDED for each in consents)


def _first(kind: ConsentKind) -> ConsentDocument:
    texts = ConsentTexts(ru=_wording("ru", kind), en=_wording("en", kind))
    return document(kind, ConsentReplacement(version=FIRST_VERSION, texts=texts, url=None), FIRST_SINCE)


def _wording(locale: LocaleCode, kind: ConsentKind) -> ConsentWording:
    title, _, text = (FIRST / locale / f"{kind}.txt").read_text(encoding="utf-8").partition("\n")
    return ConsentWording(title=title, text=text)
