"""Why a file is refused as a whole, with stable codes and texts in both languages."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from shared_schemas.errors import Locale, MalformedError, RejectedError, Text
from shared_schemas.uploads.imports import ImportField
from shared_schemas.words import Label


class UnreadableFileError(MalformedError):
    code = "unreadable_file"
    text = Text(
        "The file cannot be read as a table from line {line} on: save it as CSV in UTF-8 and send it again",
        "Начиная со строки {line} файл не читается как таблица: сохраните его как CSV в UTF-8 и отправьте снова",
    )


class TooManyRowsError(RejectedError):
    code = "too_many_rows"
    text = Text(
        "The file has more than {most} rows: split it, and send the parts one after the other",
        "В файле больше {most} строк: разделите его и отправьте части одну за другой",
    )


class ColumnsMissingError(RejectedError):
    """`columns` are the fields for which no heading was found; of some, one is enough. `found` says which heading was
    taken for which field, `ignored` has those that were taken for nothing: the missing ones may be among them."""

    code = "columns_missing"
    text = Text(
        "The table does not say {names}. Name the headings that do",
        "В таблице не указано: {names}. Назовите заголовки, под которыми это есть",
    )
    names: ClassVar[Mapping[str, Label]] = {
        "full_name": Label(en="who it is about", ru="о ком речь"),
        "phone": Label(en="their phone number", ru="телефон"),
        "start / date": Label(en="when visits begin", ru="когда визиты начинаются"),
        "end / end_time / duration": Label(en="when they end", ru="когда они заканчиваются"),
    }

    def message(self, locale: Locale = "en") -> str:
        found: list[str] = [getattr(self.names[group], locale) for group in self.groups]
        return self.text.render(locale, {"names": ", ".join(found)})

    def __init__(self, groups: Sequence[str], found: Mapping[ImportField, str], ignored: Sequence[str]) -> None:
        super().__init__(columns=list(groups), found=dict(found), ignored=list(ignored))
        self.groups = tuple(groups)


class UnknownHeadingError(RejectedError):
    code = "unknown_heading"
    text = Text("The table has no heading {heading}", "В таблице нет заголовка «{heading}»")
