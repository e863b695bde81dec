"""Token buckets."""

from hypothesis import given
from hypothesis import strategies as st

from infra.local.doors.throttle import Addresses, Throttles, TokenBucket
from infra.local.template.model import Throttle


def test_a_burst_passes_and_then_only_the_rate() -> None:
    bucket = TokenBucket(rate=2, burst=3, now=0)

    assert [bucket.take(0) for _ in range(4)] == [True, True, True, False]
    assert [bucket.take(0.5), bucket.take(0.5)] == [True, False]


@given(
    st.floats(0.1, 100),
    st.integers(1, 50),
    st.lists(st.floats(0, 5), min_size=1, max_size=100),
)
def test_no_more_passes_than_burst_and_rate_allow(rate: float, burst: int, gaps: list[float]) -> None:
    bucket, now, passed = TokenBucket(rate, burst, now=0), 0.0, 0
    for gap in gaps:
        now += gap
        passed += bucket.take(now)

    assert passed <= burst + rate * now + 1e-6


def test_each_method_has_its_own_bucket_by_the_most_specific_setting() -> None:
    throttles = Throttles([Throttle("/*", "*", 1, 2), Throttle("/tokens", "POST", 1, 1)])

    assert [throttles.allow("/tokens", "POST", 0) for _ in range(2)] == [True, False]
    assert [throttles.allow("/tokens", "GET", 0) for _ in range(3)] == [True, True, False]
    assert [throttles.allow("/halls", "GET", 0) for _ in range(3)] == [True, True, False]


def test_without_settings_everything_passes() -> None:
    assert all(Throttles([]).allow("/halls", "GET", 0) for _ in range(100))


def test_an_address_that_asks_too_often_waits_and_others_do_not() -> None:
    addresses = Addresses(3, seconds=10)

    assert [addresses.allow("192.0.2.1", now) for now in (0, 1, 2, 3)] == [True, True, True, False]
    assert addresses.allow("192.0.2.2", 3)
    # Its first, second and third are forgotten one after the other; the fourth, which was refused, counts as well.
    assert [addresses.allow("192.0.2.1", now) for now in (10.5, 11.5)] == [False, False]
    assert addresses.allow("192.0.2.1", 30)


def test_an_address_that_never_stops_is_never_let_through_and_takes_no_memory() -> None:
    addresses = Addresses(3, seconds=10)

    passed = [addresses.allow("192.0.2.1", now / 10) for now in range(1000)]

    assert passed == [True] * 3 + [False] * 997


def test_without_a_firewall_nobody_is_counted() -> None:
    assert all(Addresses(None).allow("192.0.2.1", 0) for _ in range(100))
