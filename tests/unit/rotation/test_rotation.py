"""The commands that rotate keys, on AWS and on one machine."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from botocore.stub import Stubber

from core.aws import aws_client
from core.keys.ring import ring_of
from core.tokens import SERVICE_TOKEN_LIFETIME
from infra.keys import __main__ as command
from infra.keys.data import OPERATORS, DataRotation, rotation_of
from infra.keys.rotation import API, Rotation, UnknownIssuerError, longest_token
from infra.local.cli import keys as local
from infra.local.machine.errors import LocalError
from infra.local.machine.settings import LocalSettings
from infra.local.plan.keys import KeyStore
from tests.support.keys import SecretsInMemory
from tests.support.system.template import system

ROOT = Path(__file__).parents[3]
NOW = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
VARIABLES = {
    "TOKEN_KEYS": json.dumps({"users": "secretsmanager:U", "payment": "secretsmanager:P"}),
    "ACCESS_MINUTES": "60",
    "REFRESH_DAYS": "30",
}


def rotate(**options: Any) -> tuple[SecretsInMemory, list[str]]:
    store = SecretsInMemory(U="users-secret", P="payment-secret")
    return store, list(Rotation(**options).perform(VARIABLES, store, NOW))


def test_all_keys_are_rotated_and_the_old_ones_still_verify() -> None:
    store, told = rotate()
    assert [key.secret for key in ring_of(store["U"]).verifying(NOW)][1:] == ["users-secret"]
    assert [key.secret for key in ring_of(store["P"]).verifying(NOW)][1:] == ["payment-secret"]
    assert (
        told[0]
        == "users: a new key signs from 2026-12-01 10:02 UTC; the one before verifies until 2026-12-31 10:03 UTC"
    )
    assert told[1].endswith("verifies until 2026-12-01 10:08 UTC")


def test_stolen_keys_are_gone() -> None:
    store, told = rotate(issuers=["users"], stolen=True)
    (new,) = ring_of(store["U"]).keys
    assert new.secret != "users-secret" and new.signs(NOW)
    assert store["P"] == "payment-secret"
    assert len(told) == 1


def test_no_two_keys_are_alike_and_none_is_shown() -> None:
    (first, told), (second, _) = rotate(), rotate()
    made = [ring_of(store[name]).keys[0].secret for store in (first, second) for name in ("U", "P")]
    assert len(set(made)) == 4
    assert min(map(len, made)) >= 43
    assert not any(secret in line for secret in made for line in told)


def test_an_issuer_that_there_is_not_changes_nothing() -> None:
    store = SecretsInMemory(U="users-secret", P="payment-secret")
    with pytest.raises(UnknownIssuerError, match="no issuer nobody; there are users, payment"):
        list(Rotation(["users", "nobody"]).perform(VARIABLES, store, NOW))
    assert store == {"U": "users-secret", "P": "payment-secret"}


@pytest.mark.parametrize(
    ("issuer", "minutes", "days", "longest"),
    [
        ("users", "60", "30", timedelta(days=30)),
        ("users", "1440", "0.5", timedelta(days=1)),
        ("payment", "60", "30", SERVICE_TOKEN_LIFETIME),
    ],
)
def test_keys_overlap_for_the_longest_token(issuer: str, minutes: str, days: str, longest: timedelta) -> None:
    assert longest_token(issuer, {"ACCESS_MINUTES": minutes, "REFRESH_DAYS": days}) == longest


def test_the_template_says_all_that_a_rotation_needs() -> None:
    variables = system().functions[API].environment
    store = SecretsInMemory(
        dict.fromkeys(("UsersKey", "BookingKey", "PaymentKey", "IntegrationKey", "NotificationKey"), "k")
    )
    assert len(list(Rotation().perform(variables, store, NOW))) == 5


def found_as(resources: Stubber, logical_id: str) -> None:
    """The stack is asked once for that function."""
    found = {"LogicalResourceId": logical_id, "PhysicalResourceId": f"cyclorama-{logical_id}-1", "ResourceType": "t"}
    found |= {"LastUpdatedTimestamp": NOW, "ResourceStatus": "CREATE_COMPLETE"}  # type: ignore[dict-item]
    asked = {"StackName": "cyclorama", "LogicalResourceId": logical_id}
    resources.add_response("describe_stack_resource", {"StackResourceDetail": found}, asked)


@pytest.fixture
def stack(aws: None) -> Iterator[str]:
    """The name of a stack, with as much of it as the command asks for; the answers have the shape of AWS's."""
    arn = aws_client("secretsmanager").create_secret(Name="U", SecretString="users-secret")["ARN"]
    variables = VARIABLES | {"TOKEN_KEYS": json.dumps({"users": f"secretsmanager:{arn}"})}
    with Stubber(aws_client("cloudformation")) as resources, Stubber(aws_client("lambda")) as functions:
        found_as(resources, API)
        configuration = {"Environment": {"Variables": variables}}
        functions.add_response("get_function_configuration", configuration, {"FunctionName": "cyclorama-GatewayApi-1"})
        yield "cyclorama"


def test_the_keys_of_a_stack_are_rotated(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["--stack", stack, "--issuer", "users"])
    assert [key.secret for key in ring_of(command.SecretsManager().read("U")).keys][1:] == ["users-secret"]
    assert capsys.readouterr().out.startswith("users: a new key signs from ")


def test_a_wrong_issuer_of_a_stack_is_told(stack: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--stack", stack, "--issuer", "nobody"])
    assert "There is no issuer nobody" in capsys.readouterr().err


def settings(state: Path) -> LocalSettings:
    return LocalSettings(state=state, template=ROOT / "template.yaml")


def test_a_state_directory_of_before_keeps_its_key_while_tokens_are_out(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps({"secret:UsersKey": "of before", "role:booking": "stays"}))
    local.rotate_keys(settings(tmp_path), Rotation(["users"]))
    kept = json.loads(path.read_text())
    assert [key.secret for key in ring_of(kept["secret:UsersKey"]).keys][1:] == ["of before"]
    assert kept["role:booking"] == "stays"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_running_broker_is_told(tmp_path: Path, aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = aws_client("secretsmanager")
    broker.create_secret(Name="UsersKey", SecretString="old")
    monkeypatch.setattr(local, "_broker", lambda _settings: broker)
    local.rotate_keys(settings(tmp_path), Rotation(["users"], stolen=True))
    (secret,) = [s for s in system().secrets if s.name == "UsersKey"]
    assert broker.get_secret_value(SecretId="UsersKey")["SecretString"] == KeyStore(tmp_path).value(secret)


def test_a_running_system_does_not_write_the_old_key_back(tmp_path: Path) -> None:
    running = KeyStore(tmp_path)
    (secret,) = [s for s in system().secrets if s.name == "UsersKey"]
    old = running.value(secret)
    local.rotate_keys(settings(tmp_path), Rotation(["users"], stolen=True))
    running.role_password("booking")
    assert running.value(secret) == KeyStore(tmp_path).value(secret) != old


def test_an_unknown_issuer_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="no issuer nobody"):
        local.rotate_keys(settings(tmp_path), Rotation(["nobody"]))


def test_the_data_key_goes_by_itself_and_only_it_is_dropped() -> None:
    assert isinstance(rotation_of(["data"], stolen=False, drop=True), DataRotation)
    assert isinstance(rotation_of([], stolen=True, drop=False), Rotation)
    for issuers, drop in ((["data", "users"], False), (["users"], True), ([], True)):
        with pytest.raises(UnknownIssuerError, match="ISSUER=data goes alone"):
            rotation_of(issuers, stolen=False, drop=drop)


def test_the_data_key_of_a_system_that_does_not_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secrets.json").write_text(json.dumps({"secret:GatewayDataKey": "of before"}))
    local.rotate_keys(settings(tmp_path), DataRotation())
    local.rotate_keys(settings(tmp_path), DataRotation())
    kept = json.loads((tmp_path / "secrets.json").read_text())
    assert [key.secret for key in ring_of(kept["secret:GatewayDataKey"]).keys][1:] == ["of before"]
    assert "repeat the command" in capsys.readouterr().out
    local.rotate_keys(settings(tmp_path), DataRotation(stolen=True))
    with pytest.raises(LocalError, match="Not every process has read"):
        local.rotate_keys(settings(tmp_path), DataRotation(drop=True))


def test_second_factors_of_a_stack_are_sealed_by_its_function(aws: None, capsys: pytest.CaptureFixture[str]) -> None:
    arn = aws_client("secretsmanager").create_secret(Name="D", SecretString="of before")["ARN"]
    functions = aws_client("lambda"), aws_client("lambda", read_timeout=60)
    with (
        Stubber(aws_client("cloudformation")) as resources,
        Stubber(functions[0]) as told,
        Stubber(functions[1]) as did,
    ):
        found_as(resources, API)
        variables = {"Environment": {"Variables": {"DATA_KEY": f"secretsmanager:{arn}"}}}
        told.add_response("get_function_configuration", variables, {"FunctionName": "cyclorama-GatewayApi-1"})
        for after in ("2f7d4a52-1d5c-4f0e-9e0b-000000000001", ""):
            found_as(resources, OPERATORS)
            answer = BytesIO(json.dumps({"done": 100, "unreadable": 0, "after": after}).encode())
            did.add_response("invoke", {"StatusCode": 200, "Payload": answer})
        found_as(resources, API)
        told.add_response("get_function_configuration", variables, {"FunctionName": "cyclorama-GatewayApi-1"})
        found_as(resources, OPERATORS)
        failed = {"StatusCode": 200, "FunctionError": "Unhandled", "Payload": BytesIO(b'{"errorMessage": "no"}')}
        did.add_response("invoke", failed)
        command.main(["--stack", "cyclorama", "--issuer", "data"])
        with pytest.raises(SystemExit):
            command.main(["--stack", "cyclorama", "--issuer", "data"])
    captured = capsys.readouterr()
    assert captured.out.splitlines()[1] == "data: second factors sealed by the newest key: 200"
    assert "GatewayBootstrap failed: no" in captured.err
    assert [key.secret for key in ring_of(command.SecretsManager().read(arn)).keys][1:] == ["of before"]
