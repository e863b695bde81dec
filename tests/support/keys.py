"""Keys of issuers in memory."""

from core.keys.ring import Ring


class FixedKeys(dict[str, str]):
    """Issuer → ring. `later` is what those find who look again; it counts how often that was."""

    def __init__(self, now: dict[str, str], later: dict[str, str] | None = None) -> None:
        super().__init__(now)
        self.later = later or {}
        self.looked_again = 0

    def again(self, issuer: str) -> str:
        self.looked_again += 1
        return self.later.get(issuer, self[issuer])


def ring_text(*secrets: str) -> str:
    """A ring whose first key signs; all verify."""
    return Ring(tuple(key for secret in secrets for key in Ring.of_one(secret).keys)).text()


class SecretsInMemory(dict[str, str]):
    """What commands read secrets from, and write them to."""

    def read(self, name: str) -> str:
        return self[name]

    def write(self, name: str, text: str) -> None:
        self[name] = text
