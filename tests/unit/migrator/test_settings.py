import pytest
from sqlalchemy import make_url

from core.settings import load_settings
from migrator.settings import MigratorSettings

URL = "postgresql://cyclorama_owner@db.example:5432/cyclorama?sslmode=verify-full"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVICE", "migrator")
    monkeypatch.setenv("DATABASE_URL", URL)


def test_the_owner_signs_in_with_the_secret_of_rds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_SECRET", '{"username": "cyclorama_owner", "password": "p@ss:w/rd?%"}')
    url = make_url(load_settings(MigratorSettings).signed_in().database_url)
    assert (url.username, url.password) == ("cyclorama_owner", "p@ss:w/rd?%")
    assert (url.host, url.database, url.query) == ("db.example", "cyclorama", {"sslmode": "verify-full"})


@pytest.mark.parametrize("value", ["", None])
def test_without_a_secret_the_url_says_all(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    if value is not None:
        monkeypatch.setenv("DATABASE_SECRET", value)
    assert load_settings(MigratorSettings).signed_in().database_url == URL
