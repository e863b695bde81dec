"""Sums as people read them, in errors and messages."""

import pytest

from shared_schemas.errors import RejectedError, Text
from shared_schemas.money import written

NBSP = "\u00a0"


class TooMuchError(RejectedError):
    code = "too_much_for_this_test"
    text = Text("At most {most:money}, not {number}", "Не больше {most:money}, а не {number}")


@pytest.mark.parametrize(
    ("kopecks", "ru", "en"),
    [
        (0, "0,00 ₽", "RUB 0.00"),
        (5, "0,05 ₽", "RUB 0.05"),
        (-150_000, "−1 500,00 ₽", "−RUB 1,500.00"),
        (123_456_789, "1 234 567,89 ₽", "RUB 1,234,567.89"),
    ],
)
def test_kopecks_are_written_as_rubles(kopecks: int, ru: str, en: str) -> None:
    assert (written(kopecks, "ru"), written(kopecks, "en")) == (ru.replace(" ", NBSP), en)


def test_an_error_tells_people_a_sum_and_programs_kopecks() -> None:
    error = TooMuchError(most=600_000, number=7)
    assert error.message("ru") == f"Не больше 6{NBSP}000,00{NBSP}₽, а не 7"
    assert error.message("en") == "At most RUB 6,000.00, not 7"
    assert error.params["most"] == 600_000
