"""A guest: somebody who booked without an account, and who of the people known with a number it may be."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from shared_schemas.common import LocaleCode
from shared_schemas.guests import GuestAdmission


@dataclass(frozen=True)
class Guest:
    """Each booking without a token makes one, whoever was here before with this number: none can be taken over.

    Until a booking stands nobody needs it, and it is removed soon."""

    id: UUID
    full_name: str
    phone: str
    email: str | None
    locale: LocaleCode
    by_staff: bool
    created_at: datetime
    booked_at: datetime | None = None
    joined_to: UUID | None = None
    """The account whose owner proved to have this number."""


@dataclass(frozen=True)
class Known:
    """Somebody known with a number, an account or a guest; `is_sure` where the number was proved, or told to staff."""

    id: UUID
    has_account: bool
    full_name: str
    email: str | None
    is_sure: bool


@dataclass(frozen=True)
class GuestLifetimes:
    """How long after its visit a guest's `access` token works, and the `link` that is exchanged for new ones.

    However far away the visit is, no token lives for longer than `longest`: the key that signed it must be known as
    long, also after a rotation."""

    access: timedelta
    link: timedelta
    longest: timedelta
    exchanged: timedelta = timedelta(days=1)


def find(known: Iterable[Known], wanted: GuestAdmission) -> Known | None:
    """Whom staff mean: the number, the whole name, and the e-mail where it was told must agree; accounts come first.

    A slip in the number then finds nobody rather than a stranger, and a guest whose number nobody proved is never
    found: what that one told may be somebody else's."""
    name = _words(wanted.full_name)
    same = [one for one in known if one.is_sure and _words(one.full_name) == name and wanted.email in (None, one.email)]
    return min(same, key=lambda one: not one.has_account, default=None)


def phone_key(secret: str, phone: str) -> UUID:
    """What a number is counted under elsewhere; it does not tell the number to who lacks the secret."""
    return UUID(bytes=hmac.digest(secret.encode(), f"phone\n{phone}".encode(), "sha256")[:16])


def _words(name: str) -> list[str]:
    return sorted(name.casefold().replace("ё", "е").split())
