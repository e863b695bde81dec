"""A process logs as its environment says, also where it is a copy of one that had another."""

import io
import json
from collections.abc import Iterator

import pytest

from core.observability import count, follow_environment, logger


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    handler = logger.registered_handler
    stream = io.StringIO()
    earlier = handler.setStream(stream)  # type: ignore[attr-defined]
    yield stream
    handler.setStream(earlier)  # type: ignore[attr-defined]
    monkeypatch.undo()
    follow_environment()


def test_a_copy_has_the_name_and_the_level_of_its_own_environment(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    for service, level in (("booking", "ERROR"), ("payment", "DEBUG")):
        monkeypatch.setenv("SERVICE", service)
        monkeypatch.setenv("LOG_LEVEL", level)
        follow_environment()
        logger.debug("said")

    (line,) = written.getvalue().splitlines()
    assert json.loads(line)["service"] == "payment"


def test_a_metric_belongs_to_the_service_that_it_is_counted_in(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SERVICE", "notification")

    count("Sent")

    assert json.loads(capsys.readouterr().out)["service"] == "notification"
