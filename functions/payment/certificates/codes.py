"""How the code of a certificate is written: sixteen characters that nobody mistakes for each other, as on a banknote.

Eighty random bits: whoever may try twenty codes in ten minutes needs longer than there are certificates."""

import hmac
import secrets
from hashlib import sha256
from uuid import UUID

# Crockford's alphabet: no I, L, O and U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def made(key: str, certificate_id: UUID) -> str:
    """The code of a certificate as it is sold: it follows from our secret, so that it can be written to the buyer and
    be stored nowhere."""
    letters = hmac.digest(key.encode(), f"certificate-code:{certificate_id}".encode(), "sha256")[:LENGTH]
    return "".join(ALPHABET[letter % len(ALPHABET)] for letter in letters)


def printed(code: str) -> str:
    """In groups of four."""
    return "-".join(code[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def read(typed: str) -> str:
    """The code that somebody typed."""
    return typed.upper().translate(MISREAD)


def digest(code: str) -> str:
    """What is stored. A fast hash is enough, as for other secrets that are random."""
    return sha256(f"certificate:{code}".encode()).hexdigest()


def tail(code: str) -> str:
    """By which staff tell certificates apart; sixty bits stay unknown."""
    return code[-GROUP:]
