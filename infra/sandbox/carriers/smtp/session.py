"""One conversation with the mail server: a line comes in, lines go out."""

import base64
import binascii
import re
from uuid import uuid4

from infra.sandbox.carriers.ses.requests import BadRequestError, parse, to_message
from infra.sandbox.carriers.world import World

NAME = "smtp"
USER, PASSWORD = "cyclorama", "cyclorama"
LARGEST = 10 * 1024 * 1024
LONGEST_LINE = 998
MAX_RECIPIENTS = 10
PATH = re.compile(r"(FROM|TO):\s*<([^<>\s]*)>((?: [A-Za-z0-9-]+(?:=[^\s]+)?)*)", re.IGNORECASE)
# By the part before the @, as mail simulators do.
MAILBOXES = {
    "nobody": "550 5.1.1 No such mailbox",
    "full": "452 4.2.2 The mailbox is full",
    "later": "451 4.7.1 Greylisted, come back later",
    "blocked": "550 5.7.1 Blocked by policy",
}
OUT_OF_ORDER, SYNTAX = "503 5.5.1 Bad sequence of commands", "501 5.5.4 Syntax error in parameters"


class HangUp(Exception):  # noqa: N818 - it is no error
    """The connection ends without an answer."""


class Session:
    """`over` after QUIT; `begins_tls` after STARTTLS was answered."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tls = False
        self.over = False
        self._begin()

    def _begin(self) -> None:
        self.begins_tls = False
        self._greeted = self._signed_in = self._awaits_login = False
        self._reset()

    def _reset(self) -> None:
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._lines: list[bytes] | None = None

    def greeting(self) -> list[str]:
        if self._world.behaviours.take(NAME, "down"):
            self.over = True
            return ["421 4.3.2 The service is not available"]
        return ["220 sandbox.test ESMTP"]

    def encrypted(self) -> None:
        """What was said before is forgotten."""
        self._begin()
        self._tls = True

    def hear(self, line: bytes) -> list[str]:
        if self._lines is not None:
            return self._more(line)
        if not line.endswith(b"\r\n") or not line.isascii():
            return ["500 5.5.2 Lines are ASCII and end in CRLF"]
        text = line.decode().strip()
        if self._awaits_login:
            return self._login(text)
        verb, _, rest = text.partition(" ")
        handler = getattr(self, f"_{verb.lower()}", None) if verb.isalpha() else None
        known = ("ehlo", "helo", "starttls", "auth", "mail", "rcpt", "data", "rset", "noop", "quit")
        return handler(rest.strip()) if handler and verb.lower() in known else ["500 5.5.2 Unknown command"]

    def _ehlo(self, name: str) -> list[str]:
        if not name:
            return [SYNTAX]
        self._reset()
        self._greeted = True
        offers = [f"SIZE {LARGEST}", "ENHANCEDSTATUSCODES", "DSN", "AUTH PLAIN" if self._tls else "STARTTLS"]
        return ["250-sandbox.test", *(f"250-{offer}" for offer in offers[:-1]), f"250 {offers[-1]}"]

    def _helo(self, name: str) -> list[str]:
        return ["250 sandbox.test"] if self._ehlo(name) != [SYNTAX] else [SYNTAX]

    def _starttls(self, rest: str) -> list[str]:
        if rest or self._tls or not self._greeted:
            return [SYNTAX if rest else OUT_OF_ORDER]
        self.begins_tls = True
        return ["220 2.0.0 Go ahead"]

    def _auth(self, rest: str) -> list[str]:
        if not self._tls:
            return ["538 5.7.11 Encryption is required for that"]
        mechanism, _, initial = rest.partition(" ")
        if mechanism.upper() != "PLAIN":
            return ["504 5.5.4 Unknown mechanism"]
        if initial:
            return self._login(initial)
        self._awaits_login = True
        return ["334 "]

    def _login(self, told: str) -> list[str]:
        self._awaits_login = False
        try:
            _, user, password = base64.b64decode(told, validate=True).decode().split("\0")
        except (binascii.Error, ValueError):
            return ["501 5.5.2 This is no PLAIN"]
        self._signed_in = (user, password) == (USER, PASSWORD)
        return ["235 2.7.0 Welcome" if self._signed_in else "535 5.7.8 Wrong user or password"]

    def _mail(self, rest: str) -> list[str]:
        found = PATH.fullmatch(rest)
        if not found or found[1].upper() != "FROM":
            return [SYNTAX]
        if not self._greeted or self._sender is not None:
            return [OUT_OF_ORDER]
        if self._tls and not self._signed_in:
            return ["530 5.7.0 Sign in first"]
        if self._world.behaviours.take(NAME, "limited"):
            return ["451 4.7.0 Too many messages, come back later"]
        if self._world.behaviours.take(NAME, "no_money"):
            return ["550 5.7.1 Sending is suspended for this account"]
        self._sender = found[2]
        return ["250 2.1.0 Ok"]

    def _rcpt(self, rest: str) -> list[str]:
        found = PATH.fullmatch(rest)
        if not found or found[1].upper() != "TO" or "@" not in found[2]:
            return [SYNTAX]
        if self._sender is None:
            return [OUT_OF_ORDER]
        if len(self._recipients) >= MAX_RECIPIENTS:
            return ["452 4.5.3 Too many recipients"]
        if refusal := MAILBOXES.get(found[2].partition("@")[0].lower()):
            return [refusal]
        self._recipients.append(found[2])
        return ["250 2.1.5 Ok"]

    def _data(self, rest: str) -> list[str]:
        if rest or not self._recipients:
            return [SYNTAX if rest else OUT_OF_ORDER]
        self._lines = []
        return ["354 End with a dot on a line of its own"]

    def _more(self, line: bytes) -> list[str]:
        """Nothing is answered until the mail is complete."""
        lines = self._lines if self._lines is not None else []
        if line != b".\r\n":
            lines.append(line)
            return []
        answer = self._take(lines)
        self._reset()
        return [answer]

    def _take(self, lines: list[bytes]) -> str:
        if fault := _fault(lines):
            return fault
        raw = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
        document = {
            "FromEmailAddress": self._sender or "",
            "Destination": {"ToAddresses": self._recipients},
            "Content": {"Raw": {"Data": base64.b64encode(raw).decode()}},
        }
        try:
            message = to_message(parse(document), f"smtp-{uuid4()}", self._world.now())
        except BadRequestError:
            return "554 5.6.0 This is no mail"
        self._world.messages.add(message)
        if self._world.behaviours.take(NAME, "silent"):
            raise HangUp
        return f"250 2.0.0 Queued as {message.id}"

    def _rset(self, _rest: str) -> list[str]:
        self._reset()
        return ["250 2.0.0 Ok"]

    def _noop(self, _rest: str) -> list[str]:
        return ["250 2.0.0 Ok"]

    def _quit(self, _rest: str) -> list[str]:
        self.over = True
        return ["221 2.0.0 Bye"]


def _fault(lines: list[bytes]) -> str | None:
    """Nothing that the server offers lets eight bits or long lines through."""
    if sum(map(len, lines)) > LARGEST:
        return "552 5.3.4 The mail is too big"
    if any(not line.endswith(b"\r\n") or len(line) > LONGEST_LINE + 2 for line in lines):
        return "500 5.5.2 Lines are at most 998 bytes long and end in CRLF"
    if not all(line.isascii() for line in lines):
        return "554 5.6.3 Eight bits were not agreed on"
    return None
