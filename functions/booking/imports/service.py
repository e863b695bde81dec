"""Use cases of imports: row by row, each a transaction of its own, so that a row is either in or named."""

import binascii
import time
from base64 import b64decode
from collections.abc import Callable

from booking.bookings.services.sales import Sales
from booking.customers.ports import Accounts, Guests
from booking.imports.customers import CustomerRows
from booking.imports.domain.table import Table, decoded, read
from booking.imports.errors import UnreadableFileError
from booking.imports.ports import Work
from booking.imports.visits import VisitRows
from core.clock import Clock
from core.identity import Identity
from shared_schemas.errors import Locale, UnavailableError
from shared_schemas.uploads.imports import FileImportReport, FileImportRequest, FileImportRow

AT_ONCE = 200
"""Rows of one call: a call has an end, and so have the locks of a dry run."""
SECONDS = 10.0


def within_seconds() -> Callable[[], bool]:
    """Whether there is time for another row."""
    until = time.monotonic() + SECONDS
    return lambda: time.monotonic() < until


class FileImports:
    """Customers and coming visits out of tables. Nobody is sent a message of it."""

    def __init__(
        self,
        unit_of_work: Callable[[], Work],
        clock: Clock,
        sales: Sales,
        guests: Guests,
        accounts: Accounts,
        patience: Callable[[], Callable[[], bool]] = within_seconds,
    ) -> None:
        self._customers = CustomerRows(unit_of_work, clock, guests, accounts)
        self._visits = VisitRows(unit_of_work, clock, sales, guests)
        self._patience = patience

    def run(self, request: FileImportRequest, caller: Identity, locale: Locale) -> FileImportReport:
        """As many rows as one call does, and where to go on.

        `UnreadableFileError`, `TooManyRowsError`, `ColumnsMissingError`, `UnknownHeadingError`; `HallNotFoundError`;
        `AccountsUnavailableError` before the first row: later the report ends there."""
        table = _table(request)
        if request.kind == "bookings":
            handle = self._visits.turn(request, caller, locale)
        else:
            handle = self._customers.turn(request, caller, locale)
        enough, rows, row = self._patience(), list[FileImportRow](), request.from_row
        while row <= len(table.rows) and len(rows) < AT_ONCE and (not rows or enough()):
            try:
                rows.append(handle(row, table.cells(row)))
            except UnavailableError:
                if not rows:
                    raise
                break
            row += 1
        return FileImportReport(
            kind=request.kind,
            dry_run=request.dry_run,
            encoding=table.encoding,
            delimiter=table.delimiter,
            columns=table.named(),
            ignored=table.ignored(),
            total_rows=len(table.rows),
            rows=rows,
            next_row=row if row <= len(table.rows) else None,
        )


def _table(request: FileImportRequest) -> Table:
    if request.csv is not None:
        return read(request.csv, None, request.kind, request.mapping)
    try:
        content = b64decode(request.file_base64 or "", validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableFileError(line=1) from error
    text, encoding = decoded(content)
    return read(text, encoding, request.kind, request.mapping)
