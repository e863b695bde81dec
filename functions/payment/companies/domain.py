"""How companies are looked for."""

import re

WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words of a name, or of what somebody types to find it, in one spelling."""
    return WORD.findall(text.lower().replace("ё", "е"))


def digits_of(typed: str) -> str | None:
    """The beginning of an INN, if that is what was typed, whatever stands between the digits."""
    digits = re.sub(r"[\s-]", "", typed)
    return digits if digits.isascii() and digits.isdigit() else None
