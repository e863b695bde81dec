import pytest
from sqlalchemy import Engine

from tests.support.payment.receipts import Bookkeeper, FiscalGateway


@pytest.fixture
def studio(engine: Engine, emptied: None) -> Bookkeeper:
    return Bookkeeper(engine, FiscalGateway())
