"""What holds for every test: the seed, which is printed, and who runs beside whom."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.support import chance
from tests.support.logs.scan import LogScan
from tests.support.runs.schedule import FilesAndSystems, turn

ROOT = Path(__file__).parents[1]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Hypothesis follows the same seed, unless it is given another, and does not watch the clock."""
    settings.register_profile(
        "house", max_examples=chance.scaled(100), deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    settings.load_profile("house")
    if config.getoption("hypothesis_seed", None) is None:
        config.option.hypothesis_seed = chance.seed()


def pytest_sessionstart(session: pytest.Session) -> None:
    config = session.config
    if hasattr(config, "workerinput"):
        return
    # pytest has no public name for it outside a fixture.
    config.pluginmanager.register(LogScan(config._tmp_path_factory.getbasetemp()))  # type: ignore[attr-defined]
    if reporter := config.pluginmanager.get_plugin("terminalreporter"):
        reporter.write_line(f"Random tests follow {chance.told()}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.write_line(f"Random tests followed {chance.told()}")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Of what is collected hardly anything becomes rubbish, and looking for it is a third of the work.

    What is there afterwards need not be looked through again, either."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What lasts longest begins first."""
    items.sort(key=lambda item: turn(item.path.relative_to(ROOT).as_posix()))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """For `--numprocesses=auto`: one more than cores, as whoever has a system mostly waits for it."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FilesAndSystems | None:
    """For `--dist=loadfile`: files that share a running system stay together."""
    return FilesAndSystems(config, log) if config.getvalue("dist") == "loadfile" else None
