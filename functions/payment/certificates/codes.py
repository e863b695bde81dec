"""How the code of a certificate is written: sixteen characters that nobody mistakes for each other, as on a banknote.

Eighty random bits: whoever may try twenty codes in ten minutes needs longer than there are certificates."""

import secrets
from hashlib import sha256

# Crockford's alphabet: no I, L, O and U.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 16
GROUP = 4
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


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
