"""Token buckets."""

from hypothesis import given
from hypothesis import strategies as st

from infra.local.doors.throttle import Throttles, TokenBucket
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
