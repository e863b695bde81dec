"""T-Kassa's token: the official vectors, and what does and does not go into it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.providers.tkassa.token import is_signed, signed, token
from tests.support.payment.tkassa_vectors import SIGNED

SCALARS = st.one_of(st.text(max_size=8), st.integers(), st.booleans())
FIELDS = st.dictionaries(
    st.text(min_size=1, max_size=8).filter(lambda name: name not in ("Token", "Password")), SCALARS
)


@pytest.mark.parametrize(("fields", "password", "expected"), SIGNED)
def test_the_official_vectors(fields: dict[str, Any], password: str, expected: str) -> None:
    assert token(fields, password) == expected


@given(FIELDS)
def test_the_order_of_fields_does_not_matter(fields: dict[str, Any]) -> None:
    assert token(dict(reversed(list(fields.items()))), "p") == token(fields, "p")


@given(FIELDS, st.sampled_from([{}, {"a": 1}, [], [1], None]))
def test_nested_values_nulls_and_the_token_itself_stay_out(fields: dict[str, Any], nested: Any) -> None:
    assert token({**fields, "Receipt": nested, "Token": "x"}, "p") == token(
        {name: value for name, value in fields.items() if name != "Receipt"}, "p"
    )


def test_booleans_are_words() -> None:
    assert token({"Success": True}, "p") == token({"Success": "true"}, "p")
    assert token({"Success": False}, "p") != token({"Success": 0}, "p")


@given(FIELDS, st.text(min_size=1, max_size=5))
def test_a_signed_message_is_recognized_until_a_field_is_added(fields: dict[str, Any], extra: str) -> None:
    message = signed(fields, "password")
    assert is_signed(message, "password")
    assert not is_signed(message, "another password")
    assert not is_signed({**message, "Ещё": extra}, "password")


@pytest.mark.parametrize("given_token", [None, 1, "", "é", {}])
def test_a_token_that_is_none_is_refused(given_token: Any) -> None:
    assert not is_signed({"Token": given_token}, "password")
