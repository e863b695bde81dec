"""Failed invocations on real PostgreSQL."""

from uuid import UUID, uuid4

from sqlalchemy import Engine

from integration.failures.invocation import Invocation
from integration.failures.invocations import FailedInvocations
from tests.support.integration.failures import Infirmary


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
