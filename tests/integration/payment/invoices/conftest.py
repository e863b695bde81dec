from collections.abc import Iterator

import pytest

from payment import composition
from tests.support.payment.cashier import Cashier
from tests.support.payment.papers_office import Office


@pytest.fixture
def office(cashier: Cashier, no_papers: None) -> Iterator[Office]:
    with composition.app.replaced(cashier.app):
        yield Office(cashier)
