"""What is wrong with a row, in words for people."""

from collections.abc import Iterable, Mapping

from pydantic import ValidationError

from core.http.validation_texts import explain
from shared_schemas.common import FieldProblem
from shared_schemas.errors import CycloramaError, Locale, Violation
from shared_schemas.uploads.imports import FileImportRow, ImportedPerson, ImportField

PERSON = tuple(ImportedPerson.model_fields)


def failed(row: int, errors: Iterable[FieldProblem]) -> FileImportRow:
    return FileImportRow(row=row, status="failed", errors=list(errors))


def person_in(cells: Mapping[ImportField, str], locale: Locale) -> ImportedPerson | list[FieldProblem]:
    """The row's person, or what is wrong with the cells."""
    try:
        return ImportedPerson.model_validate({name: cell for name, cell in cells.items() if name in PERSON})
    except ValidationError as error:
        return of_cells(error, locale)


def of_cells(error: ValidationError, locale: Locale) -> list[FieldProblem]:
    return [
        FieldProblem(field=".".join(map(str, item["loc"])) or "row", code=item["type"], message=explain(item, locale))
        for item in error.errors(include_url=False, include_input=False)
    ]


def of_rules(violations: Iterable[Violation], locale: Locale) -> list[FieldProblem]:
    return [
        FieldProblem(field=each.field, code=each.code, message=each.text.render(locale, each.params))
        for each in violations
    ]


def of_refusal(error: CycloramaError, locale: Locale) -> list[FieldProblem]:
    """Of a sale that was refused: each broken rule, or the refusal itself."""
    if violations := getattr(error, "violations", ()):
        return of_rules(violations, locale)
    return [FieldProblem(field="row", code=error.code, message=error.message(locale))]
