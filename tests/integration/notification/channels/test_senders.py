"""Mail and SMS over real HTTP, to a server that misbehaves as told."""

from collections.abc import Iterator

import pytest

from notification.channels.email.ses.client import Ses
from notification.channels.sms.smsru.client import SmsRu
from notification.errors import PermanentDeliveryError, TransientDeliveryError, UnknownDeliveryError
from tests.support.database import free_port
from tests.support.notification import KEY, MAIL, SMS, parcel, somebody
from tests.support.scripted_server import Script, scripted_server

pytestmark = pytest.mark.usefixtures("credentials")


@pytest.fixture
def provider() -> Iterator[Script]:
    with scripted_server() as script:
        yield script


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
        SmsRu(provider.url, KEY).send(parcel("+79261234567", SMS))

    assert provider.asked[0].body == {"api_id": "cyclorama", "to[79261234567]": SMS.text, "json": "1"}
    assert len(provider.asked) == 1


def test_where_nobody_listens_the_message_waits() -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"

    with pytest.raises(TransientDeliveryError, match="smsru_NewConnectionError"):
        SmsRu(nowhere, KEY).send(parcel("+79261234567", SMS))
    with pytest.raises(TransientDeliveryError, match="ses_NewConnectionError"):
        Ses("studio@cyclorama.test", nowhere).send(parcel(somebody(), MAIL))


def test_a_mail_that_nobody_could_sign_waits(provider: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")

    with pytest.raises(TransientDeliveryError, match=r"^ses_credentials$"):
        Ses("studio@cyclorama.test", provider.url).send(parcel(somebody(), MAIL))

    assert provider.asked == []


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
        Ses("studio@cyclorama.test", provider.url).send(parcel(somebody(), MAIL))


@pytest.mark.parametrize(
    ("answer", "error", "reason"),
    [
        ((503, {"__type": "ServiceUnavailable"}), TransientDeliveryError, "ses_ServiceUnavailable"),
        ((500, {}), UnknownDeliveryError, "ses_http_500"),
        ((502, b"<html>"), UnknownDeliveryError, "ses_unreadable"),
        ((200, {}), UnknownDeliveryError, "ses_unreadable"),
        (None, UnknownDeliveryError, "ses_ProtocolError"),
    ],
)
def test_where_ses_may_have_the_mail_nobody_says_that_it_has_not(
    provider: Script, answer: tuple[int, object] | None, error: type[Exception], reason: str
) -> None:
    provider.answers = [answer]

    with pytest.raises(TransientDeliveryError, match=f"^{reason}$") as caught:
        Ses("studio@cyclorama.test", provider.url).send(parcel(somebody(), MAIL))

    assert caught.type is error
    # It is asked once: there is no key by which it would know the second one.
    (asked,) = provider.asked
    assert asked.path == "/v2/email/outbound-emails"
    assert "/ses/aws4_request, SignedHeaders=content-type;host;x-amz-date, " in asked.headers["authorization"]


def test_a_message_waits_for_an_account_to_leave_sess_sandbox(provider: Script) -> None:
    words = (
        "Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: a@b.example"
    )
    provider.answers = [(400, {"__type": "MessageRejected", "message": words})]

    with pytest.raises(TransientDeliveryError, match=r"^ses_MessageRejected$"):
        Ses("studio@cyclorama.test", provider.url).send(parcel(somebody(), MAIL))


def test_a_name_beyond_ascii_reaches_ses_as_an_encoded_word(provider: Script) -> None:
    provider.answers = [(200, {"MessageId": "m-1"})]

    assert Ses("Студия <studio@cyclorama.test>", provider.url).send(parcel(somebody(), MAIL)) == "m-1"

    sender = provider.asked[0].body["FromEmailAddress"]
    assert sender.isascii()
    assert sender.startswith("=?utf-8?")
    assert sender.endswith("?= <studio@cyclorama.test>")
