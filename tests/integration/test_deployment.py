"""CloudFormation waits for the migrator, and is always told: that it went well, or why not."""

from collections.abc import Iterator
from typing import Any

import pytest

from migrator.deployment import NotAnsweredError, is_deployment, perform
from migrator.upgrading import NewerDatabaseError, Outcome
from tests.support.runs.table import each
from tests.support.scripted_server import Script, scripted_server


@pytest.fixture
def cloudformation() -> Iterator[Script]:
    with scripted_server() as script:
        script.answers += [(200, {}), (200, {})]
        yield script


def asked(script: Script, kind: str = "Update") -> dict[str, Any]:
    names = {"StackId": "arn:stack", "RequestId": "r-1", "LogicalResourceId": "Migration"}
    return names | {"RequestType": kind, "ResponseURL": f"{script.url}/answer?signed=1"}


def told(script: Script) -> dict[str, Any]:
    request = script.asked.pop()
    assert not script.asked
    assert (request.method, request.path) == ("PUT", "/answer?signed=1")
    # The signature is for a request without a type.
    assert not request.headers.get("content-type")
    body: dict[str, Any] = request.body
    assert (body["StackId"], body["RequestId"], body["LogicalResourceId"]) == ("arn:stack", "r-1", "Migration")
    return body


def failing(error: Exception) -> Any:
    def upgrade() -> Outcome:
        raise error

    return upgrade


def test_only_cloudformation_waits_at_an_address() -> None:
    assert is_deployment({"ResponseURL": "https://x"})
    assert not is_deployment({})


@each("kind", ["Create", "Update"])
def test_a_deployment_goes_on_once_everything_is_migrated(cloudformation: Script, kind: str) -> None:
    answer = perform(asked(cloudformation, kind), lambda: Outcome("0001", "0002", 0))
    assert answer == {"before": "0001", "after": "0002", "left": 0}
    said = told(cloudformation)
    # Another identity would have CloudFormation remove the old one.
    assert (said["Status"], said["PhysicalResourceId"]) == ("SUCCESS", "schema")


def test_a_deployment_stops_where_migrations_are_left(cloudformation: Script) -> None:
    perform(asked(cloudformation), lambda: Outcome("0001", "0002", 3))
    said = told(cloudformation)
    assert said["Status"] == "FAILED"
    assert "3 migrations" in said["Reason"]


def test_a_deployment_stops_at_a_failure_and_is_told_no_row(cloudformation: Script) -> None:
    perform(asked(cloudformation), failing(ValueError("Key (email)=(ivan@example.test) exists")))
    said = told(cloudformation)
    assert said["Status"] == "FAILED"
    assert "ValueError" in said["Reason"]
    assert "ivan" not in said["Reason"]


def test_the_release_before_may_be_put_back_over_a_newer_schema(cloudformation: Script) -> None:
    answer = perform(asked(cloudformation), failing(NewerDatabaseError("0099")))
    assert (told(cloudformation)["Status"], answer["after"]) == ("SUCCESS", "0099")


def test_a_stack_that_is_removed_migrates_nothing(cloudformation: Script) -> None:
    perform(asked(cloudformation, "Delete"), failing(AssertionError("migrated")))
    assert told(cloudformation)["Status"] == "SUCCESS"


def test_an_answer_that_is_not_taken_fails_so_that_lambda_calls_again() -> None:
    with scripted_server() as script, pytest.raises(NotAnsweredError):
        script.answers.append((403, {}))
        perform(asked(script), lambda: Outcome("0001", "0002", 0))
