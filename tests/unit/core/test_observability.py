"""A process logs as its environment says, also where it is a copy of one that had another."""

import io
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event

import pytest
from aws_lambda_powertools import Metrics

from core.observability import count, follow_environment, logger
from tests.support.waiting import PATIENCE_SECONDS


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


def test_a_metric_tells_the_stacks_of_one_account_apart(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EVENT_BUS", "photoloft-2")

    count("Sent", channel="email")

    told = json.loads(capsys.readouterr().out)
    assert told["stack"] == "photoloft-2"
    (metrics,) = told["_aws"]["CloudWatchMetrics"]
    assert [sorted(dimensions) for dimensions in metrics["Dimensions"]] == [["channel", "service", "stack"]]


def test_metrics_of_two_threads_are_both_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One is held between adding its metric and writing it, while the other begins."""
    inside, other_began, flush = Event(), Event(), Metrics.flush_metrics

    def slowly(metrics: Metrics, *given: object) -> None:
        if not inside.is_set():
            inside.set()
            other_began.wait(PATIENCE_SECONDS)
        flush(metrics, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Metrics, "flush_metrics", slowly)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(count, "First")
        assert inside.wait(PATIENCE_SECONDS)
        second = pool.submit(count, "Second")
        # Without a lock it would be through by now, with both metrics in one line.
        wait([second], timeout=0.2)
        other_began.set()
        first.result()
        second.result()

    told = [set(json.loads(line)) & {"First", "Second"} for line in capsys.readouterr().out.splitlines()]
    assert told == [{"First"}, {"Second"}]
