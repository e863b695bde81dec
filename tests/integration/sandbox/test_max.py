"""MAX of the sandbox: a message is in the outbox, or it is refused as the real one refuses it."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.sandbox.harness import Answer, Sandbox

TOKEN = "cyclorama-max-token"
LINK = {"type": "link", "text": "Open", "url": "https://studio.test/b/1"}
CALL = {"type": "callback", "text": "Yes", "payload": "yes"}


def send(sandbox: Sandbox, whom: str = "chat_id=-70", headers: dict[str, str] | None = None, **body: Any) -> Answer:
    sent = {"text": "Привет"} | body
    return sandbox.request("POST", f"/max/messages?{whom}", json=sent, headers=headers or {"Authorization": TOKEN})


def keyboard(*rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [{"type": "inline_keyboard", "payload": {"buttons": list(rows)}}]


def test_a_message_is_read_as_html_and_found_in_the_outbox(sandbox: Sandbox) -> None:
    mark = uuid4().hex
    said = send(sandbox, text=f"<b>Зал {mark}</b> &lt;3", format="html", attachments=keyboard([LINK] * 3)).body[
        "message"
    ]
    assert said["recipient"] == {"chat_id": -70, "chat_type": "chat"}
    newest = sandbox.request("GET", "/outbox.json", fields={"channel": "max", "to": "-70"}).body["data"][0]
    assert (newest["text"], newest["id"]) == (f"Зал {mark} <3", said["body"]["mid"])


@pytest.mark.parametrize(
    ("whom", "body", "status", "code"),
    [
        ("", {}, 400, "proto.payload"),
        ("user_id=1&chat_id=2", {}, 400, "proto.payload"),
        ("chat_id=nobody", {}, 400, "proto.payload"),
        ("chat_id=0", {}, 404, "chat.not.found"),
        # Whom it is for, in the body.
        ("chat_id=-70", {"chat_id": -70}, 400, "proto.payload"),
        ("chat_id=-70", {"text": "x" * 4001}, 400, "proto.payload"),
        ("chat_id=-70", {"text": " "}, 400, "proto.payload"),
        ("chat_id=-70", {"text": "<b> </b>", "format": "html"}, 400, "proto.payload"),
        ("chat_id=-70", {"text": "<b>open", "format": "html"}, 400, "proto.payload"),
        ("chat_id=-70", {"attachments": keyboard([LINK, CALL, CALL, CALL])}, 400, "proto.payload"),
        ("chat_id=-70", {"attachments": keyboard([CALL] * 8)}, 400, "proto.payload"),
        ("chat_id=-70", {"attachments": keyboard(*[[CALL]] * 31)}, 400, "proto.payload"),
    ],
)
def test_what_max_does_not_take(sandbox: Sandbox, whom: str, body: dict[str, Any], status: int, code: str) -> None:
    answer = send(sandbox, whom, **body)
    assert (answer.status, answer.body["code"]) == (status, code)


def test_seven_buttons_are_a_row(sandbox: Sandbox) -> None:
    assert send(sandbox, attachments=keyboard([CALL] * 7)).status == 200


def test_the_token_stands_in_the_header_alone_and_as_it_is(sandbox: Sandbox) -> None:
    refused = [
        send(sandbox, headers={"Authorization": f"Bearer {TOKEN}"}),
        send(sandbox, headers={"X-Nothing": "1"}),
        send(sandbox, f"chat_id=-70&access_token={TOKEN}"),
    ]
    assert [(answer.status, answer.body["code"]) for answer in refused] == [(401, "verify.token")] * 3
    assert sandbox.request("GET", "/max/me", headers={"Authorization": TOKEN}).body["is_bot"] is True


def test_refusals_on_demand(sandbox: Sandbox) -> None:
    sandbox.knobs(max_limit=1)
    assert send(sandbox).status == 429
    sandbox.knobs(max_denied=1, receiver_down=1)
    answers = [send(sandbox) for _ in range(3)]
    assert [answer.status for answer in answers] == [500, 403, 200]
    assert answers[1].body == {"code": "chat.denied", "message": "error.dialog.suspended"}
