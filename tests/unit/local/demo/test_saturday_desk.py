"""The desk of a Saturday asks again when it is told to, and for nothing else."""

from datetime import UTC, datetime
from typing import Any

from infra.local.client import Answer
from infra.local.demo.saturday.desk import Desk
from tests.support.runs.table import each

NOW = datetime(2026, 12, 5, tzinfo=UTC)


class Api:
    """Answers in turn, and keeps what it was sent."""

    def __init__(self, *answers: tuple[int, str]) -> None:
        self.answers = [Answer(status, {"code": code}, {"Retry-After": "0"}) for status, code in answers]
        self.keys: list[str] = []

    def request(self, _method: str, _path: str, _body: Any, **headers: str) -> Answer:
        self.keys.append(headers["Idempotency_Key"])
        return self.answers.pop(0)


@each(
    "answers",
    [
        [(429, "too_many_calls"), (503, "busy"), (200, "")],
        [(503, "too_slow")],
        [(409, "invalid_transition")],
    ],
)
def test_it_waits_as_it_is_told_and_says_the_same(answers: list[tuple[int, str]]) -> None:
    api = Api(*answers)
    desk = Desk(None, api, NOW, NOW)  # type: ignore[arg-type]

    assert desk.try_to("POST /v1/bookings").status == answers[-1][0]
    assert (len(api.keys), len(set(api.keys)), api.answers) == (len(answers), 1, [])
