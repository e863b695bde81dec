"""Why an export is not made."""

from shared_schemas.errors import Text, UnavailableError


class ExportUnavailableError(UnavailableError):
    """Half an export would look like a whole one."""

    code = "export_unavailable"
    text = Text(
        "Not everything could be collected just now; try again in a few minutes",
        "Сейчас не всё удалось собрать; повторите через несколько минут",
    )
