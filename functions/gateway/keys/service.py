"""Use case of keys: show those with which anybody can verify a user's token."""

from core.clock import Clock
from core.keys.signing import USERS, Keys, public_keys
from shared_schemas.gateway.public_keys import PublicKey, PublicKeys


class KeyDirectory:
    """Services' keys are not in it: their tokens are for the authoriser alone."""

    def __init__(self, keys: Keys, clock: Clock) -> None:
        self._keys = keys
        self._clock = clock

    def show(self) -> PublicKeys:
        """The newest first; one that is about to sign is there before it does."""
        found = public_keys(self._keys[USERS], self._clock.now())
        return PublicKeys(keys=[PublicKey.model_validate(key) for key in found])
