"""What a failure destination tells, and what the error log is told of it."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from infra.local.execution.destinations import failure_record
from infra.local.execution.invocation import Failure, Outcome, failed
from infra.local.template.model import Function
from integration.failures.invocation import Invocation, invocation_in, report

MESSAGE = uuid4()
REQUEST = UUID("e4b46cbf-b738-xmpl-8880-a18cdf61200e".replace("xmpl", "4a53"))
# As AWS writes it.
ON_AWS = {
    "version": "1.0",
    "timestamp": "2026-11-14T18:16:05.568Z",
    "requestContext": {
        "requestId": str(REQUEST),
        "functionArn": "arn:aws:lambda:us-east-2:123456789012:function:studio-PaymentPollRefunds-1A2B3C4D5E6F:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 3,
    },
    "requestPayload": {"source": "aws.events"},
    "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
    "responsePayload": {"errorMessage": "Key (email)=(a@b.test) already exists", "errorType": "ProgrammingError"},
}


def read(record: object, stack: str = "studio") -> Invocation:
    return invocation_in(record if isinstance(record, str) else json.dumps(record), MESSAGE, stack)


def test_a_record_names_the_function_as_the_template_does() -> None:
    assert read(ON_AWS) == Invocation(REQUEST, "PaymentPollRefunds", "ProgrammingError", 3)


def test_words_that_may_hold_personal_data_stay_in_the_functions_log() -> None:
    told = report(read(ON_AWS))
    assert (told.service, told.operation, told.code) == ("payment", "PaymentPollRefunds", "failed_invocation")
    assert "a@b.test" not in told.model_dump_json()
    assert "ProgrammingError" in told.detail and str(REQUEST) in told.detail


@pytest.mark.parametrize(
    ("without", "kind"),
    [(["responsePayload"], "Unhandled"), (["responsePayload", "responseContext"], "RetriesExhausted")],
)
def test_a_function_that_gave_no_answer_has_failed_all_the_same(without: list[str], kind: str) -> None:
    record = {name: value for name, value in ON_AWS.items() if name not in without}
    assert read(record).error_type == kind


@pytest.mark.parametrize(
    "body", ["", "[]", "null", '{"requestContext": null}', '{"requestContext": {"requestId": "x"}}']
)
def test_a_message_that_is_no_record_is_told_of_too(body: str) -> None:
    """It would come back for two weeks otherwise."""
    told = read(body)
    assert (told.id, told.function) == (MESSAGE, "unknown")
    assert report(told).service == "gateway"


@pytest.mark.parametrize("outcome", [failed(Failure.TIMEOUT, "Sandbox.Timedout", "too long"), None])
def test_this_machine_tells_the_same(outcome: Outcome | None) -> None:
    arn = "arn:aws:lambda:us-east-1:000000000000:function:cyclorama-BookingExpireHolds"
    function = Function("BookingExpireHolds", "cyclorama-BookingExpireHolds", arn, "a.b", Path(), {}, 3, 128)
    told = read(failure_record(function, b'{"purge": true}', outcome, 3), "cyclorama")
    assert (told.function, told.attempts) == ("BookingExpireHolds", 3)
    assert told.error_type == ("Sandbox.Timedout" if outcome else "EventAgeExceeded")
