import pytest

from tests.support.payment.till import Till


@pytest.fixture
def till() -> Till:
    """The use cases of refunds and settlement on stores in memory."""
    return Till()
