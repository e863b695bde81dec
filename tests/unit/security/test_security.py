"""The linter of security: what it says is weighed against what was accepted, and silence is no answer."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra.local.template import EVERYTHING_ON
from infra.security.__main__ import ACCEPTED, Accepted, Complaint, NoAnswerError, accepted, judged, read
from infra.security.templates import write
from tests.support.runs.table import each

OPEN = Complaint("CKV_AWS_24", "Network:FunctionsSecurityGroup", "No SSH from anywhere")
KNOWN = Accepted("CKV_AWS_24", ("Network:*",), "weighed")


def answer(*failed: dict[str, str], passed: int = 3, errors: int = 0) -> str:
    document: dict[str, Any] = {"summary": {"passed": passed, "failed": len(failed), "parsing_errors": errors}}
    return json.dumps(document | {"results": {"failed_checks": failed}})


def test_what_checkov_says_is_read_by_stack_and_resource() -> None:
    said = {
        "check_id": "CKV_AWS_24",
        "check_name": "No SSH from anywhere",
        "file_path": "/Network.json",
        "resource": "AWS::EC2::SecurityGroup.FunctionsSecurityGroup",
    }
    assert read(answer(said)) == [OPEN]


@each("said", ["", "[]", "null", answer(passed=0), answer(errors=1)], ids=repr)
def test_a_linter_that_read_nothing_has_not_agreed(said: str) -> None:
    with pytest.raises(NoAnswerError):
        read(said)


def test_what_nobody_accepted_is_named() -> None:
    assert [*judged([OPEN], [])] == ["CKV_AWS_24 Network:FunctionsSecurityGroup: No SSH from anywhere"]
    assert [*judged([OPEN], [KNOWN])] == []


def test_an_exception_is_for_one_check_and_its_resources() -> None:
    others = [Complaint("CKV_AWS_25", OPEN.resource), Complaint("CKV_AWS_24", "Database:Group")]
    assert len([*judged([OPEN, *others], [KNOWN])]) == 2


def test_an_exception_that_nothing_needs_is_refused() -> None:
    twice = Accepted("CKV_AWS_24", ("Network:*", "Photos:*"), "weighed")
    (line,) = judged([OPEN], [twice])
    assert line.startswith("CKV_AWS_24 Photos:* was accepted")


def test_every_exception_has_a_reason_and_stands_once() -> None:
    entries = accepted(ACCEPTED)
    assert len({entry.check for entry in entries}) == len(entries)
    for entry in entries:
        assert entry.resources
        assert len(entry.why.split()) >= 4, entry.check


def test_the_linter_is_shown_every_stack_with_its_conditions_carried_out(tmp_path: Path) -> None:
    write(tmp_path, EVERYTHING_ON)
    names = {path.stem for path in tmp_path.iterdir()}
    assert {"Root", "Network", "Database", "Photos", "BookingService", "NotificationMessagesSubscription"} <= names
    shown = {path.stem: json.loads(path.read_text()) for path in tmp_path.iterdir()}
    assert "NatInstance" in shown["Network"]["Resources"]
    assert "NatGateway" not in shown["Network"]["Resources"]
    assert "Fn::If" not in json.dumps(shown)
    assert shown["Database"]["Resources"]["Instance"]["Properties"]["StorageEncrypted"] is True
