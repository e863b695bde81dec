"""How an API key is written: `cyk_`, 43 random characters, and 6 by which it is told from any other text.

The form is that of GitHub's tokens, so that programs that search code and logs for secrets can find it: the prefix says
whose it is, and the checksum that it really is one."""

import secrets
from hashlib import sha256
from zlib import crc32

PREFIX = "cyk_"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
RANDOM = 43
"""62 to the power of 43 is more than 2 to the power of 256."""
CHECK = 6
SHOWN = len(PREFIX) + 8
"""How much of a key is kept to be shown: 35 random characters, of over 200 bits, stay unknown."""


def new_key() -> str:
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return f"{PREFIX}{body}{_checksum(body)}"


def is_key(text: str) -> bool:
    """Whether it is written like a key; whether anybody has it, only the database knows."""
    body, check = text[len(PREFIX) : -CHECK], text[-CHECK:]
    return text.startswith(PREFIX) and len(body) == RANDOM and body.isascii() and check == _checksum(body)


def digest(key: str) -> str:
    """What is stored. A fast hash is enough: nobody guesses 256 random bits, however many they try in a second.

    A slow one protects what people invent, and every request would pay for it."""
    return sha256(key.encode()).hexdigest()


def _checksum(body: str) -> str:
    number, text = crc32(body.encode()), ""
    for _ in range(CHECK):
        number, place = divmod(number, len(ALPHABET))
        text = ALPHABET[place] + text
    return text
