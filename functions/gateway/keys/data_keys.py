"""The data key, and those before it that are still in its ring: what each of them is good for."""

import hmac
from collections.abc import Sequence

from core.clock import Clock
from core.keys.ring import Ring, ring_of
from core.secrets import ChangingSecret

IDENTIFIED = b"cyclorama: id of a data key"


def data_key_id(key: str) -> str:
    """What sealed texts name their key by; it tells nothing of the key."""
    return hmac.digest(key.encode(), IDENTIFIED, "sha256").hex()[:16]


class DataKeys:
    """The ring in a secret; a plain text is a ring of one. A key whose end has come was stolen, and only opens."""

    def __init__(self, setting: str, clock: Clock) -> None:
        """`setting` may be a reference."""
        self._setting = setting
        self._clock = clock
        self._secret = ChangingSecret(setting, lambda: clock.now().timestamp())

    def making(self) -> str:
        """What signs links: a new key does so when every process has read it."""
        return self._ring().signing(self._clock.now()).secret

    def valid(self) -> Sequence[str]:
        """Whose links open something, newest first."""
        return [key.secret for key in self._ring().verifying(self._clock.now())]

    def counting(self) -> str:
        """What digests are made with that are only compared: the oldest valid key. So a new key forgets no try, no
        code and no guest's number, and they change once, when that key is dropped."""
        return self.valid()[-1]

    def every(self) -> Sequence[str]:
        """What opens sealed texts, newest first; the first seals."""
        return _secrets(self._ring())

    def every_again(self) -> Sequence[str]:
        """The same, read anew: a text names a key that is not known here."""
        return _secrets(ring_of(self._secret.again()))

    def reread(self) -> "DataKeys":
        """The same keys, as they are in the secret now."""
        return DataKeys(self._setting, self._clock)

    def _ring(self) -> Ring:
        return ring_of(self._secret.value())


def _secrets(ring: Ring) -> Sequence[str]:
    return [key.secret for key in ring.keys]
