"""Why a file is refused."""

from shared_schemas.errors import NotFoundError, Text


class FileNotThereError(NotFoundError):
    """No page has such a file, or not any more."""

    code = "file_not_found"
    text = Text("There is no such file; load the page again", "Такого файла нет; загрузите страницу ещё раз")
