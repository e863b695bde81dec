"""A gateway that the contract names is complete, and nobody else names it."""

from collections.abc import Callable, Iterator

import pytest

from infra.sandbox.providers.found import shops
from shared_schemas.providers import PROVIDERS
from tests.support.payment.gateway_pieces import PIECES, missing


@pytest.mark.parametrize("name", PROVIDERS)
@pytest.mark.parametrize("piece", PIECES, ids=lambda piece: piece.__name__)
def test_a_gateway_has_all_its_pieces(piece: Callable[[str], Iterator[str]], name: str) -> None:
    assert list(piece(name)) == []


def test_no_gateway_is_left_out_of_the_contract() -> None:
    assert missing() == []


def test_the_sandbox_has_a_shop_at_each() -> None:
    assert set(PROVIDERS) <= set(shops())
