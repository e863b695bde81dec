"""T-Kassa's token: the bank's own examples, and what must hold for any message."""

import hashlib
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from payment.gateways.signed_json import read
from payment.gateways.tkassa.token import is_signed, token
from tests.support.payment.tkassa_vectors import NOTIFICATION, SIGNED

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SCALARS = st.booleans() | st.integers() | TEXTS
NESTED = st.lists(SCALARS, max_size=3) | st.dictionaries(NAMES, SCALARS, max_size=3) | st.none()
MESSAGES = st.dictionaries(NAMES.filter(lambda name: name not in ("Token", "Password")), SCALARS, max_size=8)


@pytest.mark.parametrize(("message", "password", "expected"), SIGNED)
def test_the_banks_examples(message: dict[str, Any], password: str, expected: str) -> None:
    assert token(message, password) == expected
    assert is_signed(message | {"Token": expected.upper()}, password)


@given(MESSAGES, TEXTS, st.randoms())
def test_the_order_of_fields_does_not_matter(message: dict[str, Any], password: str, random: Any) -> None:
    names = list(message)
    random.shuffle(names)
    assert token({name: message[name] for name in names}, password) == token(message, password)


@given(MESSAGES, st.dictionaries(NAMES, NESTED, max_size=4), TEXTS)
def test_nested_values_and_nulls_are_not_signed(message: dict[str, Any], nested: dict[str, Any], password: str) -> None:
    others = {name: value for name, value in nested.items() if name not in message}
    assert token(message | others, password) == token(message, password)


@given(MESSAGES, NAMES, TEXTS.filter(bool), TEXTS)
def test_a_field_that_nobody_knows_is_signed_all_the_same(
    message: dict[str, Any], name: str, value: str, password: str
) -> None:
    assume(name not in message and name not in ("Token", "Password"))
    assert token(message | {name: value}, password) != token(message, password)


@given(MESSAGES, TEXTS)
def test_it_is_the_digest_of_values_in_the_order_of_names(message: dict[str, Any], password: str) -> None:
    written = {n: {True: "true", False: "false"}[v] if isinstance(v, bool) else str(v) for n, v in message.items()}
    written["Password"] = password
    joined = "".join(value for _, value in sorted(written.items()))
    assert token(message, password) == hashlib.sha256(joined.encode()).hexdigest()


@given(MESSAGES, TEXTS, TEXTS)
def test_only_the_password_makes_the_token(message: dict[str, Any], password: str, other: str) -> None:
    assume(password != other)
    message["TerminalKey"] = "T"
    assert is_signed(message | {"Token": token(message, password)}, password)
    assert not is_signed(message | {"Token": token(message, other)}, password)


@pytest.mark.parametrize("claimed", [None, "", 5, True, ["x"], "Ж" * 64, "0" * 64])
def test_anything_else_is_no_token(claimed: Any) -> None:
    assert not is_signed(NOTIFICATION | {"Token": claimed}, "Dfsfh56dgKl")


def test_numbers_are_signed_as_they_are_written() -> None:
    assert read(b'{"a": 1.50, "b": 1e2}') == {"a": "1.50", "b": "1e2"}
    digits = "9" * 5000
    assert read(f'{{"n": {digits}}}'.encode()) == {"n": digits}


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"1", b"{", b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"x": {"a": 1, "a": 2}}', b"\xff", b"[" * 200_000],
)
def test_what_is_not_one_clear_object_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):
        read(body)
