"""Amounts on the wire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.money import kopecks, rubles


@given(st.integers(0, 10**12 - 1))
def test_amounts_survive_the_wire(amount: int) -> None:
    assert kopecks(rubles(amount)) == amount


@pytest.mark.parametrize(
    "value",
    ["", "100", "100.0", "100.000", "1,00", "-1.00", "+1.00", " 1.00", "1.00\n", "1e2", "١.٠٠", "1" * 11 + ".00"],
)
def test_other_forms_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="two decimals"):
        kopecks(value)
