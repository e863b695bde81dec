"""Functions executed as on Lambda, seen through boto3's own client."""

import json
import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.local.testing.system import LocalSystem
from tests.support.waiting import eventually


def invoke(lambdas: Any, name: str, **event: Any) -> dict[str, Any]:
    answer = lambdas.invoke(FunctionName=name, Payload=json.dumps(event))
    return {"payload": json.loads(answer["Payload"].read()), "error": answer.get("FunctionError")}


def test_a_function_is_invoked_by_name_and_by_arn(lambdas: Any) -> None:
    by_arn = "arn:aws:lambda:us-east-1:000000000000:function:Direct"

    for name in ("Direct", by_arn):
        answer = invoke(lambdas, name, word="да")
        assert answer["error"] is None
        assert answer["payload"]["event"] == {"word": "да"}
        assert 0 < answer["payload"]["remaining"] <= 25_000


def test_an_exception_comes_back_as_lambdas_error_document(lambdas: Any) -> None:
    answer = invoke(lambdas, "Direct", **{"raise": "no"})

    assert answer["error"] == "Unhandled"
    assert (answer["payload"]["errorType"], answer["payload"]["errorMessage"]) == ("ValueError", "no")


def test_a_function_is_killed_at_its_timeout_and_then_works_again(lambdas: Any) -> None:
    answer = invoke(lambdas, "Brief", sleep=60)

    assert answer["payload"]["errorType"] == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in answer["payload"]["errorMessage"]
    # On a busy machine a second may be too short even for nothing.
    eventually(lambda: invoke(lambdas, "Brief")["error"] is None)


def test_a_crash_is_an_error_of_that_invocation_only(lambdas: Any) -> None:
    answer = invoke(lambdas, "Single", crash=True)

    assert answer["payload"]["errorType"] == "Runtime.ExitError"
    assert "exit status 3" in answer["payload"]["errorMessage"]
    assert invoke(lambdas, "Single")["error"] is None


def test_a_killed_process_is_replaced(lambdas: Any, system: LocalSystem) -> None:
    first = invoke(lambdas, "Single")["payload"]["pid"]
    assert system.pids("Single") == [first]

    os.kill(first, signal.SIGKILL)
    eventually(lambda: not system.pids("Single"))

    assert invoke(lambdas, "Single")["payload"]["pid"] != first


def test_two_invocations_at_a_time_have_a_process_each(lambdas: Any, tmp_path: Path) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _n: invoke(lambdas, "Direct", meet=str(tmp_path)), range(2)))

    assert [answer["error"] for answer in answers] == [None, None]
    assert len({answer["payload"]["pid"] for answer in answers}) == 2


def test_where_the_template_reserves_one_they_come_one_after_another(lambdas: Any, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _n: invoke(lambdas, "Single", alone=str(tmp_path / "place")), range(4)))

    assert [answer["error"] for answer in answers] == [None] * 4


def test_a_function_that_cannot_be_imported_says_why(lambdas: Any) -> None:
    answer = invoke(lambdas, "Broken")

    assert answer["error"] == "Unhandled"
    assert "No module named 'nowhere'" in answer["payload"]["errorMessage"]


def test_errors_of_the_caller_are_amazons(lambdas: Any) -> None:
    with pytest.raises(ClientError) as unknown:
        lambdas.invoke(FunctionName="Nobody", Payload=b"{}")
    with pytest.raises(ClientError) as large:
        lambdas.invoke(FunctionName="Direct", Payload=json.dumps({"a": "x" * (6 * 1024 * 1024)}))

    assert unknown.value.response["Error"]["Code"] == "ResourceNotFoundException"
    assert large.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_an_asynchronous_invocation_is_accepted_and_happens(lambdas: Any, system: LocalSystem) -> None:
    served = sum(each["served"] for each in system.functions()["Direct"])

    assert lambdas.invoke(FunctionName="Direct", InvocationType="Event", Payload=b"{}")["StatusCode"] == 202

    eventually(lambda: sum(each["served"] for each in system.functions()["Direct"]) > served)


def test_a_secret_of_the_template_is_there_for_functions(lambdas: Any) -> None:
    assert invoke(lambdas, "Direct")["payload"]["key"] == "secretsmanager:Key"


def test_output_goes_to_the_services_log(lambdas: Any, system: LocalSystem) -> None:
    invoke(lambdas, "Direct", **{"raise": "find me in the log"})

    # It comes by another way than the answer.
    log = system.state / "logs" / "payment.log"
    eventually(lambda: "ERROR   Direct: [ERROR] ValueError: find me in the log" in log.read_text(encoding="utf-8"))
