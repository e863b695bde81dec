"""Whatever runs by the clock is a `core.jobs.Job`: it knows how much time is left, and says how far it came."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from core.jobs import Job
from infra.local.template.model import Function
from tests.support.system.environment import Context
from tests.support.system.template import system

ROOT = Path(__file__).parents[3]
TEMPLATE = system()
SCHEDULED = sorted({schedule.function for schedule in TEMPLATE.schedules})
JOBS = sorted((ROOT / "functions").glob("*/jobs.py"))


class Hurried(Context):
    """There is no time for anything."""

    def get_remaining_time_in_millis(self) -> int:
        return 0


def handler(name: str) -> Any:
    function: Function = TEMPLATE.functions[name]
    module, _, attribute = function.handler.rpartition(".")
    return getattr(import_module(module), attribute)


def test_there_is_something_to_check() -> None:
    assert len(SCHEDULED) >= 15
    assert len(JOBS) >= 5


@pytest.mark.parametrize("name", SCHEDULED)
def test_without_time_a_scheduled_function_begins_nothing_and_says_so(name: str) -> None:
    # It would not even find its settings.
    assert handler(name)({}, Hurried()) == {"done": 0, "failed": 0, "more": True}


@pytest.mark.parametrize("path", JOBS, ids=lambda path: path.parent.name)
def test_every_function_of_the_jobs_modules_is_a_job(path: Path) -> None:
    module = import_module(f"{path.parent.name}.jobs")
    named = [value for name, value in vars(module).items() if callable(value) and not name.startswith("_")]
    own = [each for each in named if getattr(each, "__module__", "") == module.__name__]
    assert any(isinstance(each, Job) for each in named)
    assert all(isinstance(each, Job) for each in own)
