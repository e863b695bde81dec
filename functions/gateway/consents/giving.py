"""Somebody agrees: the one place where consents are recorded, by whichever door they come in."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from core.trail.deed import current_deed
from gateway.consents.domain import Given, agreed
from gateway.consents.ports import Giving
from shared_schemas.events.studio import ConsentGranted
from shared_schemas.gateway.consents import Consent, ConsentSource


def give(
    work: Giving,
    user_id: UUID,
    source: ConsentSource,
    at: datetime,
    *,
    consents: Sequence[Consent] = (),
    plain: bool | None = None,
) -> None:
    """The owner of an account agrees, with a request of their own; `plain` is a yes to what is needed.

    `ConsentOutdatedError` for a text that is not in force."""
    deed = current_deed()
    network = deed.network if deed else None
    for each in record(work, user_id, source, at, consents=consents, plain=plain, network=network):
        work.emit(ConsentGranted(account_id=user_id, kind=each.document, document_version=each.version))


def record(
    work: Giving,
    user_id: UUID,
    source: ConsentSource,
    at: datetime,
    *,
    consents: Sequence[Consent],
    plain: bool | None = None,
    network: str | None = None,
) -> list[Given]:
    """What is new of it, and nobody is told: of guests it is not known yet who they are. `ConsentOutdatedError`."""
    if not (plain or consents):
        return []
    versions = agreed(plain, consents, work.consent_documents.current())
    return work.consents.add([Given(user_id, kind, version, at, source, network) for kind, version in versions.items()])
