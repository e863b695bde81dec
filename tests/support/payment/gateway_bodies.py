"""A transport that reaches nobody: it keeps what a client sends, and gives the answers that are put into it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from payment.gateways.configuration import Route
from payment.gateways.transport import Answer, Transport


@dataclass(frozen=True)
class Sent:
    """One request; `body` as the gateway would read it."""

    method: str
    path: str
    body: Any


@dataclass
class Recorder(Transport):
    """Answers every request with `answer`, whatever it asks."""

    answer: Mapping[str, Any] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__("recorded", Route("https://unused.example"), sleep=lambda _: None)

    def send(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,  # noqa: ARG002 - bodies alone are looked at
        json: Any = None,
        form: Mapping[str, str] | None = None,
        base: str = "",
    ) -> Answer:
        self.sent.append(Sent(method, base.removeprefix(self.base_url) + path, json if form is None else dict(form)))
        return Answer(200, _encoded(self.answer))


def _encoded(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(dict(answer)).encode()
