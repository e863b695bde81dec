"""What Telegram tells a bot of what people do: https://core.telegram.org/bots/api#update"""

import secrets
from typing import Any

from infra.sandbox.clock import system_time
from infra.sandbox.receivers.chats import Act

NAME = "Анна"


def update(act: Act) -> dict[str, Any]:
    """An update of its own id."""
    about = {
        "from": {"id": act.chat, "is_bot": False, "first_name": NAME, "language_code": "ru"},
        "chat": {"id": act.chat, "type": "private", "first_name": NAME},
        "date": int(system_time().timestamp()),
    }
    number = secrets.randbelow(10**9) + 1
    if act.stop:
        statuses = {"old_chat_member": {"status": "member"}, "new_chat_member": {"status": "kicked"}}
        return {"update_id": number, "my_chat_member": {**about, **statuses}}
    said: dict[str, Any] = {"message_id": number, **about}
    if act.contact is not None:
        # Telegram leaves the plus out.
        owner = act.chat if act.own else act.chat + 1
        said["contact"] = {"phone_number": act.contact.removeprefix("+"), "first_name": NAME, "user_id": owner}
    elif act.start is not None:
        said["text"] = f"/start {act.start}".strip()
    else:
        said["text"] = act.text or ""
    return {"update_id": number, "message": said}
