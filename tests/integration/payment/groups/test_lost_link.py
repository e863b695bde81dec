"""The address of the page at which visits are paid at once may get lost, as that of a single payment may."""

from typing import Any

import pytest

from payment.gateways.port import GatewayUnreachableError, LinkLostError
from payment.gateways.words import GatewayPayment, PaymentOrder
from payment.paying.errors import GatewayUnavailableError
from tests.integration.payment.groups.test_paid_at_once import PRICES, ask, group, parts
from tests.support.payment.cashier import Cashier


@pytest.mark.parametrize("status", ["succeeded", "canceled"])
def test_a_groups_link_that_got_lost_is_replaced_under_the_key(
    cashier: Cashier, monkeypatch: pytest.MonkeyPatch, status: Any
) -> None:
    group_id, key = group(cashier), cashier.key()
    create, orders = cashier.gateway.create, []

    def lose_the_first(order: PaymentOrder, **options: Any) -> GatewayPayment:
        orders.append(order.id)
        if order.id == orders[0]:
            raise (GatewayUnreachableError if len(orders) == 1 else LinkLostError)
        return create(order, **options)

    monkeypatch.setattr(cashier.gateway, "create", lose_the_first)
    with pytest.raises(GatewayUnavailableError):
        ask(cashier, group_id, key=key)
    cashier.clock.advance(seconds=1)

    made = [ask(cashier, group_id, key=key) for _ in range(2)]

    assert made[0] == made[1]
    assert sorted(part.amount.amount for part in parts(cashier, made[0]).values()) == sorted(PRICES)
    cashier.settle(made[0], status=status)
    again = ask(cashier, group_id, key=key)
    assert (again.id, again.whole, again.status) == (made[0].id, made[0].whole, cashier.status(made[0]))
    # The lost ones and those in their place.
    assert cashier.rows("payments") == 2 * len(PRICES)
