import pytest
from pydantic import ValidationError

from core.settings import CoreSettings, SettingsError, load_settings

NAMES = [name.upper() for name in CoreSettings.model_fields]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SERVICE", "booking")
    monkeypatch.setenv("DATABASE_URL", "postgresql://u@h/d")
    return monkeypatch


def test_the_environment_is_read(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_IAM_AUTH", "true")
    environment.setenv("API_URL", "ssm:/cyclorama/api-url")
    settings = load_settings(CoreSettings)
    assert (settings.service, settings.database_url) == ("booking", "postgresql://u@h/d")
    assert (settings.database_iam_auth, settings.api_url) == (True, "ssm:/cyclorama/api-url")
    assert (settings.event_bus, settings.log_level) == ("cyclorama", "INFO")


@pytest.mark.parametrize("name", ["SERVICE", "DATABASE_URL"])
def test_a_missing_variable_is_named(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.delenv(name)
    with pytest.raises(SettingsError, match=f"{name}: Field required"):
        load_settings(CoreSettings)


def test_all_faults_are_named_at_once_and_no_value_is_shown(environment: pytest.MonkeyPatch) -> None:
    environment.delenv("SERVICE")
    environment.setenv("DATABASE_IAM_AUTH", "s3cret")
    with pytest.raises(SettingsError) as fault:
        load_settings(CoreSettings)
    assert "SERVICE" in str(fault.value) and "DATABASE_IAM_AUTH" in str(fault.value)
    assert "s3cret" not in str(fault.value)


def test_settings_do_not_change() -> None:
    settings = load_settings(CoreSettings)
    with pytest.raises(ValidationError):
        settings.service = "payment"  # type: ignore[misc]
