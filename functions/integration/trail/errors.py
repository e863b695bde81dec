"""Why lines of the trail are not given."""

from shared_schemas.errors import RejectedError, Text


class TooManyLinesError(RejectedError):
    """A file would be larger than a function may answer."""

    code = "too_many_lines"
    text = Text(
        "There are more than {most} actions; choose a shorter period",
        "Действий больше {most}; выберите более короткий период",
    )
