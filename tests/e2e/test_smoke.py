"""The smoke test of a deployment, against a system that runs."""

import pytest

from infra.deploy.smoke import Smoke, SmokeError, Staff
from tests.support.system.whole import System


def test_the_smoke_test_books_pays_is_confirmed_and_cancels(system: System) -> None:
    told: list[str] = []
    smoke = Smoke(system.api_url, told.append)
    smoke.look()
    smoke.play(Staff("admin@cyclorama.test", "cyclorama"))
    assert told[0].startswith("health: ")
    assert told[-2:] == ["paid, and confirmed through the broker", "cancelled, and refunded"]


def test_an_api_that_shows_everybody_everything_is_found(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    from infra.local.client import Answer, Client

    asked = Client.request

    def open_to_all(self: Client, method: str, path: str, body: object = None, **headers: str) -> Answer:
        answer = asked(self, method, path, body, **headers)
        return Answer(200, answer.document, answer.headers) if path == "/v1/me" else answer

    monkeypatch.setattr(Client, "request", open_to_all)
    with pytest.raises(SmokeError, match="GET /v1/me without a token"):
        Smoke(system.api_url, lambda _: None).look()
