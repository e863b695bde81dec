"""Mail to the sandbox's mail server, by our client and by Python's own."""

import smtplib
import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import urllib3

from notification.channels.email.smtp.client import Smtp
from notification.channels.email.smtp.settings import SmtpSettings
from notification.errors import DeliveryError, PermanentDeliveryError, RefusedHereError, TransientDeliveryError
from notification.errors import UnknownDeliveryError as Unknown
from tests.support.database import free_port
from tests.support.notification import MAIL, parcel, somebody
from tests.support.system.sandbox import outbox, running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

HTTP = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)
FROM = "Студия <studio@cyclorama.test>"
KNOWN = '{"user": "cyclorama", "password": "cyclorama"}'


class Server(NamedTuple):
    url: str
    port: int
    certificate: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    state, port = tmp_path_factory.mktemp("sandbox"), free_port()
    with running_sandbox(state, "http://127.0.0.1:9/webhooks", "--smtp-port", str(port)) as url:
        yield Server(url, port, state / "smtp.pem")


def client(server: Server, **changes: Any) -> Smtp:
    told: dict[str, Any] = {"smtp_host": "127.0.0.1", "smtp_port": server.port, "smtp_credentials": KNOWN}
    told["smtp_ca"] = server.certificate.read_text(encoding="ascii")
    return Smtp(FROM, SmtpSettings(**(told | changes)))


def behave(server: Server, **how: int) -> None:
    assert HTTP.request("PUT", f"{server.url}/_sandbox/carriers/smtp", json=how).status == 200


@pytest.mark.parametrize("security", ["starttls", "none"])
def test_mail_arrives_as_it_was_written(server: Server, security: str) -> None:
    address, message = somebody(), MAIL.model_copy(update={"text": ".a dot\n..two\n"})

    assert client(server, smtp_security=security).send(parcel(address, message))

    (arrived,) = outbox(server.url, address)
    assert (arrived["to"], arrived["subject"], arrived["text"]) == (address, MAIL.subject, message.text)


def test_a_certificate_that_nobody_vouches_for_gets_nothing(server: Server) -> None:
    address = somebody()

    with pytest.raises(TransientDeliveryError, match="smtp_SSLCertVerificationError"):
        client(server, smtp_ca="").send(parcel(address, MAIL))
    assert outbox(server.url, address) == []


@pytest.mark.parametrize(
    ("mailbox", "error", "reason"),
    [
        ("nobody", PermanentDeliveryError, "smtp_recipient_550"),
        ("blocked", RefusedHereError, "smtp_recipient_550"),
        ("full", TransientDeliveryError, "smtp_recipient_452"),
        ("later", TransientDeliveryError, "smtp_recipient_451"),
    ],
)
def test_what_passes_is_tried_again_and_what_does_not_is_not(
    server: Server, mailbox: str, error: type[DeliveryError], reason: str
) -> None:
    with pytest.raises(error, match=f"^{reason}$"):
        client(server).send(parcel(f"{mailbox}@example.test", MAIL))


@pytest.mark.parametrize(
    ("how", "error", "reason"),
    [
        ("down", TransientDeliveryError, "smtp_421"),
        ("limited", TransientDeliveryError, "smtp_sender_451"),
        ("no_money", TransientDeliveryError, "smtp_sender_550"),
        ("silent", Unknown, "smtp_SMTPServerDisconnected"),
    ],
)
def test_only_silence_after_the_mail_is_unknown(
    server: Server, how: str, error: type[DeliveryError], reason: str
) -> None:
    address = somebody()
    behave(server, **{how: 1})

    with pytest.raises(error, match=f"^{reason}$") as refused:
        client(server).send(parcel(address, MAIL))

    assert isinstance(refused.value, Unknown) == (how == "silent")
    assert len(outbox(server.url, address)) == (how == "silent")


def test_a_wrong_password_is_ours_to_mend(server: Server) -> None:
    with pytest.raises(TransientDeliveryError, match="smtp_535"):
        client(server, smtp_credentials='{"user": "cyclorama", "password": "?"}').send(parcel(somebody(), MAIL))


def test_where_nobody_listens_the_message_waits(server: Server) -> None:
    with pytest.raises(TransientDeliveryError, match="smtp_ConnectionRefusedError"):
        client(server, smtp_port=free_port()).send(parcel(somebody(), MAIL))


def test_the_server_is_as_strict_as_real_ones(server: Server) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@shop.test", "b@shop.test", "x"
    with smtplib.SMTP("127.0.0.1", server.port, timeout=PATIENCE_SECONDS) as conversation:
        assert conversation.docmd("MAIL FROM:<a@shop.test>")[0] == 503
        conversation.ehlo()
        assert conversation.docmd("AUTH PLAIN AGEAYg==")[0] == 538
        conversation.starttls(context=ssl.create_default_context(cafile=str(server.certificate)))
        conversation.ehlo()
        with pytest.raises(smtplib.SMTPSenderRefused):
            conversation.send_message(mail)
        conversation.login("cyclorama", "cyclorama")
        assert conversation.docmd("RCPT TO:<b@shop.test>")[0] == 503
        assert conversation.docmd("DATA")[0] == 503
        assert conversation.docmd("VRFY b@shop.test")[0] == 500
        with pytest.raises(smtplib.SMTPDataError, match="Eight bits"):
            conversation.sendmail("a@shop.test", ["b@shop.test"], "Subject: x\r\n\r\nпривет\r\n".encode())
        assert conversation.send_message(mail) == {}
