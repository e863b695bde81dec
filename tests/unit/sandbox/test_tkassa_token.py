"""T-Kassa's token: the official vectors, and what does and does not go into it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.local.sandbox.providers.tkassa.token import is_signed, signed, token

REQUEST = {
    "TerminalKey": "MerchantTerminalKey",
    "Amount": 19200,
    "OrderId": "21090",
    "Description": "Подарочная карта на 1000 рублей",
}
NOTIFICATION = {
    "TerminalKey": "1321054611234DEMO",
    "OrderId": "201709",
    "Success": True,
    "Status": "AUTHORIZED",
    "PaymentId": 8742591,
    "ErrorCode": "0",
    "Amount": 9855,
    "CardId": 322264,
    "Pan": "430000******0777",
    "ExpDate": "1122",
    "RebillId": 101709,
}
SCALARS = st.one_of(st.text(max_size=8), st.integers(), st.booleans())
FIELDS = st.dictionaries(
    st.text(min_size=1, max_size=8).filter(lambda name: name not in ("Token", "Password")), SCALARS
)


@pytest.mark.parametrize(
    ("fields", "password", "expected"),
    [
        (REQUEST, "usaf8fw8fsw21g", "0024a00af7c350a3a67ca168ce06502aa72772456662e38696d48b56ee9c97d9"),
        (NOTIFICATION, "Dfsfh56dgKl", "b906d28e76c6428e37b25fcf86c0adc52c63d503013fdd632e300593d165766b"),
    ],
)
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
