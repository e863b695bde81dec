"""Mail through a mail server (RFC 5321)."""

import json
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.utils import parseaddr

from core.observability import logger
from core.secrets import resolve
from core.settings import load_settings
from notification.channels.email.mime import bare, mime
from notification.channels.email.settings import EmailSettings
from notification.channels.email.smtp.settings import SmtpSettings
from notification.channels.port import Parcel
from notification.errors import (
    DeliveryError,
    PermanentDeliveryError,
    RefusedHereError,
    TransientDeliveryError,
    UnknownDeliveryError,
)

LABEL = "SMTP"
TIMEOUT_SECONDS = 10
GO_AHEAD, TAKEN, PERMANENT = 354, 250, 500
# RFC 3463: the address is wrong, moved or full; all else that is permanent is about us or this server.
ABOUT_THE_ADDRESS = re.compile(rb"^5\.(1\.[1236]|2\.[0-4])\b")
NO_SUCH_MAILBOX = frozenset({550, 551, 553})


class Smtp:
    """A server, `credentials` being JSON `{"user", "password"}` or a reference to it, or empty."""

    def __init__(self, mail_from: str, settings: SmtpSettings) -> None:
        self._from = mail_from
        self._settings = settings

    def send(self, parcel: Parcel) -> str:
        """Our own id of the mail: servers tell theirs in words of their own, if at all."""
        mail = mime(self._from, parcel)
        with _trouble(), self._connected() as server:
            _require(server.mail(parseaddr(self._from)[1], _envelope(server, parcel)), "smtp_sender", about_us=True)
            _require(server.rcpt(bare(parcel.address), _reports(server)), "smtp_recipient")
            _require(server.docmd("DATA"), "smtp_data", GO_AHEAD)
            _hand_over(server, mail)
        return str(parcel.key)

    def find(self, parcel: Parcel) -> str | None:  # noqa: ARG002 - it has no way to
        raise UnknownDeliveryError("smtp_cannot_tell")

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        """Greeted, encrypted, signed in. A server that does not encrypt gets nothing from us."""
        settings = self._settings
        context = ssl.create_default_context(cadata=resolve(settings.smtp_ca) or None)
        where, port = settings.smtp_host, settings.smtp_port
        if settings.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(where, port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            server = smtplib.SMTP(where, port, timeout=TIMEOUT_SECONDS)
        try:
            if settings.smtp_security == "starttls":
                server.starttls(context=context)
            server.ehlo_or_helo_if_needed()
            if settings.smtp_credentials and settings.smtp_security != "none":
                known = json.loads(resolve(settings.smtp_credentials))
                server.login(known["user"], known["password"])
            yield server
            with suppress(smtplib.SMTPException, OSError):
                # Nobody waits for the farewell: the mail is taken.
                server.putcmd("QUIT")
        finally:
            server.close()


def configured() -> Smtp | None:
    """None without a server."""
    settings = load_settings(SmtpSettings)
    return Smtp(load_settings(EmailSettings).mail_from, settings) if settings.smtp_host else None


@contextmanager
def _trouble() -> Iterator[None]:
    """Whatever happens before the mail is handed over leaves it with us."""
    try:
        yield
    except DeliveryError as error:
        logger.warning("The mail server refused a message", reason=error.reason)
        raise
    except smtplib.SMTPResponseException as error:
        raise TransientDeliveryError(f"smtp_{error.smtp_code}") from error
    except (smtplib.SMTPException, OSError) as error:
        raise TransientDeliveryError(f"smtp_{type(error).__name__}") from error


def _hand_over(server: smtplib.SMTP, mail: bytes) -> None:
    """From here on silence means that nobody knows."""
    # A dot at the beginning of a line would end the mail.
    stuffed = re.sub(rb"(?m)^\.", b"..", mail)
    try:
        server.send((stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n") + b".\r\n")
        answer = server.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise UnknownDeliveryError(f"smtp_{type(error).__name__}") from error
    _require(answer, "smtp_mail")


def _require(answer: tuple[int, bytes], step: str, expected: int = TAKEN, *, about_us: bool = False) -> None:
    """4yz passes, 5yz does not; what is permanent of one server may be possible at another."""
    code, words = answer
    if code == expected or (expected == TAKEN and code in (251, 252)):
        return
    reason = f"{step}_{code}"
    if code < PERMANENT or about_us:
        raise TransientDeliveryError(reason)
    if ABOUT_THE_ADDRESS.match(words) or (
        step == "smtp_recipient" and code in NO_SUCH_MAILBOX and not _enhanced(words)
    ):
        raise PermanentDeliveryError(reason)
    raise RefusedHereError(reason)


def _enhanced(words: bytes) -> bool:
    return re.match(rb"^[245]\.\d{1,3}\.\d{1,3}\b", words) is not None


def _envelope(server: smtplib.SMTP, parcel: Parcel) -> list[str]:
    """A report of failure (RFC 3461) names the message by our id."""
    return [f"ENVID={parcel.key}"] if server.has_extn("dsn") else []


def _reports(server: smtplib.SMTP) -> list[str]:
    return ["NOTIFY=FAILURE,DELAY"] if server.has_extn("dsn") else []
