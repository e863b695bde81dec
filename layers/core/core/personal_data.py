"""Which columns hold personal data, and which hold none: each service declares it in its `personal_data.py`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from shared_schemas.privacy.purposes import PURPOSES, Purpose

T = TypeVar("T")
CONTINUED = re.compile(r"\n\s*\|")
UNTIL_ERASED = "until erased"
"""How long what is kept until the person asks to be forgotten."""


@dataclass(frozen=True)
class Personal:
    """A column (`table.column`) with personal data.

    `kept` is how long: until the person is erased, a setting of the service in days or months, or a time that never
    changes. `erased` is what an erasure does to it; where it does nothing, why."""

    column: str
    what: str
    purpose: Purpose
    kept: str
    erased: str

    @property
    def table(self) -> str:
        return self.column.partition(".")[0]


@dataclass(frozen=True)
class Inventory:
    """A service's declaration: every column of text or JSON is in one of the two."""

    personal: Mapping[str, Personal]
    impersonal: Mapping[str, str]
    """Column → what it holds instead."""


def inventory(personal: str, impersonal: Mapping[str, str]) -> Inventory:
    """From rows of `column | what | purpose | kept | what an erasure does`, and from columns by what they hold. A line
    that begins with `|` goes on with the row before it.

    `ValueError` for a column that is declared twice, or for a purpose that there is not."""
    lines = filter(str.strip, CONTINUED.sub(" |", personal).splitlines())
    rows = dict(_once((row.column, row) for row in map(_row, lines)))
    nothing = dict(_once((column, what) for what, columns in impersonal.items() for column in columns.split()))
    if both := rows.keys() & nothing.keys():
        raise ValueError(f"declared twice: {sorted(both)}")
    return Inventory(rows, nothing)


def _once(pairs: Iterator[tuple[str, T]]) -> Iterator[tuple[str, T]]:
    seen: set[str] = set()
    for name, value in pairs:
        if name in seen:
            raise ValueError(f"declared twice: {name}")
        seen.add(name)
        yield name, value


def _row(line: str) -> Personal:
    column, what, purpose, kept, erased = (cell.strip() for cell in line.split("|"))
    known: dict[str, Purpose] = {name: name for name in PURPOSES}
    if purpose not in known:
        raise ValueError(f"{column}: there is no purpose {purpose!r}")
    return Personal(column, what, known[purpose], kept, erased)


DELIVERY = inventory(
    """
    idempotency_keys.response | the answer to a request, with what was in it | repeats | 24 hours | removed
    idempotency_keys.key | whatever the caller chose | repeats | 24 hours | removed
    """,
    {
        "ids, and names of ours": "idempotency_keys.principal idempotency_keys.operation inbox.subscriber outbox.type "
        "job_failures.job job_failures.item calls.key",
        "a digest": "idempotency_keys.fingerprint",
        "ids and codes: events carry nothing that anybody wrote": "outbox.envelope",
        "a code": "job_failures.error",
    },
)
"""What every service has."""
