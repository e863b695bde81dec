"""A plugin of pytest: a run fails if a log has what no log may have, in a file or in what a test's code printed.

It runs once per run, beside the tests: under xdist in the process that hands them out, which sees all of them."""

from pathlib import Path

import pytest

from tests.support.logs.leaks import Leak, leaks, leaks_in_files

MOST_SHOWN = 50


class LogScan:
    """`folder` is where everything of this run lies: that of `tmp_path_factory`, with those of all workers."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._found: list[Leak] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The last of a test's three reports has what was captured during all of them."""
        if report.when != "teardown":
            return
        for name, text in report.sections:
            if name.startswith("Captured"):
                self._found += leaks(f"{report.nodeid} ({name.removeprefix('Captured ')})", text)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Everything that tests have started has ended by now."""
        self._found += leaks_in_files(self._folder)
        if self._found:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for leak in self._found[:MOST_SHOWN]:
            terminalreporter.write_line(f"LEAKED {leak}", red=True)
        if self._found:
            terminalreporter.write_line(f"{len(self._found)} lines of logs have what no log may have", red=True)
