"""IAM policies that authorisers return."""

from typing import Any

import pytest

from infra.local.doors.policy import allows, method_arn

ARN = method_arn("live", "GET", "/v1/bookings/7")


def statement(effect: str, resource: Any, action: Any = "execute-api:Invoke") -> dict[str, Any]:
    return {"Effect": effect, "Action": action, "Resource": resource}


def test_the_arn_names_stage_method_and_path() -> None:
    assert ARN == "arn:aws:execute-api:us-east-1:000000000000:local/live/GET/v1/bookings/7"


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("*", True),
        (ARN, True),
        ("arn:aws:execute-api:*:*:*/live/GET/v1/*", True),
        ("arn:aws:execute-api:us-east-1:000000000000:local/live/G?T/*", True),
        (["nothing", ARN], True),
        ("arn:aws:execute-api:*:*:*/live/POST/*", False),
        ("arn:aws:execute-api:*:*:*/test/*", False),
        ([], False),
    ],
)
def test_a_statement_applies_to_the_resources_it_names(resource: Any, expected: bool) -> None:
    assert allows({"Statement": [statement("Allow", resource)]}, ARN) is expected


def test_deny_beats_allow_in_any_order() -> None:
    both = [statement("Allow", "*"), statement("Deny", ARN)]

    assert not allows({"Statement": both}, ARN)
    assert not allows({"Statement": both[::-1]}, ARN)


def test_other_actions_do_not_count() -> None:
    assert not allows({"Statement": statement("Allow", "*", "s3:*")}, ARN)
    assert allows({"Statement": statement("Allow", "*", "execute-api:*")}, ARN)


@pytest.mark.parametrize("policy", [{}, {"Statement": "x"}, {"Statement": [statement("Maybe", "*")]}])
def test_a_malformed_policy_is_an_error(policy: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="statement"):
        allows(policy, ARN)
