"""Which key signs, which verify, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from core.keys.ring import LEAD, Ring, RingError, ring_of
from core.keys.signing import signing_key
from core.secrets import KEPT

NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
SECOND, MONTH = timedelta(seconds=1), timedelta(days=30)


def secrets(ring: Ring, at: datetime) -> list[str]:
    return [key.secret for key in ring.verifying(at)]


def test_a_secret_as_it_is_generated_is_one_key_for_all_time() -> None:
    ring = ring_of("plain-text")
    assert ring.signing(NOW).secret == "plain-text"
    assert secrets(ring, NOW + 1000 * MONTH) == ["plain-text"]


def test_a_new_key_verifies_at_once_and_signs_when_everybody_has_read_it() -> None:
    ring = ring_of("old").rotated("new", NOW, MONTH)
    assert LEAD > KEPT
    assert secrets(ring, NOW) == ["new", "old"]
    assert ring.signing(NOW + LEAD - SECOND).secret == "old"
    assert ring.signing(NOW + LEAD).secret == "new"


def test_an_old_key_verifies_until_its_last_token_has_ended() -> None:
    ring = ring_of("old").rotated("new", NOW, MONTH)
    # Signed by a process that read the ring just before the rotation, and has not looked since.
    last_token = NOW + LEAD + KEPT - SECOND
    assert secrets(ring, last_token + MONTH) == ["new", "old"]
    assert secrets(ring, last_token + MONTH + SECOND) == ["new"]


def test_keys_overlap_however_often_they_are_rotated() -> None:
    ring = ring_of("first")
    for number in range(3):
        ring = ring.rotated(f"{number}", NOW + number * timedelta(days=1), MONTH)
    assert secrets(ring, NOW + MONTH) == ["2", "1", "0", "first"]
    assert ring.signing(NOW + MONTH).secret == "2"
    first_ends = NOW + MONTH + LEAD + KEPT
    assert secrets(ring, first_ends) == ["2", "1", "0"]
    assert len(ring.rotated("4", first_ends, MONTH).keys) == 4


def test_two_rotations_at_once_leave_a_key_that_signs() -> None:
    ring = ring_of("old").rotated("first", NOW, MONTH).rotated("second", NOW + SECOND, MONTH)
    assert ring.signing(NOW + LEAD - SECOND).secret == "old"
    assert ring.signing(NOW + LEAD).secret == "first"
    assert ring.signing(NOW + LEAD + SECOND).secret == "second"


def test_a_clock_that_is_behind_finds_a_key_to_sign_with() -> None:
    ring = Ring(ring_of("old").rotated("new", NOW, MONTH).keys[:1])
    assert ring.signing(NOW - MONTH).secret == "new"


def test_a_ring_is_read_as_it_was_written() -> None:
    ring = ring_of("old").rotated("new", NOW, MONTH)
    assert ring_of(ring.text()) == ring
    assert ring_of(Ring.of_one("x").text()) == ring_of("x")


@pytest.mark.parametrize(
    "text", ["{", "{}", '{"keys": []}', '{"keys": [{}]}', '{"keys": [{"secret": "s3cret", "signs_from": 1}]}']
)
def test_a_broken_ring_is_an_error_that_tells_no_secret(text: str) -> None:
    with pytest.raises(RingError) as broken:
        ring_of(text)
    assert "s3cret" not in repr(broken.value)
    assert broken.value.__cause__ is None and (broken.value.__suppress_context__ or broken.value.__context__ is None)


def test_a_ring_in_a_log_tells_no_secret() -> None:
    ring = ring_of("s3cret-of-before").rotated("s3cret-of-now", NOW, MONTH)
    assert "s3cret" not in repr(ring)
    assert "s3cret" not in repr(signing_key("payment", "s3cret-of-a-service", NOW))
