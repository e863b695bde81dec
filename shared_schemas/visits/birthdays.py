"""A birthday as a client tells it: no year, so no age."""

from typing import Annotated

from shared_schemas.errors import Text
from shared_schemas.texts import Line, OfPeople
from shared_schemas.validation import Shape

Birthday = Annotated[
    str,
    Line(5),
    Shape(
        r"^((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|[12][0-9]))$",
        "invalid_birthday",
        Text(
            "A birthday is a month and a day, such as {example}", "День рождения — это месяц и день, например {example}"
        ),
        example="12-24",
    ),
    OfPeople(),
]
"""Month and day."""
