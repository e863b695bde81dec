"""Passwords as Argon2id hashes, by OWASP's parameters for 19 MiB (m=19456, t=2, p=1)."""

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError


class Argon2Passwords:
    """Hashes, and compares in the same time whether or not an account exists."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._nobodys = self._hasher.hash("nobody")

    def hash(self, password: str) -> str:
        return self._hasher.hash(password)

    def matches(self, password: str, hashed: str | None) -> bool:
        try:
            return self._hasher.verify(hashed or self._nobodys, password) and hashed is not None
        except VerificationError:
            return False
