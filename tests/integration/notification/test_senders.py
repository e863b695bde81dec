"""Mail and SMS over real HTTP, to a server that misbehaves as told."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from core.aws import aws_client
from notification.errors import PermanentDeliveryError, TransientDeliveryError
from notification.senders.ses import SesSender
from notification.senders.smsru import SmsRuSender
from shared_schemas.notification import Message
from tests.support.database import free_port
from tests.support.scripted_server import Script, scripted_server

KEY = '{"api_id": "cyclorama"}'
SMS = Message(text="Бронь 7K3M9QXA подтверждена")
MAIL = Message(text="Ждём вас\n", subject="Бронирование подтверждено", html="<p>Ждём вас</p>")


@pytest.fixture
def provider() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    aws_client.cache_clear()
    yield
    aws_client.cache_clear()


def somebody() -> str:
    return f"{uuid4().hex[:12]}@example.test"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((503, {}), "smsru_http_503"),
        ((200, b"<html>"), "smsru_unreadable"),
        (None, "smsru_ProtocolError"),
    ],
)
def test_a_provider_that_stumbles_is_asked_again_later(
    provider: Script, answer: tuple[int, object] | None, reason: str
) -> None:
    provider.answers = [answer]

    with pytest.raises(TransientDeliveryError, match=f"^{reason}$"):
        SmsRuSender(provider.url, KEY).send("+79261234567", SMS)

    assert provider.asked[0].body == {"api_id": "cyclorama", "to[79261234567]": SMS.text, "json": "1"}
    assert len(provider.asked) == 1


def test_where_nobody_listens_the_message_waits() -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(TransientDeliveryError, match="smsru_NewConnectionError"):
        SmsRuSender(nowhere, KEY).send("+79261234567", SMS)
    with pytest.raises(TransientDeliveryError, match="ses_EndpointConnectionError"):
        SesSender("studio@cyclorama.test", nowhere).send(somebody(), MAIL)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("MessageRejected", PermanentDeliveryError),
        ("SendingPausedException", TransientDeliveryError),
        ("MailFromDomainNotVerifiedException", TransientDeliveryError),
    ],
)
def test_only_sess_word_on_the_message_itself_is_final(provider: Script, code: str, error: type[Exception]) -> None:
    provider.answers = [(400, {"__type": code, "message": "no"})]

    with pytest.raises(error, match=f"^ses_{code}$"):
        SesSender("studio@cyclorama.test", provider.url).send(somebody(), MAIL)


def test_a_name_beyond_ascii_reaches_ses_as_an_encoded_word(provider: Script) -> None:
    provider.answers = [(200, {"MessageId": "m-1"})]

    assert SesSender("Студия <studio@cyclorama.test>", provider.url).send(somebody(), MAIL) == "m-1"

    sender = provider.asked[0].body["FromEmailAddress"]
    assert sender.isascii()
    assert sender.startswith("=?utf-8?")
    assert sender.endswith("?= <studio@cyclorama.test>")
