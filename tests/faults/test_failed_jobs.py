"""A job that fails is seen by staff, though nobody waits for its answer."""

from typing import Any

from infra.local.machine.aws import local_client
from tests.support.system.whole import System
from tests.support.waiting import eventually

AWAY = "ALTER TABLE integration.replays RENAME TO replays_away"
BACK = "ALTER TABLE integration.replays_away RENAME TO replays"


def test_a_schedule_that_fails_is_in_the_error_log(system: System) -> None:
    def reported() -> list[dict[str, Any]]:
        errors = system.manager.get("/v1/errors?service=integration&status=open")["data"]
        # Of another job, earlier tests may have killed as many runs.
        failed = [error for error in errors if error["code"] == "failed_invocation"]
        return [error for error in failed if error["operation"] == "IntegrationReplays"]

    assert not reported()
    system.sql(AWAY)
    functions = local_client("lambda", system.endpoints.lambda_endpoint)
    try:
        # As a schedule does: without waiting for the answer.
        functions.invoke(FunctionName="IntegrationReplays", InvocationType="Event", Payload=b"{}")
        (error,) = eventually(reported)
    finally:
        system.sql(BACK)
    assert error["detail"].split(",")[0] == "ProgrammingError"
