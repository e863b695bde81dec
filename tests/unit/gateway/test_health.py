"""The health of the whole, by the word of each part."""

from typing import Any

import pytest

from core.aws import calls
from core.http.health import DegradedError
from gateway.health import SERVICES, SystemHealth

OWN = {"database": "ok"}


class Api:
    """Answers 200 to every health check but those named; an exception stands for no answer."""

    def __init__(self, **trouble: int | Exception) -> None:
        self.trouble = trouble
        self.asked: set[str] = set()

    def request(self, method: str, url: str) -> "Api":
        assert method == "GET"
        self.asked.add(url)
        answer = self.trouble.get(url.rpartition("/")[2], 200)
        if isinstance(answer, Exception):
            raise answer
        reply = Api()
        reply.status = answer
        return reply

    status = 200


class Broker:
    def __init__(self, trouble: Exception | None = None) -> None:
        self.trouble = trouble
        self.buses: list[str] = []

    def call(self, action: str, document: dict[str, str]) -> None:
        assert action == "DescribeEventBus"
        self.buses.append(document["Name"])
        if self.trouble:
            raise self.trouble


def system(monkeypatch: pytest.MonkeyPatch, api: Api, broker: Broker) -> SystemHealth:
    monkeypatch.setattr(calls, "json_service", lambda _service: broker)
    made = SystemHealth("http://api.test/", "cyclorama")
    monkeypatch.setattr(made, "_pool", api)
    return made


def checks(refused: pytest.ExceptionInfo[DegradedError]) -> Any:
    return refused.value.params["checks"]


def test_everybody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    api, broker = Api(), Broker()
    answer = system(monkeypatch, api, broker).check(OWN)
    assert answer.status == "ok"
    assert answer.checks == {**OWN, **dict.fromkeys(SERVICES, "ok"), "broker": "ok"}
    assert api.asked == {f"http://api.test/health/{name}" for name in SERVICES}
    assert broker.buses == ["cyclorama"]


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize(("trouble", "word"), [(503, "answers 503"), (ConnectionError("refused"), "unreachable")])
def test_a_service_in_trouble_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, trouble: int | Exception, word: str
) -> None:
    with pytest.raises(DegradedError) as refused:
        system(monkeypatch, Api(**{name: trouble}), Broker()).check(OWN)
    assert checks(refused) == {**OWN, **dict.fromkeys(SERVICES, "ok"), "broker": "ok", name: word}


def test_a_broker_that_is_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DegradedError) as refused:
        system(monkeypatch, Api(), Broker(ConnectionError("refused"))).check(OWN)
    assert checks(refused)["broker"] == "unreachable"


def test_everything_in_trouble_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(DegradedError) as refused:
        system(monkeypatch, Api(booking=500, payment=OSError()), Broker(OSError())).check(OWN)
    assert {name for name, word in checks(refused).items() if word != "ok"} == {"booking", "payment", "broker"}


def test_figures_are_told_and_not_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    own = {**OWN, "outbox_lag_seconds": "12"}
    assert system(monkeypatch, Api(), Broker()).check(own).checks["outbox_lag_seconds"] == "12"
