"""What a webhook says, how it is signed, and which types there are to subscribe to."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from integration.connectors.webhooks.domain import call_of, check_scheme, check_types, known_types, signature
from tests.support.booking.made import NOW
from tests.support.integration.connectors import subscription
from tests.support.samples import envelope

PAGE = Path(__file__).parents[4] / "docs" / "connectors.md"
BODY = '{"id":"1","type":"Зал"}'.encode()


def documented() -> dict[str, object]:
    """The function that the documentation tells receivers to verify calls by."""
    (source,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, object] = {}
    exec(source, names)  # noqa: S102 - it is our own page
    return names


def verified(body: bytes, header: str, secret: str, at: float) -> bool:
    return bool(documented()["verify"](body, header, secret, at))  # type: ignore[operator]


def test_the_documented_receiver_trusts_what_we_sign() -> None:
    header = signature(BODY, ["whsec_new", "whsec_old"], NOW)
    for secret in ("whsec_new", "whsec_old"):
        assert verified(BODY, header, secret, NOW.timestamp() + 299)


def test_the_documented_receiver_trusts_nothing_else() -> None:
    header, at = signature(BODY, ["whsec_new"], NOW), NOW.timestamp()
    moved = header.replace(f"t={int(at)}", f"t={int(at) + 1}")
    assert not verified(BODY + b" ", header, "whsec_new", at)
    assert not verified(BODY, header, "whsec_other", at)
    assert not verified(BODY, moved, "whsec_new", at)
    assert not verified(BODY, header, "whsec_new", at + 301)
    assert not verified(BODY, "", "whsec_new", at)
    assert not verified(BODY, "t=x,v1=y", "whsec_new", at)


def test_both_secrets_sign_for_a_day() -> None:
    rotated = subscription("https://shop.test/").rotated("whsec_newer", NOW)
    assert rotated.secrets(NOW) == ["whsec_newer", "whsec_new"]
    assert rotated.secrets(NOW + timedelta(hours=24)) == ["whsec_newer"]
    assert "whsec" not in rotated.public().model_dump_json()


def test_a_call_holds_ids_and_nothing_personal() -> None:
    event = envelope("sqs_booking_cancelled")
    call = call_of(event)
    data = json.loads(call.model_dump_json())["data"]
    assert set(data) == {"booking_id", "booking_version", "customer_id", "hall_id"}
    assert (call.id, call.type, call.correlation_id) == (event.id, event.type, event.correlation_id)


def test_only_types_that_there_are_can_be_subscribed_to() -> None:
    assert check_types(["*", *known_types()]) == []
    (violation,) = check_types(["booking.created", "booking.deleted"])
    assert (violation.field, violation.code) == ("event_types", "unknown_event_type")
    assert violation.params["unknown"] == "booking.deleted"
    for locale in ("en", "ru"):
        assert "booking.confirmed" in violation.message(locale)


@pytest.mark.parametrize(
    ("url", "private", "refused"),
    [("https://a.test/", False, False), ("http://a.test/", True, False), ("http://a.test/", False, True)],
)
def test_calls_go_over_tls_unless_they_stay_at_home(url: str, private: bool, refused: bool) -> None:
    assert bool(check_scheme(url, private)) is refused
