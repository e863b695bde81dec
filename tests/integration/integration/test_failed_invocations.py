"""Failed invocations on real PostgreSQL."""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine

from integration.domain_invocations import Invocation
from integration.service_invocations import FailedInvocations
from tests.support.database import EngineFor
from tests.support.failures import Infirmary


@pytest.fixture(scope="module")
def engine(engine_for: EngineFor) -> Engine:
    return engine_for("integration")


def failure(request: UUID | None = None) -> Invocation:
    return Invocation(request or uuid4(), "PaymentPollRefunds", "ProgrammingError", 3)


def test_a_job_that_fails_again_and_again_is_one_group_of_errors(engine: Engine) -> None:
    infirmary = Infirmary(engine)
    failures = FailedInvocations(infirmary.unit_of_work)
    first = failure()
    # The second is the first one's message once more.
    for invocation in (first, first, failure()):
        failures.record(invocation)
    for event in infirmary.broker.taken:
        infirmary.log.record(event)

    group = infirmary.group("failed_invocation")
    assert (group.service, group.operation, group.occurrences) == ("payment", "PaymentPollRefunds", 2)
    assert infirmary.broker.taken[0].causation_id == str(first.id)
