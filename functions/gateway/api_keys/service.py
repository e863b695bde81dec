"""Use cases of administrators: which programs may call, what for, and for how long."""

from collections.abc import Callable
from uuid import UUID, uuid4

from core.clock import Clock
from core.trail.deed import note
from core.trail.shown import Word
from gateway.api_keys.domain import MOST, Ages, Key
from gateway.api_keys.errors import TooManyApiKeysError
from gateway.api_keys.ports import Work
from gateway.api_keys.secret import SHOWN, digest, new_key
from shared_schemas.api_keys import ApiKey, ApiKeyRequest, NewApiKey
from shared_schemas.events.staff import ApiKeyCreated, ApiKeyRevoked


class ApiKeys:
    """Keys belong to the studio: one goes on working when whoever made it has left."""

    def __init__(self, unit_of_work: Callable[[], Work], clock: Clock, ages: Ages) -> None:
        self._unit_of_work = unit_of_work
        self._clock = clock
        self._ages = ages

    def list(self) -> list[ApiKey]:
        with self._unit_of_work() as work:
            return work.api_keys.all()

    def create(self, request: ApiKeyRequest, by: UUID) -> NewApiKey:
        """A new key, whose secret is only in this answer; no idempotency key keeps it.

        `TooManyApiKeysError`; `RuleViolationError` for an end that is over, or too far away."""
        secret, now = new_key(), self._clock.now()
        key = Key(
            id=uuid4(),
            name=request.name,
            prefix=secret[:SHOWN],
            digest=digest(secret),
            scopes=sorted(set(request.scopes)),
            created_by=by,
            created_at=now,
            expires_at=self._ages.end(request.expires_at, now),
        )
        with self._unit_of_work() as work:
            if work.api_keys.in_use(now) >= MOST:
                raise TooManyApiKeysError(max=MOST)
            work.api_keys.add(key)
            work.emit(ApiKeyCreated(api_key_id=key.id, by=by, scopes=key.scopes, expires_at=key.expires_at))
            scopes = [Word(scope) for scope in key.scopes]
            note(target=f"api-key:{key.id}", after={"scopes": scopes, "expires_at": key.expires_at})
            shown = work.api_keys.shown(key.id)
            work.commit()
        return NewApiKey(**dict(shown), key=secret)

    def revoke(self, key_id: UUID, by: UUID) -> None:
        """The next request with it is refused; doing so twice is not an error. `ApiKeyNotFoundError`."""
        with self._unit_of_work() as work:
            key = work.api_keys.locked(key_id)
            if key.revoked_at:
                return
            work.api_keys.put(key.revoked(by, self._clock.now()))
            work.emit(ApiKeyRevoked(api_key_id=key_id, by=by))
            work.commit()
