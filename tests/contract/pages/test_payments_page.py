"""The page about payments names every refusal and purpose that the code has, and no other."""

from pathlib import Path
from typing import get_args

from payment.attempts.errors import ConcurrentUpdateError
from payment.paying.routes import CREATE_ERRORS
from shared_schemas.payment.kinds import Purpose

PAGE = (Path(__file__).parents[3] / "docs" / "payments.md").read_text(encoding="utf-8")


def first_column(head: str) -> set[str]:
    """The words of a table's first column."""
    rows = PAGE.split(head)[1].split("\n\n")[0].splitlines()[2:]
    return {word for row in rows for word in row.split("|")[1].replace("`", "").replace(",", " ").split()}


def test_every_refusal_to_start_a_payment_is_explained() -> None:
    # Every service may answer that somebody was faster.
    assert first_column("| code | status | |") == {error.code for error in CREATE_ERRORS} - {ConcurrentUpdateError.code}


def test_every_purpose_is_explained() -> None:
    assert first_column("| `purpose` | when | how much |") == set(get_args(Purpose))
