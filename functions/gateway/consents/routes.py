"""Routes of consents: what people agree to, and what somebody agreed to."""

from uuid import UUID

from core.http.paging import InvalidCursorError
from core.identity import Identity
from gateway import composition
from gateway.accounts.errors import AccountNotFoundError
from gateway.api import api
from gateway.consents.errors import ConsentNeededError, ConsentVersionNotFoundError, ConsentVersionTakenError
from shared_schemas.common import Page
from shared_schemas.gateway.consents import (
    ConsentDocument,
    ConsentKind,
    ConsentOutdatedError,
    ConsentReplacement,
    ConsentRequest,
    ConsentsQuery,
    GivenConsent,
)
from shared_schemas.texts import PathName

DOCUMENT = 256 * 1024
"""Bytes: two texts, each letter of which may be escaped."""


@api.endpoint("GET /v1/consents")
def list_consent_documents() -> Page[ConsentDocument]:
    """What people are asked to agree to, each apart from the others, with the text in force.

    Show the text, leave each box empty, and send the version of each that was ticked."""
    return Page(data=composition.app().consent_documents.current())


@api.endpoint("GET /v1/consents/{kind}/{version}", errors=[ConsentVersionNotFoundError])
def get_consent_document(kind: ConsentKind, version: PathName) -> ConsentDocument:
    """One version, in force or not."""
    return composition.app().consent_documents.get(kind, version)


@api.endpoint("PUT /v1/consents/{kind}", body_limit=DOCUMENT, errors=[ConsentVersionTakenError])
def replace_consent_document(kind: ConsentKind, body: ConsentReplacement, identity: Identity) -> ConsentDocument:
    """Put a new version in force. Whoever agreed to an older one has still agreed to that; nobody can any more."""
    return composition.app().consent_documents.replace(kind, body, identity)


@api.endpoint("GET /v1/me/consents", errors=[AccountNotFoundError, InvalidCursorError])
def list_my_consents(query: ConsentsQuery, identity: Identity) -> Page[GivenConsent]:
    """What you agreed to, and what you revoked, newest first."""
    return composition.app().consents.page(identity.user_id, query)


@api.endpoint("POST /v1/me/consents", status=201, errors=[AccountNotFoundError, ConsentOutdatedError])
def give_consent(body: ConsentRequest, identity: Identity) -> GivenConsent:
    """Agree to a document, in the version that you were shown. To do so twice changes nothing."""
    return composition.app().consents.give(identity.user_id, body)


@api.endpoint("DELETE /v1/me/consents/{kind}", status=204, errors=[AccountNotFoundError, ConsentNeededError])
def revoke_consent(kind: ConsentKind, identity: Identity) -> None:
    """Revoke a consent, in all its versions. No advertising is sent from now on, if it is that one.

    The account itself rests on the processing of personal data: that consent ends with it (`DELETE /v1/me`)."""
    composition.app().consents.revoke(identity.user_id, kind)


@api.endpoint("GET /v1/customers/{customer_id}/consents", errors=[AccountNotFoundError, InvalidCursorError])
def list_customer_consents(customer_id: UUID, query: ConsentsQuery) -> Page[GivenConsent]:
    """What a customer agreed to and revoked, newest first; of somebody who joined an account, that account's."""
    return composition.app().consents.page(customer_id, query)
