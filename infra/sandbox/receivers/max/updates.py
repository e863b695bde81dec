"""What MAX tells a bot of what people do: https://dev.max.ru/docs-api/objects/Update"""

import hashlib
import hmac
import secrets
from typing import Any

from infra.sandbox.clock import system_time
from infra.sandbox.receivers.chats import Act

APART = 500_000_000_000
"""Users have other ids than the chats with them."""
FORGED = "0" * 64


def update(act: Act, token: str) -> dict[str, Any]:
    """Updates of MAX have no ids."""
    person = {"user_id": act.chat + APART, "first_name": "Анна", "last_name": "Ким", "is_bot": False}
    about = {"timestamp": int(system_time().timestamp() * 1000), "user_locale": "ru"}
    if act.stop or act.start is not None:
        kind = "bot_stopped" if act.stop else "bot_started"
        payload = {"payload": act.start} if act.start else {}
        return {"update_type": kind, **about, "chat_id": act.chat, "user": person, **payload}
    attachments = [_contact(act, act.contact, token)] if act.contact is not None else []
    body = {"mid": f"mid.{secrets.token_hex(16)}", "seq": 1, "text": act.text or "", "attachments": attachments}
    to = {"chat_id": act.chat, "chat_type": "dialog", "user_id": person["user_id"]}
    said = {"sender": person, "recipient": to, "timestamp": about["timestamp"], "body": body}
    return {"update_type": "message_created", **about, "message": said}


def _contact(act: Act, number: str, token: str) -> dict[str, Any]:
    card = f"BEGIN:VCARD\r\nVERSION:3.0\r\nTEL;TYPE=cell:{number.removeprefix('+')}\r\nFN:Анна Ким\r\nEND:VCARD\r\n"
    signature = FORGED if act.forged else hmac.new(token.encode(), card.encode(), hashlib.sha256).hexdigest()
    owner = act.chat + APART + (0 if act.own else 1)
    return {"type": "contact", "payload": {"vcf_info": card, "hash": signature, "max_info": {"user_id": owner}}}
