"""The signing keys of all issuers, each looked up when the first token of that issuer comes."""

import json
import time
from collections.abc import Callable

from core.secrets import ChangingSecret, resolve


class TokenKeys:
    """Issuer → ring of keys. The rings, or the whole object, may be references to Secrets Manager."""

    def __init__(self, setting: str, now: Callable[[], float] = time.time) -> None:
        references: dict[str, str] = json.loads(resolve(setting))
        self._rings = {issuer: ChangingSecret(reference, now) for issuer, reference in references.items()}

    def __getitem__(self, issuer: str, /) -> str:
        return self._rings[issuer].value()

    def again(self, issuer: str) -> str:
        return self._rings[issuer].again()
