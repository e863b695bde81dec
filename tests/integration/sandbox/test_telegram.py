"""Telegram of the sandbox: a message is in the outbox, or it is refused as the real one refuses it."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.sandbox.harness import Answer, Sandbox


def send(sandbox: Sandbox, token: str = "100500:cyclorama", **message: Any) -> Answer:  # noqa: S107
    body = {"chat_id": -100500, "text": "Привет"} | message
    return sandbox.request("POST", f"/telegram/bot{token}/sendMessage", json=body)


def test_a_message_is_read_as_html_and_found_in_the_outbox(sandbox: Sandbox) -> None:
    mark = uuid4().hex
    answer = send(sandbox, text=f"<b>Зал {mark}</b> &lt;3 &amp; 5 > 4", parse_mode="HTML").body
    assert answer["ok"] is True
    fields = {"channel": "telegram", "to": "-100500"}
    newest = sandbox.request("GET", "/outbox.json", fields=fields).body["data"][0]
    assert newest["text"] == f"Зал {mark} <3 & 5 > 4"
    assert newest["id"] == f"tg-{answer['result']['message_id']}"
    page = sandbox.request("GET", f"/outbox/{newest['id']}?lang=en")
    assert (page.status, "Telegram" in page.text) == (200, True)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"text": "<b>open", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "</b>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "<script>x</script>", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "2 < 3", "parse_mode": "HTML"}, "can't parse entities"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": " "}, "message text is empty"),
        ({"chat_id": "nobody"}, "chat not found"),
    ],
)
def test_what_telegram_does_not_take(sandbox: Sandbox, message: dict[str, Any], words: str) -> None:
    answer = send(sandbox, **message)
    assert (answer.status, answer.body["ok"]) == (400, False)
    assert words in answer.body["description"]


def test_refusals_on_demand(sandbox: Sandbox) -> None:
    assert send(sandbox, token="1:guess").status == 401
    sandbox.knobs(telegram_limit=1)
    assert send(sandbox).body["parameters"] == {"retry_after": 2}
    sandbox.knobs(telegram_forbidden=1, receiver_down=1)
    assert [send(sandbox).status for _ in range(3)] == [500, 403, 200]


def test_methods_take_forms_whose_lists_are_json(sandbox: Sandbox) -> None:
    def ask(method: str, **fields: str) -> Answer:
        return sandbox.request("POST", f"/telegram/bot100500:cyclorama/{method}", fields=fields)

    assert ask("setWebhook", url="http://127.0.0.1:9/hook", allowed_updates='["message"]').status == 200
    assert ask("getWebhookInfo").body["result"]["has_custom_certificate"] is False
    for wrong in ("{", "5"):
        assert ask("setWebhook", url="http://127.0.0.1:9/hook", allowed_updates=wrong).status == 400
    chats = [ask("sendMessage", chat_id=each, text="Привет").body["result"]["chat"] for each in ("-100500", "@studio")]
    assert [(chat["type"], type(chat["id"])) for chat in chats] == [("supergroup", int), ("channel", int)]
