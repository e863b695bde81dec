"""Refund tiers that a client would understand."""

from hypothesis import given
from hypothesis import strategies as st

from booking.terms.validation import by_notice, tier_violations
from shared_schemas.booking.policy import RefundTier

TIERS = st.lists(st.builds(RefundTier, hours_before=st.integers(0, 5), percent=st.integers(0, 5)), max_size=5)


def tiers(*pairs: tuple[int, int]) -> list[RefundTier]:
    return [RefundTier(hours_before=hours, percent=percent) for hours, percent in pairs]


def test_tiers_may_come_in_any_order() -> None:
    given_tiers = tiers((24, 50), (72, 100), (0, 50))

    assert tier_violations(given_tiers) == []
    assert by_notice(given_tiers) == tiers((72, 100), (24, 50), (0, 50))


def test_two_tiers_of_the_same_notice_are_refused() -> None:
    (violation,) = tier_violations(tiers((24, 50), (72, 100), (24, 40)))

    assert (violation.field, violation.code) == ("refund_tiers.2.hours_before", "repeated_tier")
    assert violation.params == {"hours_before": 24}


def test_less_notice_gives_no_more_back() -> None:
    (violation,) = tier_violations(tiers((24, 60), (72, 50)))

    assert (violation.field, violation.code) == ("refund_tiers.0.percent", "rising_refund")
    assert violation.message("en") == "A later cancellation cannot refund more than 50 percent"
    assert "50" in violation.message("ru")


@given(TIERS)
def test_nothing_is_refused_but_repeated_notice_and_rising_shares(given_tiers: list[RefundTier]) -> None:
    ordered = by_notice(given_tiers)
    hours = [tier.hours_before for tier in ordered]
    shares = [tier.percent for tier in ordered]
    sound = len(set(hours)) == len(hours) and shares == sorted(shares, reverse=True)

    assert (tier_violations(given_tiers) == []) is sound
