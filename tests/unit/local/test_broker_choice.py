"""Which program is the broker, and what is said where it is not installed."""

from pathlib import Path

import pytest

from infra.local.machine.errors import LocalError
from infra.local.machine.settings import load_local_settings
from infra.local.run import broker
from infra.local.run.broker import GUARDED, localstack, ministack


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

    assert theirs._arguments == [str(python), "-m", GUARDED, "5050", "localstack.runtime.main"]
    assert ours._arguments[1:] == ["-m", GUARDED, "5050", "ministack"]
    assert theirs._environment["GATEWAY_LISTEN"] == "127.0.0.1:5050"
    assert ours._environment["BIND_HOST"] == "127.0.0.1"
