"""Parts of an SMS, and what is left out of one that has too many."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.messages.segments import segments
from notification.channels.sms.length import EXTENSION, GSM, fitted, parts

LINK = "https://studio.test/s/abcdefgh"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("{" * 80, 1),
        ("{" * 81, 2),
        ("a" * 152 + "{" + "a" * 152, 3),  # the escape and its character stay together
        ("я" * 70, 1),
        ("я" * 71, 2),
        ("я" * 134, 2),
        ("я" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("я" * 66 + "😀" + "я" * 66, 3),  # nor is an emoji divided
        ("я", 1),
    ],
)
def test_parts_are_counted_as_operators_do(text: str, expected: int) -> None:
    assert parts(text) == expected


@given(st.text(st.sampled_from(sorted(GSM - EXTENSION)), max_size=700) | st.text("абв—№₽", max_size=400))
def test_where_nothing_is_indivisible_it_is_a_division(text: str) -> None:
    """The sandbox counts by itself."""
    assert parts(text) == segments(text)


def test_latin_letters_are_not_made_twice_as_long_by_a_dash() -> None:
    text = "Reminder: 5 Dec, 12:00–14:00 “A” " + "a" * 120
    assert parts(text) == 3
    assert fitted(text, 4) == 'Reminder: 5 Dec, 12:00-14:00 "A" ' + "a" * 120
    assert fitted("Ждём вас — №5", 4) == "Ждём вас — №5"


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        (f"Бронь подтверждена, {'зал ' * 20}. {LINK}", 1, f"Бронь подтверждена, зал зал зал зал… {LINK}"),
        (f"Confirmed, {'hall ' * 60}. {LINK}", 1, f"Confirmed, {'hall ' * 23}".rstrip() + f"... {LINK}"),
        ("слово " * 30, 1, ("слово " * 11).rstrip() + "…"),
        ("я" * 200, 1, "я" * 70),
        ("короткое", 1, "короткое"),
    ],
)
def test_what_is_too_long_loses_words_and_never_its_link(text: str, most: int, expected: str) -> None:
    assert fitted(text.strip(), most) == expected
    assert parts(expected) <= most


@given(st.text("aя {😀", max_size=300), st.booleans(), st.integers(1, 4))
def test_whatever_it_is_it_fits_and_keeps_its_link(text: str, linked: bool, most: int) -> None:
    whole = f"{text} {LINK}" if linked else text

    found = fitted(whole, most)

    assert parts(found) <= most
    assert found.endswith(LINK) or not linked
