"""What a rotation of the data key does: a key more, second factors sealed by it, and later the older ones dropped."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from core.keys.ring import LEAD, Ring, RingKey, ring_of
from core.secrets import KEPT, SECRETS_MANAGER
from gateway.keys.data_keys import data_key_id
from infra.keys.rotation import Rotation, Secrets, UnknownIssuerError, minute, new_secret

DATA = "data"
"""What the command calls it, in place of an issuer of tokens."""
OPERATORS = "GatewayBootstrap"
"""The function that seals second factors anew: an operator invokes it, nobody else may."""

Invoke = Callable[[bytes], Mapping[str, Any]]
"""Invokes that function with an event."""

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
LINKS = "guests' links, invitations, and codes and resets under way"


class NotYetError(Exception):
    """What was asked for would cost something that can be waited for."""


def rotation_of(issuers: Sequence[str], *, stolen: bool, drop: bool) -> "Rotation | DataRotation":
    """What the command's options ask for; `UnknownIssuerError` where they do not go together."""
    if list(issuers) == [DATA]:
        return DataRotation(stolen, drop)
    if drop or DATA in issuers:
        raise UnknownIssuerError(
            "ISSUER=data goes alone, and DROP=1 goes with nothing else: signing keys go by themselves"
        )
    return Rotation(issuers, stolen)


@dataclass(frozen=True)
class DataRotation:
    """A new key beside the older ones; or only the newest from now on (`drop`); or a new key, while the older ones open
    nothing but what they sealed (`stolen`). Stopped anywhere, it is repeated as it was called."""

    stolen: bool = False
    drop: bool = False

    def perform(
        self, variables: Mapping[str, str], store: Secrets, now: datetime, invoke: Invoke | None
    ) -> Iterator[str]:
        """What was done, in a sentence each; `NotYetError`. `invoke` is None while the system does not run."""
        name = variables["DATA_KEY"].removeprefix(SECRETS_MANAGER)
        ring = ring_of(store.read(name))
        if self.drop:
            yield from _dropped(name, ring, store, now, invoke)
            return
        if self.stolen or len(ring.keys) == 1:
            ring = _stolen(ring, now) if self.stolen else _with_another(ring, now)
            store.write(name, ring.text())
        yield self._told(ring, now)
        yield from _resealed(ring, invoke)

    def _told(self, ring: Ring, now: datetime) -> str:
        if self.stolen:
            return (
                f"data: a new key; of those before, {LINKS} end everywhere within {KEPT.seconds} seconds; tries of "
                "passwords and bookings by a telephone number are counted anew; recovery codes hold until DROP=1"
            )
        if ring.keys[0].signs(now):
            return "data: the newest key is in use; DROP=1 ends the older ones, and with them what they made"
        return f"data: a new key signs from {minute(ring.keys[0].signs_from)}; what older ones made holds until DROP=1"


def _with_another(ring: Ring, now: datetime) -> Ring:
    return Ring((RingKey(new_secret(), signs_from=now + LEAD), *ring.keys))


def _stolen(ring: Ring, now: datetime) -> Ring:
    """The older keys stay: without them nobody who has a second factor could sign in."""
    older = (replace(key, verifies_until=min(key.verifies_until or now, now)) for key in ring.keys)
    return Ring((RingKey(new_secret()), *older))


def _dropped(name: str, ring: Ring, store: Secrets, now: datetime, invoke: Invoke | None) -> Iterator[str]:
    newest, *older = ring.keys
    if not older:
        yield "data: there is one key only, and nothing to drop"
        return
    if now < (known := _known_everywhere(ring)):
        raise NotYetError(f"Not every process has read the newest key; drop the older ones from {minute(known)}")
    if invoke is None:
        raise NotYetError("Second factors may be sealed by an older key, and only a running system can change that")
    yield from _resealed(ring, invoke)
    store.write(name, Ring.of_one(newest.secret).text())
    yield (
        f"data: only the newest key is left; of those before, {LINKS} and recovery codes have ended; tries of "
        "passwords and bookings by a telephone number are counted anew"
    )


def _known_everywhere(ring: Ring) -> datetime:
    """When no process seals by an older key any more, which may be after the command sealed anew."""
    newest, *older = ring.keys
    if newest.signs_from:
        return newest.signs_from
    return max((key.verifies_until for key in older if key.verifies_until), default=LONG_AGO) + LEAD


def _resealed(ring: Ring, invoke: Invoke | None) -> Iterator[str]:
    if invoke is None:
        yield "data: the system does not run; repeat the command when it does, to seal second factors by the newest key"
        return
    key, after, done, unreadable = data_key_id(ring.keys[0].secret), "", 0, 0
    while True:
        batch = invoke(json.dumps({"reseal": {"key": key, "after": after}}).encode())
        done, unreadable, after = done + batch["done"], unreadable + batch["unreadable"], batch["after"]
        if not after:
            break
    yield f"data: second factors sealed by the newest key: {done}"
    if unreadable:
        yield f"data: second factors that no key opens, and that must be set up anew: {unreadable}"
