"""A log that has what no log may have makes the run fail, and is named without it."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.support.gateway import PASSWORD
from tests.support.logs.leaks import leaks
from tests.support.logs.scan import LogScan

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm5hIn0.c2lnbmF0dXJl"  # gitleaks:allow
FOUND = {
    "e-mail": ["to anna@example.com", "x@mail.example.test", "studio@studio.example"],
    "phone": ["+79161234567", "8 (916) 123-45-67", "call +7 916 123 45 67 now"],
    "password": [PASSWORD, "$argon2id$v=19$m=65536", '{"password": "abc"}', "'password': 'abc'"],
    "token": [f"Bearer {JWT}", "cyk_" + "a1" * 24 + "b", "whsec_" + "Zz" * 12],
    "card number": ["4300000000000777", "5555 5555 5555 4444", "pan=4111-1111-1111-1111"],
}
HARMLESS = [
    "admin@cyclorama.test",
    "postgresql+pg8000://somebody@127.0.0.1/x",
    "1796015536851000",
    "2f9c1b7e-5d43-4a86-b1f0-7c8d9e0a1b2c",
    "4300000000000778",
    "430000******0777",
    "79161234567.5",
    "6b5a4938-2716-4508-9161-234567890123",
    "a89161234567",
    '{"password": ""}',
    "eyJhbGciOiJIUzI1NiJ9",
    "cyk_short",
]


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not where this run's own logs are looked for."""
    with tempfile.TemporaryDirectory() as directory:
        yield Path(directory)


@pytest.mark.parametrize(("kind", "text"), [(kind, text) for kind, texts in FOUND.items() for text in texts])
def test_what_no_log_may_have_is_found(kind: str, text: str) -> None:
    assert [(leak.line, leak.kind) for leak in leaks("a.log", f"fine\n{text}\nfine")] == [(2, kind)]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_only_looks_like_it_is_not(text: str) -> None:
    assert list(leaks("a.log", text)) == []


def report(**changes: Any) -> pytest.TestReport:
    values = {"when": "teardown", "nodeid": "test_x.py::test_y", "sections": [("Captured stdout call", "+79161234567")]}
    return cast(pytest.TestReport, SimpleNamespace(**values | changes))


def finish(scan: LogScan) -> tuple[int, list[str]]:
    """The exit status of the run, and what it says."""
    session, lines = SimpleNamespace(exitstatus=0), list[str]()
    scan.pytest_sessionfinish(cast(pytest.Session, session))
    terminal = SimpleNamespace(write_line=lambda line, **_: lines.append(line))
    scan.pytest_terminal_summary(cast(pytest.TerminalReporter, terminal))
    return int(session.exitstatus), lines


def test_a_run_fails_for_a_log_file_anywhere_and_names_no_value(folder: Path) -> None:
    (folder / "gw1" / "system0" / "logs").mkdir(parents=True)
    (folder / "gw1" / "system0" / "logs" / "postgres.log").write_text("ok\nkey (email)=(anna@example.com)\n")
    (folder / "gw1" / "booking.log.1").write_text(f"{JWT}\n")
    (folder / "outbox.json").write_text("anna@example.com")

    status, lines = finish(LogScan(folder))

    assert status == pytest.ExitCode.TESTS_FAILED
    assert lines == [
        "LEAKED gw1/booking.log.1:1: token",
        "LEAKED gw1/system0/logs/postgres.log:2: e-mail",
        "2 lines of logs have what no log may have",
    ]


def test_a_run_fails_for_what_a_handler_printed_once(folder: Path) -> None:
    scan = LogScan(folder)
    for when in ("setup", "call", "teardown"):
        scan.pytest_runtest_logreport(report(when=when))
    scan.pytest_runtest_logreport(report(sections=[("Something else", "+79161234567")]))
    status, lines = finish(scan)
    assert (status, lines[0]) == (pytest.ExitCode.TESTS_FAILED, "LEAKED test_x.py::test_y (stdout call):1: phone")
    assert len(lines) == 2


def test_a_run_without_a_leak_stays_as_it_is(folder: Path) -> None:
    (folder / "postgres.log").write_text("2026-12-01 LOG: ready\n")
    assert finish(LogScan(folder)) == (0, [])
