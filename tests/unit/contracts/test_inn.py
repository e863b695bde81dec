"""Check digits of INN."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared_schemas.inn import Inn

INN: TypeAdapter[str] = TypeAdapter(Inn)


@pytest.mark.parametrize("written", ["7707083893", " 7736050003 ", "7707080050", "500100732259"])
def test_a_number_with_right_check_digits_is_kept(written: str) -> None:
    assert INN.validate_python(written) == written.strip()


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("right", ["7707083893", "500100732259"])
def test_any_other_digit_is_noticed(right: str, digit: int) -> None:
    for place in range(len(right)):
        wrong = f"{right[:place]}{digit}{right[place + 1 :]}"
        if wrong != right:
            with pytest.raises(ValidationError, match="check the digits"):
                INN.validate_python(wrong)


@pytest.mark.parametrize("written", ["", "770708389", "77070838930", "7707083893a", "٧٧٠٧٠٨٣٨٩٣", "7707083893\n0"])
def test_what_is_no_number_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        INN.validate_python(written)
