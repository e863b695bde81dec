"""The route of imports."""

from booking import composition
from booking.api import api
from booking.customers.errors import AccountsUnavailableError
from booking.halls.errors import HallNotFoundError
from booking.imports.errors import ColumnsMissingError, TooManyRowsError, UnknownHeadingError, UnreadableFileError
from core.identity import Identity
from shared_schemas.errors import Locale
from shared_schemas.uploads.imports import FileImportReport, FileImportRequest

FILE = 2 * 1024 * 1024
"""Bytes: a million characters, escaped."""


@api.endpoint(
    "POST /v1/imports",
    body_limit=FILE,
    errors=[
        AccountsUnavailableError,
        ColumnsMissingError,
        HallNotFoundError,
        TooManyRowsError,
        UnknownHeadingError,
        UnreadableFileError,
    ],
)
def import_file(body: FileImportRequest, identity: Identity, locale: Locale) -> FileImportReport:
    """Take over customers or coming bookings from a table of another system, or try what would become of each row.

    Each row is in or is named with what is wrong with it. The same row is taken once, however often it is sent."""
    return composition.app().imports.run(body, identity, locale)
