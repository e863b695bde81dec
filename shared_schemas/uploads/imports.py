"""Contracts of imports: customers and coming bookings out of tables of other systems."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from shared_schemas.accounts import Email, FullName
from shared_schemas.common import Contract, FieldProblem, Instant, Money
from shared_schemas.errors import Text
from shared_schemas.phones import Phone
from shared_schemas.texts import Comment, Document, Line, Reason
from shared_schemas.validation import refuse

ImportKind = Literal["customers", "bookings"]
ImportField = Literal[
    "full_name", "last_name", "middle_name", "phone", "email", "comment", "hall", "start", "date", "time", "end",
    "end_time", "duration", "people", "price", "status", "reference",
]  # fmt: skip
RowStatus = Literal["ready", "imported", "duplicate", "failed"]
Header = Annotated[str, Line(200, 1)]
ONE_FILE = Text("Send one file: either its text or its bytes", "Передайте один файл: либо его текст, либо его байты")


class FileImportRequest(Contract):
    """A table with a line of headings, as CSV: the text itself, or the bytes of the file where its encoding is to be
    found out (UTF-8, UTF-16 or windows-1251). The delimiter is a comma, a semicolon or a tab."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "customers", "csv": "Имя;Телефон\nАнна Петрова;+7 916 123-45-67\n"}]}
    )

    kind: ImportKind
    csv: Annotated[str, Document(1_000_000, 1)] | None = None
    file_base64: Annotated[str, Document(1_400_000, 1)] | None = None
    mapping: dict[ImportField, Header] | None = None
    """Which heading has which field; absent ones are found by what such columns are usually called."""
    hall_id: UUID | None = None
    """The hall of rows that name none."""
    dry_run: bool = True
    """Only say what would become of each row."""
    from_row: int = Field(default=1, ge=1, le=1_000_000)
    """Where to go on: `next_row` of the report before."""
    override_reason: Reason | None = None
    """Why the halls' rules (hours, lengths, gaps) do not count for these bookings. A taken slot stays taken."""

    @model_validator(mode="after")
    def _has_one_file(self) -> Self:
        if (self.csv is None) == (self.file_base64 is None):
            raise refuse("one_file", ONE_FILE)
        return self


class FileImportRow(Contract):
    """What became of a row, or would: `id` is what was made of it, or what it would double."""

    row: int
    """Counted from 1, the headings left out."""
    status: RowStatus
    id: UUID | None = None
    number: str | None = None
    """Of the booking."""
    errors: list[FieldProblem] = Field(default=[])


class FileImportReport(Contract):
    """What became of each row of this call. If `next_row` is there, the file has more: ask again from it."""

    kind: ImportKind
    dry_run: bool
    encoding: str | None = None
    delimiter: str
    columns: dict[ImportField, str]
    """Which heading was taken for which field."""
    ignored: list[str]
    """Headings that were taken for nothing."""
    total_rows: int
    rows: list[FileImportRow]
    next_row: int | None = None


class ImportedPerson(Contract):
    """A row's person."""

    full_name: FullName
    phone: Phone
    email: Email | None = None
    comment: Comment | None = None


class ImportedVisit(ImportedPerson):
    """A row's visit; `price` is what was agreed, and absent is what the price list says."""

    hall_id: UUID
    start: Instant
    end: Instant
    people: int = Field(default=1, ge=1, le=10_000)
    price: Money | None = None
    reference: Annotated[str, Line(200)] | None = None
    """What the other system calls it."""
