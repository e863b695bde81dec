"""Messages of a MAX bot to staff: https://dev.max.ru/docs-api/methods/POST/messages"""

from typing import ClassVar
from urllib.parse import quote

from core.bots import MaxCredentials
from integration.connectors.calls import JsonAnswer
from integration.connectors.messengers.engine import Messenger
from integration.deliveries.errors import PermanentSendError, TransientSendError
from shared_schemas.integration.connectors import ConnectorName

# MAX takes two messages a second to a chat.
INTERVAL_SECONDS = 0.5
LIMIT_SECONDS = 5.0
TOO_MANY = 429
# Words that it does not read; a chat that threw the bot out, or stopped it; one that is not there.
PERMANENT = frozenset({400, 403, 404})


class Max(Messenger):
    """The credentials are JSON `{"token", "ca"}`."""

    name: ConnectorName = "max"
    longest: ClassVar[int] = 4000

    def _say(self, chat: str, text: str) -> int:
        url = f"{self._base_url}/messages?chat_id={quote(chat, safe='')}&disable_link_preview=true"
        headers = {"Authorization": MaxCredentials.read(self._credentials).token}
        return self._judged(self._calls.call("POST", url, headers, {"text": text, "format": "html", "notify": True}))

    def _judged(self, answer: JsonAnswer) -> int:
        code = f"max_{answer.status}"
        if answer.status == 200:
            # Without an id of the message, nobody knows what was taken.
            said = answer.field("message")
            if isinstance(said, dict) and (said.get("body") or {}).get("mid"):
                return answer.status
            raise TransientSendError("max_unreadable", answer.status)
        if answer.status == TOO_MANY:
            raise self._calls.limited(answer, code, LIMIT_SECONDS)
        if answer.status in PERMANENT:
            raise PermanentSendError(code, answer.status)
        # A wrong token (401) is the operator's to fix, anything else MAX's.
        raise TransientSendError(code, answer.status)
