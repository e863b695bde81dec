"""What a password must not be, by NIST SP 800-63B: nothing that is guessed first. No rule asks for digits or signs."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from shared_schemas.errors import RuleViolationError, Violation

LIST = Path(__file__).parent / "common_passwords.txt"
SHORTEST_WORD = 3
# The same keys on both layouts: many type a Russian word while the other layout is on, and the list knows both.
RUSSIAN_KEYS = str.maketrans("йцукенгшщзхъфывапролджэячсмитьбю", "qwertyuiop[]asdfghjkl;'zxcvbnm,.")

TOO_COMMON = (
    "password_too_common",
    "This password is among the first that are guessed",
    "Такой пароль подбирают одним из первых",
)
LIKE_EMAIL = ("password_like_email", "The password must not be your e-mail", "Пароль не должен повторять почту")
LIKE_NAME = ("password_like_name", "The password must not be your name", "Пароль не должен повторять имя")


def require_strong(password: str, email: str | None, full_name: str, field: str = "password") -> None:
    """`RuleViolationError` with each rule that the password breaks; `field` is that of the request."""
    if broken := [Violation.of(field, *rule) for rule in _broken(password, email or "", full_name)]:
        raise RuleViolationError(broken)


def _broken(password: str, email: str, full_name: str) -> Iterator[tuple[str, str, str]]:
    typed = password.casefold().strip()
    if {typed, typed.translate(RUSSIAN_KEYS)} & common():
        yield TOO_COMMON
    word, names = _word(password), [_word(part) for part in full_name.split()]
    if word in _told(_word(email), _word(email.partition("@")[0])):
        yield LIKE_EMAIL
    if word in _told(*names, "".join(names), "".join(reversed(names))):
        yield LIKE_NAME


def _word(text: str) -> str:
    """Only letters and digits, without digits at the end: `Anna.Petrova_1985` is `annapetrova`."""
    return "".join(filter(str.isalnum, text.casefold())).rstrip("0123456789")


def _told(*words: str) -> set[str]:
    """Two letters are in too many passwords to mean anything."""
    return {word for word in words if len(word) >= SHORTEST_WORD}


@cache
def common() -> frozenset[str]:
    """Read when the first password is chosen: few requests need it."""
    return frozenset(LIST.read_text(encoding="utf-8").splitlines()[1:])
