import json
from io import StringIO

import pytest

from core.aws import aws_client
from core.observability import logger
from core.secrets import KEPT, PAUSE, ChangingSecret, resolve

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize("value", ["", "plain", '{"users": "k"}', "postgresql://a:b@c/d", "SSM:/x"])
def test_a_plain_value_is_itself(value: str) -> None:
    assert resolve(value) == value


def test_a_secret_is_found_by_name_and_by_arn() -> None:
    arn = aws_client("secretsmanager").create_secret(Name="users-key", SecretString="s3cret")["ARN"]
    assert resolve("secretsmanager:users-key") == resolve(f"secretsmanager:{arn}") == "s3cret"


@pytest.mark.parametrize("kind", ["String", "SecureString"])
def test_a_parameter_is_decrypted(kind: str) -> None:
    aws_client("ssm").put_parameter(Name="/cyclorama/api-url", Value="https://api.example", Type=kind)
    assert resolve("ssm:/cyclorama/api-url") == "https://api.example"


def test_a_value_is_looked_up_once_in_the_life_of_a_process() -> None:
    client = aws_client("secretsmanager")
    client.create_secret(Name="users-key", SecretString="first")
    assert resolve("secretsmanager:users-key") == "first"
    client.update_secret(SecretId="users-key", SecretString="second")
    assert resolve("secretsmanager:users-key") == "first"


@pytest.mark.parametrize(
    ("reference", "error"), [("secretsmanager:missing", "ResourceNotFound"), ("ssm:/missing", "ParameterNotFound")]
)
def test_a_reference_that_leads_nowhere_fails_and_is_asked_again(reference: str, error: str) -> None:
    with pytest.raises(Exception, match=error):
        resolve(reference)
    aws_client("secretsmanager").create_secret(Name="missing", SecretString="here now")
    aws_client("ssm").put_parameter(Name="/missing", Value="here now", Type="String")
    assert resolve(reference) == "here now"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def changing() -> tuple[ChangingSecret, Clock]:
    aws_client("secretsmanager").create_secret(Name="ring", SecretString="first")
    clock = Clock()
    secret = ChangingSecret("secretsmanager:ring", clock)
    assert secret.value() == "first"
    aws_client("secretsmanager").put_secret_value(SecretId="ring", SecretString="second")
    return secret, clock


def test_a_secret_that_changes_is_read_again_after_a_minute(changing: tuple[ChangingSecret, Clock]) -> None:
    secret, clock = changing
    clock.now += KEPT.total_seconds() - 1
    assert secret.value() == "first"
    clock.now += 1
    assert secret.value() == "second"


def test_who_asks_again_gets_the_newest_but_not_for_each_forged_token(changing: tuple[ChangingSecret, Clock]) -> None:
    secret, clock = changing
    clock.now += PAUSE.total_seconds() - 1
    assert {secret.again() for _ in range(100)} == {"first"}
    clock.now += 1
    assert secret.again() == secret.value() == "second"


def test_a_clock_that_is_set_back_does_not_keep_a_secret_for_ever(changing: tuple[ChangingSecret, Clock]) -> None:
    secret, clock = changing
    clock.now -= 3600
    assert secret.value() == "second"


def test_a_secret_that_cannot_be_read_again_stays(
    changing: tuple[ChangingSecret, Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, clock = changing
    log = StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", log)
    aws_client("secretsmanager").delete_secret(SecretId="ring", ForceDeleteWithoutRecovery=True)
    clock.now += KEPT.total_seconds()
    assert secret.value() == "first"
    assert json.loads(log.getvalue().splitlines()[0])["error"] == "GetSecretValue: ResourceNotFoundException"


def test_a_secret_that_was_never_read_is_an_error() -> None:
    with pytest.raises(Exception, match="ResourceNotFound"):
        ChangingSecret("secretsmanager:missing").value()
