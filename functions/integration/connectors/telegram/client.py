"""Messages of a Telegram bot to staff: https://core.telegram.org/bots/api#sendmessage"""

from typing import ClassVar

from core.secrets import resolve
from integration.connectors.calls import JsonAnswer
from integration.connectors.messengers.engine import Messenger
from integration.deliveries.errors import PermanentSendError, TransientSendError
from shared_schemas.integration.connectors import ConnectorName

# Telegram recommends no more than one message a second to a chat.
INTERVAL_SECONDS = 1.0
LIMIT_SECONDS = 5.0
TOO_MANY = 429
# Words that it does not read, a chat that is not there or threw the bot out.
PERMANENT = frozenset({400, 403})


class Telegram(Messenger):
    """The credentials are the bot's token."""

    name: ConnectorName = "telegram"
    longest: ClassVar[int] = 4096

    def _say(self, chat: str, text: str) -> int:
        # The token is part of the address.
        url = f"{self._base_url}/bot{resolve(self._credentials)}/sendMessage"
        return self._judged(self._calls.call("POST", url, {}, {"chat_id": chat, "text": text, "parse_mode": "HTML"}))

    def _judged(self, answer: JsonAnswer) -> int:
        code = f"telegram_{answer.status}"
        if answer.status == 200 and answer.field("ok") is True:
            return answer.status
        if answer.status == TOO_MANY:
            asked = (answer.field("parameters") or {}).get("retry_after")
            raise self._calls.limited(answer, code, float(asked or LIMIT_SECONDS))
        if answer.status in PERMANENT:
            raise PermanentSendError(code, answer.status)
        # A wrong token (401, 404) is the operator's to fix, anything else Telegram's.
        raise TransientSendError(code, answer.status)
