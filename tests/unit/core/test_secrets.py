import pytest

from core.aws import aws_client
from core.secrets import resolve

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
