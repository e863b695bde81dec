"""Contracts of consents (152-FZ, article 9): what people agree to, in which version, and what somebody agreed to."""

from typing import Annotated, Literal

from pydantic import Field

from shared_schemas.booking.halls import WebAddress
from shared_schemas.common import Contract, Instant, Replacement
from shared_schemas.errors import ConflictError, RejectedError, Text
from shared_schemas.texts import Cursor, Name, PathName, Prose
from shared_schemas.validation import refuse

ConsentKind = Literal["personal_data", "offer", "advertising"]
ConsentSource = Literal["registration", "sign_in", "booking", "account", "unversioned"]
"""Where it was given: when an account was made, with a one-time code, with a guest's booking, or later by the owner.
`unversioned` are those of accounts from before consents had versions."""


class Consent(Contract):
    """A document that a person agreed to, in the version that was shown; each is given apart from the others."""

    document: ConsentKind
    version: Name = Field(examples=["2026-11"])


Consents = Annotated[list[Consent], Field(max_length=10)]


BUNDLED = Text(
    "Give each consent apart: one yes does not stand for several",
    "Каждое согласие даётся отдельно: одной отметкой на всё не согласиться",
)


def require_apart(plain: bool | None, consents: list[Consent]) -> None:
    """A yes to everything at once is no consent to any of it."""
    if plain and consents:
        raise refuse("consent_bundled", BUNDLED)


class ConsentWording(Contract):
    """What is shown in one language: a line to tick, and the document behind it."""

    title: Name
    text: Annotated[str, Prose(10_000, 1)]


class ConsentTexts(Contract):
    """In Russian, which counts, and perhaps in English, too."""

    ru: ConsentWording
    en: ConsentWording | None = None


class ConsentDocument(Contract):
    """One version of what people agree to; it never changes. `since` is when it took the place of the one before.

    Without a `required` consent nobody registers or books; nothing depends on the others."""

    kind: ConsentKind
    version: str = Field(examples=["2026-11"])
    since: Instant
    current: bool
    """Whether it is the version to agree to now."""
    required: bool
    texts: ConsentTexts
    url: WebAddress | None = None
    """Where the whole of it is, if the text is only what people tick."""


class ConsentReplacement(Replacement):
    """A new version, which is shown and asked for from now on. Old ones stay readable: people agreed to them."""

    version: PathName = Field(examples=["2027-01"])
    texts: ConsentTexts
    url: WebAddress | None = None


class ConsentRequest(Contract):
    """What the owner of an account agrees to, in the version that was shown."""

    kind: ConsentKind
    version: Name = Field(examples=["2026-11"])


class GivenConsent(Contract):
    """What somebody agreed to: `network` is the address that it came from without its last part, where it is known.

    It holds until it is revoked, also when there is a newer version."""

    kind: ConsentKind
    version: str = Field(examples=["2026-11"])
    given_at: Instant
    source: ConsentSource
    network: str | None = Field(default=None, examples=["203.0.113.0/24"])
    revoked_at: Instant | None = None


class ConsentsQuery(Contract):
    """Newest first; `cursor` from the previous page."""

    cursor: Cursor | None = None
    limit: int = Field(default=50, ge=1, le=200)


class ConsentOutdatedError(ConflictError):
    """Nobody can agree to a text that was replaced, or that there never was; `version` is the one to show."""

    code = "consent_outdated"
    text = Text(
        "The text that you agreed to has changed; read version {version} and agree to it anew",
        "Текст согласия изменился: прочитайте редакцию {version} и подтвердите её",
    )


class ConsentNotOwnError(RejectedError):
    """Who sells must be able to prove that the person agreed (38-FZ, article 18), and staff's word is no proof."""

    code = "consent_not_own"
    text = Text(
        "Only the customer can agree to advertising: in their account, or when they book by themselves",
        "Согласие на рекламу клиент даёт только сам: в учётной записи или когда бронирует без помощи студии",
    )
