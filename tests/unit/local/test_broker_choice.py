"""Which program is the broker, and what is said where it is not installed."""

from pathlib import Path

import pytest

from infra.local import broker
from infra.local.broker import localstack, ministack
from infra.local.errors import LocalError
from infra.local.settings import load_local_settings


def test_a_broker_that_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLORAMA_BROKER", "rabbit")
    with pytest.raises(LocalError, match="CYCLORAMA_BROKER"):
        load_local_settings()


def test_localstack_that_is_not_installed_says_how_to(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(broker, "LOCALSTACK_PYTHON", tmp_path / "nothing")
    with pytest.raises(LocalError, match="make run BROKER=localstack"):
        localstack(tmp_path, tmp_path, 5050, "INFO")


def test_each_runs_in_its_own_environment_and_keeps_to_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    python.touch()
    monkeypatch.setattr(broker, "LOCALSTACK_PYTHON", python)

    theirs, ours = localstack(tmp_path, tmp_path, 5050, "INFO"), ministack(tmp_path, tmp_path, 5050, "INFO")

    assert theirs._arguments == [str(python), "-m", "localstack.runtime.main"]
    assert ours._arguments[1:] == ["-m", "ministack"]
    assert theirs._environment["GATEWAY_LISTEN"] == "127.0.0.1:5050"
    assert ours._environment["BIND_HOST"] == "127.0.0.1"
