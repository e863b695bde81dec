"""The runtime's options, and which variables functions get."""

from pathlib import Path

import pytest

from infra.local.execution.lambdas import LambdaOptions, variables
from infra.local.machine.errors import LocalError
from infra.local.machine.ports import Ports
from infra.local.machine.settings import load_local_settings
from infra.local.plan.endpoints import Endpoints, build_endpoints
from infra.local.template.model import Function


def test_a_wrong_option_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CYCLORAMA_PORTS", "some")

    with pytest.raises(LocalError, match="CYCLORAMA_PORTS"):
        load_local_settings()


def test_paths_are_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CYCLORAMA_STATE", "here")

    assert load_local_settings().state == tmp_path / "here"


def test_endpoints_are_found_again_and_their_absence_is_explained(tmp_path: Path) -> None:
    endpoints = build_endpoints(7, Ports(), "http://aws", "postgresql://x")
    endpoints.save(tmp_path)

    assert Endpoints.load(tmp_path) == endpoints
    assert endpoints.service_urls["payment"] == "http://127.0.0.1:5002"
    with pytest.raises(LocalError, match="make run"):
        Endpoints.load(tmp_path / "other")


def test_a_function_gets_local_values_only_for_variables_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_OF_THE_DEVELOPER", "x")
    function = Function("App", "App", "arn", "app.app", Path("/code"), {"API_URL": "ssm:/x"}, 3, 128)
    options = LambdaOptions(overrides=lambda _f: {"API_URL": "http://here", "DATABASE_URL": "x"})

    result = variables(function, options)

    assert result["API_URL"] == "http://here"
    assert result["PYTHONPATH"].startswith("/code:")
    assert not {"DATABASE_URL", "SECRET_OF_THE_DEVELOPER"} & set(result)
