"""Numbers of papers, without gaps: taken in the transaction that issues the paper."""

from typing import Protocol

from shared_schemas.payment.papers import PaperKind


class NumberStore(Protocol):
    def next(self, kind: PaperKind, year: int) -> int:
        """The next number of a year, from 1 on. Others who want one wait until this transaction ends; if it rolls
        back, they get the same."""


def written(year: int, number: int) -> str:
    """As a paper has it, and a payer writes it in the purpose of a transfer."""
    return f"{year}-{number}"


def read(text: str) -> tuple[int, int]:
    """The year and the number of `2026-17`."""
    year, number = text.split("-")
    return int(year), int(number)
