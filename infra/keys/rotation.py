"""What a rotation does to the secrets of signing keys, wherever these are kept."""

import json
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from core.keys.ring import Ring, ring_of
from core.secrets import KEPT, SECRETS_MANAGER
from core.tokens import SERVICE_TOKEN_LIFETIME, USERS

API = "GatewayApi"
"""The function whose variables say where the keys are, and how long a user's token lives."""


class UnknownIssuerError(Exception):
    """Somebody asked for the keys of an issuer that there is not."""


class Secrets(Protocol):
    """Secrets by name or ARN."""

    def read(self, name: str) -> str: ...
    def write(self, name: str, text: str) -> None: ...


@dataclass(frozen=True)
class Rotation:
    """New keys for `issuers`, or for all if there are none. If the old ones were `stolen`, they hold no longer."""

    issuers: Collection[str] = ()
    stolen: bool = False

    def perform(self, variables: Mapping[str, str], store: Secrets, now: datetime) -> Iterator[str]:
        """One issuer after the other; what was done, in a sentence each. `variables` are those of `API`."""
        references: dict[str, str] = json.loads(variables["TOKEN_KEYS"])
        if unknown := set(self.issuers) - set(references):
            raise UnknownIssuerError(
                f"There is no issuer {', '.join(sorted(unknown))}; there are {', '.join(references)}"
            )
        for issuer in self.issuers or references:
            name = references[issuer].removeprefix(SECRETS_MANAGER)
            ring = self._next(ring_of(store.read(name)), longest_token(issuer, variables), now)
            store.write(name, ring.text())
            yield f"{issuer}: {self._told(ring)}"

    def _next(self, ring: Ring, longest: timedelta, now: datetime) -> Ring:
        secret = new_secret()
        return Ring.of_one(secret) if self.stolen else ring.rotated(secret, now, longest)

    def _told(self, ring: Ring) -> str:
        if self.stolen:
            return f"a new key signs; the others hold no longer, everywhere within {KEPT.seconds} seconds"
        new, old, *_ = ring.keys
        begins, ends = minute(new.signs_from), minute(old.verifies_until)
        return f"a new key signs from {begins}; the one before verifies until {ends}"


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def minute(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M %Z}"


def longest_token(issuer: str, variables: Mapping[str, str]) -> timedelta:
    """How long a token of the issuer may live."""
    if issuer != USERS:
        return SERVICE_TOKEN_LIFETIME
    access, refresh = float(variables["ACCESS_MINUTES"]), float(variables["REFRESH_DAYS"])
    return max(timedelta(minutes=access), timedelta(days=refresh))
