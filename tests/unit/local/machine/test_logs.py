"""Functions' output made readable."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.local.machine import logs as local_logs
from infra.local.machine.logs import ServiceLogs, open_log, readable, shorten_all


@pytest.mark.parametrize(
    ("line", "level", "text"),
    [
        ('{"level":"INFO","message":"Paid","service":"payment","amount":5}', 20, "Paid amount=5"),
        ('{"level":"ERROR","message":"No","exception":"Traceback …"}', 40, "No\nTraceback …"),
        ('{"level":"INFO","message":{"a":1},"name":"two words"}', 20, '{"a": 1} name="two words"'),
        ("[ERROR]\u00a0ValueError: no\r  File", 40, "[ERROR] ValueError: no\n  File"),
        ("plain", 20, "plain"),
        ('{"not": "a log line"}', 20, '{"not": "a log line"}'),
        ("{broken", 20, "{broken"),
    ],
)
def test_lines_become_text_with_a_level(line: str, level: int, text: str) -> None:
    assert readable(line) == (level, text)


def test_metrics_are_for_machines() -> None:
    assert readable('{"_aws": {}, "Count": 1}')[0] == 10


def test_each_service_has_a_file_without_what_is_below_the_level(tmp_path: Path) -> None:
    logs = ServiceLogs(tmp_path, "INFO")
    logs.write("booking", "BookingApi", '{"level":"INFO","message":"Held"}')
    logs.write("booking", "BookingApi", '{"level":"DEBUG","message":"Noise"}')
    logs.close()

    content = (tmp_path / "booking.log").read_text()
    assert "INFO    BookingApi: Held" in content
    assert "Noise" not in content
    assert "Held" in logs.tail("booking")


def test_logs_stay_short_while_they_are_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_logs, "ROTATE_BYTES", 1000)
    logs = ServiceLogs(tmp_path, "INFO")
    for number in range(200):
        logs.write("booking", "BookingApi", f"line {number}")
        shorten_all(tmp_path)
    logs.close()

    log, aside = tmp_path / "booking.log", tmp_path / "booking.log.1"
    assert {path.name for path in tmp_path.iterdir()} == {log.name, aside.name}
    assert log.stat().st_size <= 1000
    assert aside.stat().st_size <= 1000
    lines = (aside.read_text() + log.read_text()).splitlines()
    assert [line.rsplit(" ", 1)[1] for line in lines[1:]] == [str(n) for n in range(201 - len(lines), 200)]


def test_a_program_that_holds_its_log_open_goes_on_at_its_beginning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_logs, "ROTATE_BYTES", 1000)
    path = tmp_path / "broker.log"
    program = """
import sys
for line in sys.stdin:
    print(line.strip() * 500, flush=True)
    print(file=sys.stderr, flush=True)
"""
    with (
        open_log(path) as log,
        subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=log, stderr=subprocess.PIPE, text=True
        ) as writer,
    ):
        assert writer.stdin
        assert writer.stderr
        for letter in "abcd":
            writer.stdin.write(f"{letter}\n")
            writer.stdin.flush()
            writer.stderr.readline()
            shorten_all(tmp_path)
        writer.stdin.close()
    assert path.read_text() == ""
    assert (tmp_path / "broker.log.1").read_text() == ("c" * 500 + "\n" + "d" * 500 + "\n")[2:]


def test_half_a_surrogate_pair_is_kept_as_its_escape(tmp_path: Path) -> None:
    logs = ServiceLogs(tmp_path, "INFO")
    logs.write("booking", "Api", json.dumps({"level": "WARNING", "message": "odd \ud83d name"}))
    logs.close()

    assert "Api: odd \\ud83d name" in (tmp_path / "booking.log").read_text(encoding="utf-8")
