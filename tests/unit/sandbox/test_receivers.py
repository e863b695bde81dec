"""Signatures as a receiver of webhooks checks them, and the limits of CRMs."""

import hashlib
import hmac

import pytest

from infra.sandbox.receivers.rate import Bucket
from infra.sandbox.receivers.webhooks.signatures import Verdict, verdict

NOW = 1_800_000_000
BODY = '{"id": 1, "hall": "Зал"}'.encode()


def signed(secret: str, time: int = NOW, body: bytes = BODY) -> str:
    return hmac.new(secret.encode(), f"{time}.".encode() + body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (f"t={NOW},v1={signed('one')}", "valid"),
        (f"t={NOW},v1={signed('other')},v1={signed('one')}", "valid"),
        (f"t={NOW}, v1={signed('one')}", "valid"),
        (f"t={NOW},v1={signed('other')}", "invalid"),
        (f"t={NOW},v1={signed('one', body=b'{}')}", "invalid"),
        (f"t={NOW - 1},v1={signed('one')}", "invalid"),
        (f"v1={signed('one')}", "invalid"),
        (f"t=now,v1={signed('one')}", "invalid"),
        (f"t={NOW},t={NOW - 1},v1={signed('one')}", "invalid"),
        (f"t={NOW},v1=ключ", "invalid"),
        ("", "invalid"),
        (None, "missing"),
        (f"t={NOW - 300},v1={signed('one', NOW - 300)}", "valid"),
        (f"t={NOW - 301},v1={signed('one', NOW - 301)}", "stale"),
        (f"t={NOW + 301},v1={signed('one', NOW + 301)}", "stale"),
    ],
)
def test_a_signature_holds_for_its_secret_its_time_and_its_body(header: str | None, expected: Verdict) -> None:
    assert verdict(header, BODY, ["one"], NOW) == expected


def test_one_of_several_secrets_is_enough_and_none_checks_nothing() -> None:
    assert verdict(f"t={NOW},v1={signed('old')}", BODY, ["new", "old"], NOW) == "valid"
    assert verdict("whatever", BODY, [], NOW) == "unchecked"


def test_a_bucket_lets_through_what_leaks_out() -> None:
    now = 0.0
    bucket = Bucket(rate=2, capacity=3, clock=lambda: now)
    assert [bucket.take() for _ in range(5)] == [True, True, True, False, False]
    assert bucket.refused_in_a_row == 2
    now = 0.5
    assert [bucket.take(), bucket.take()] == [True, False]
    assert bucket.refused_in_a_row == 1
    now = 100
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
