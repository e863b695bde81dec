"""Mail and SMS to the sandbox that the one-machine system runs with."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from notification.channels.email.ses.client import Ses
from notification.channels.sms.smsru.client import SmsRu
from notification.errors import TransientDeliveryError
from tests.support.notification import KEY, MAIL, SMS, parcel, somebody
from tests.support.system.sandbox import outbox, running_sandbox

pytestmark = pytest.mark.usefixtures("credentials")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


def test_mail_arrives_as_it_was_written(sandbox: str) -> None:
    address = somebody()

    reference = Ses("Студия <studio@cyclorama.test>", f"{sandbox}/ses").send(parcel(address, MAIL))

    (arrived,) = outbox(sandbox, address)
    assert reference
    assert (arrived["channel"], arrived["to"]) == ("email", address)
    assert (arrived["subject"], arrived["text"], arrived["html"].strip()) == (MAIL.subject, MAIL.text, MAIL.html)


def test_an_sms_arrives_as_it_was_written(sandbox: str) -> None:
    number = f"+7926{uuid4().int % 10**7:07}"

    reference = SmsRu(f"{sandbox}/smsru", KEY).send(parcel(number, SMS))

    (arrived,) = outbox(sandbox, number.removeprefix("+"))
    assert reference
    assert (arrived["channel"], arrived["text"]) == ("sms", SMS.text)


def test_a_wrong_key_is_ours_to_mend_and_the_message_waits(sandbox: str) -> None:
    with pytest.raises(TransientDeliveryError, match="smsru_200"):
        SmsRu(f"{sandbox}/smsru", '{"api_id": "wrong"}').send(parcel("+79261234567", SMS))
