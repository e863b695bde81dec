"""What no log may have: e-mails, phones, passwords, tokens and card numbers of the people in tests.

People in tests live at example.com, example.test and so on, and their phones begin with +7, so nothing need be seeded:
whatever looks like it, is it."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.gateway import PASSWORD

PATTERNS = {
    "e-mail": r"[\w.+-]+@(?:[\w-]+\.)*(?:example\.(?:com|org|net)|example|test)\b",
    "phone": r"(?<![\w.-])(?:\+7|8)[ (-]{0,2}9\d{2}[) -]{0,2}\d{3}[ -]?\d{2}[ -]?\d{2}(?![\w-])",
    "password": rf"{PASSWORD}|\$argon2|[\"']password[\"']\s*[:=]\s*[\"'][^\"']",
    "token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|\bcyk_[0-9A-Za-z]{40,}|\bwhsec_[\w-]{20,}",
    "card number": r"(?<![\w.-])[245]\d{3}([ -]?)\d{4}\1\d{4}\1\d{4}(?![\w-])",
}
KINDS = {kind: re.compile(pattern) for kind, pattern in PATTERNS.items()}
# The demo's accounts, of which everybody knows; the local runtime prints them when it starts.
KNOWN_TO_ALL = re.compile(r"\b(?:admin|manager|client)@cyclorama\.test\b")


@dataclass(frozen=True)
class Leak:
    """Where something stands, and of what kind it is; never what it is."""

    place: str
    line: int
    kind: str

    def __str__(self) -> str:
        return f"{self.place}:{self.line}: {self.kind}"


def leaks(place: str, text: str) -> Iterator[Leak]:
    """What a log has that it may not."""
    for number, line in enumerate(text.splitlines(), 1):
        plain = KNOWN_TO_ALL.sub("", line)
        yield from (Leak(place, number, kind) for kind, pattern in KINDS.items() if _found(kind, pattern, plain))


def _logs(folder: Path) -> Iterator[Path]:
    """Tests and pytest itself remove folders meanwhile: what is gone is passed over."""
    for parent, _, names in os.walk(folder):
        yield from (Path(parent) / name for name in names if name.endswith((".log", ".log.1")))


def leaks_in_files(folder: Path) -> Iterator[Leak]:
    """The same in all logs below a folder: of functions, servers, brokers and sandboxes that tests have started."""
    for path in sorted(_logs(folder)):
        if path.is_file():
            yield from leaks(str(path.relative_to(folder)), path.read_text(encoding="utf-8", errors="replace"))


def _found(kind: str, pattern: re.Pattern[str], line: str) -> bool:
    found = pattern.finditer(line)
    return any(kind != "card number" or _is_card(match.group()) for match in found)


def _is_card(digits: str) -> bool:
    """Luhn's checksum, so that no random number of that length is one, but for one in ten."""
    numbers = [int(each) for each in reversed(digits) if each.isdigit()]
    doubled = sum(sum(divmod(2 * each, 10)) for each in numbers[1::2])
    return (sum(numbers[::2]) + doubled) % 10 == 0
