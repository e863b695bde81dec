"""At the terminal: figures are whole at 80 columns, a fault is one clear line, a command's answer is its output."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from infra.local.cli import commands
from infra.local.demo import play as demo
from infra.local.machine.settings import LocalSettings
from infra.local.plan.endpoints import Endpoints
from tests.benchmarks.load import Load
from tests.benchmarks.pgbench import Floor
from tests.benchmarks.race import Race
from tests.benchmarks.report import Report
from tests.support.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parents[3]


def test_the_benchmarks_table_is_whole_at_80_columns() -> None:
    output = io.StringIO()
    report = Report(Console(file=output, width=80))
    report.begin(1_000_000)
    report.add("a day of a hall, on port 5000", 16, Load(1234.56, 12345.67, 1234.5, 7), Floor(123.45, 12345.6), 4)
    report.add_race(16, Race(123.45, 1234.56, [1, 1, 0]))
    report.end()
    shown = output.getvalue()
    assert "…" not in shown
    assert all(figure in shown for figure in ("1234.56", "12345.67", "123.45", "10.0 of 4", "1234 (7 failed)"))
    assert max(map(len, shown.splitlines())) <= 80


def test_the_demo_without_a_running_system_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CYCLORAMA_STATE", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["demo"])
    with pytest.raises(SystemExit) as end:
        demo.main()
    assert end.value.code == 1
    shown = capsys.readouterr()
    assert "make run" in shown.out + shown.err


def test_a_status_is_the_commands_output(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    endpoints = Endpoints(7, "http://api", "", "", "", "")
    function = {
        "logical_id": "BookingApi",
        "service": "booking",
        "environments": [{"pid": 9, "state": "idle", "served": 3}],
    }
    monkeypatch.setattr(Endpoints, "load", lambda _: endpoints)
    monkeypatch.setattr(commands, "request", lambda *_: (200, {}, [function]))
    commands.status(LocalSettings())
    shown = capsys.readouterr()
    assert "http://api" in shown.out and "9 idle" in shown.out
    assert shown.err == ""


@pytest.mark.parametrize("command", ["status", "migrate", "replay"])
def test_commands_without_a_running_system_say_what_to_do(tmp_path: Path, command: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "infra.local", command],
        cwd=ROOT,
        env={"CYCLORAMA_STATE": str(tmp_path), "PYTHONPATH": "functions:layers/core:."},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "make run" in ended.stderr and "Traceback" not in ended.stderr
