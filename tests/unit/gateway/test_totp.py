"""Codes of an authenticator app."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.second_factor.totp import code_of, matching_step, shown, step_at, uri

SECRET = b"12345678901234567890"
NOW = datetime(2026, 12, 1, 10, 0, 10, tzinfo=UTC)
STEP = timedelta(seconds=30)


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"),
     (2000000000, "69279037"), (20000000000, "65353130")],
)  # fmt: skip
def test_codes_are_those_of_the_standard(seconds: int, digits: str) -> None:
    """The table of RFC 6238, appendix B, whose codes have eight digits."""
    assert code_of(SECRET, step_at(datetime.fromtimestamp(seconds, UTC))) == digits[-6:]


def test_a_phones_clock_may_be_a_step_off() -> None:
    step = step_at(NOW)
    for off, found in ((-2, None), (-1, step - 1), (0, step), (1, step + 1), (2, None)):
        assert matching_step(SECRET, code_of(SECRET, step + off), NOW, used=0) == found


def test_no_code_is_good_twice_and_none_before_it() -> None:
    step = step_at(NOW)
    for off in (-1, 0):
        assert matching_step(SECRET, code_of(SECRET, step + off), NOW, used=step) is None
    assert matching_step(SECRET, code_of(SECRET, step + 1), NOW, used=step) == step + 1
    assert matching_step(SECRET, code_of(SECRET, step), NOW + STEP, used=step) is None


@given(st.text(max_size=20))
def test_anything_else_is_wrong(code: str) -> None:
    right = {code_of(SECRET, step_at(NOW) + off) for off in (-1, 0, 1)}
    assert (matching_step(SECRET, code, NOW, used=0) is not None) == (code in right)


def test_an_app_reads_the_address() -> None:
    assert shown(SECRET) == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert uri(SECRET, "anna+1@example.com") == (
        "otpauth://totp/Cyclorama:anna%2B1%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Cyclorama"
    )
    assert uri(SECRET, "Анна: / ?").startswith("otpauth://totp/Cyclorama:%D0%90%D0%BD%D0%BD%D0%B0%3A%20%2F%20%3F?")
