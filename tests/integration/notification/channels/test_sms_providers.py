"""SMS to the providers of the sandbox, one after the other."""

from collections.abc import Iterator
from uuid import uuid4

import boto3
import pytest
import urllib3
from botocore.config import Config

from notification.channels.failover import FailOver
from notification.channels.port import Provider
from notification.channels.sms.smsaero.client import SmsAero
from notification.channels.sms.smsc.client import Smsc
from notification.channels.sms.smsru.client import SmsRu
from notification.channels.sms.sns.client import Sns
from notification.errors import PermanentDeliveryError, TransientDeliveryError, UnknownDeliveryError
from tests.support.notification import KEY, SMS, parcel
from tests.support.system.sandbox import outbox, running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

pytestmark = pytest.mark.usefixtures("credentials")
HTTP = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)
SMSC = '{"login": "cyclorama", "password": "cyclorama"}'
AERO = '{"email": "studio@cyclorama.test", "api_key": "cyclorama", "sign": "Cyclorama"}'


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as url:
        yield url


def providers(sandbox: str) -> dict[str, Provider]:
    return {
        "smsru": SmsRu(f"{sandbox}/smsru", KEY),
        "smsc": Smsc(f"{sandbox}/smsc", SMSC),
        "smsaero": SmsAero(f"{sandbox}/smsaero/v2", AERO),
        "sns": Sns(f"{sandbox}/sns", "STUDIO"),
    }


def behave(sandbox: str, name: str, **how: int) -> None:
    assert HTTP.request("PUT", f"{sandbox}/_sandbox/carriers/{name}", json=how).status == 200


def number() -> str:
    return f"+7926{uuid4().int % 10**7:07}"


@pytest.mark.parametrize("name", ["smsru", "smsc", "smsaero", "sns"])
def test_each_brings_a_text_as_it_was_written(sandbox: str, name: str) -> None:
    to = number()

    assert providers(sandbox)[name].send(parcel(to, SMS))

    (arrived,) = outbox(sandbox, to)
    assert (arrived["channel"], arrived["to"], arrived["text"]) == ("sms", to, SMS.text)


@pytest.mark.parametrize("how", ["down", "no_money", "limited"])
@pytest.mark.parametrize("name", ["smsru", "smsc", "smsaero", "sns"])
def test_one_that_cannot_is_passed_over_at_once(sandbox: str, name: str, how: str) -> None:
    to, chain = number(), providers(sandbox)
    spare = "smsc" if name == "smsru" else "smsru"
    behave(sandbox, name, **{how: 1})

    assert FailOver({name: chain[name], spare: chain[spare]}).send(parcel(to, SMS)).provider == spare
    assert len(outbox(sandbox, to)) == 1


@pytest.mark.parametrize("name", ["smsc", "smsaero"])
def test_one_that_hung_up_is_asked_and_has_it(sandbox: str, name: str) -> None:
    to, chain = number(), providers(sandbox)
    behave(sandbox, name, silent=1)

    assert FailOver({name: chain[name], "smsru": chain["smsru"]}).send(parcel(to, SMS)).provider == name
    assert len(outbox(sandbox, to)) == 1, "nobody reads it twice"


@pytest.mark.parametrize("name", ["smsru", "sns"])
def test_one_that_hung_up_and_cannot_tell_is_not_replaced_in_this_attempt(sandbox: str, name: str) -> None:
    to, chain = number(), providers(sandbox)
    behave(sandbox, name, silent=1)

    with pytest.raises(UnknownDeliveryError):
        FailOver({name: chain[name], "smsc": chain["smsc"]}).send(parcel(to, SMS))
    assert len(outbox(sandbox, to)) == 1


def test_smsc_answers_the_same_within_a_minute_as_a_refusal(sandbox: str) -> None:
    to, smsc = number(), providers(sandbox)["smsc"]
    smsc.send(parcel(to, SMS))

    with pytest.raises(TransientDeliveryError, match="smsc_9"):
        smsc.send(parcel(to, SMS))


@pytest.mark.parametrize(
    ("name", "credentials", "reason"),
    [
        ("smsru", '{"api_id": "wrong"}', "smsru_200"),
        ("smsc", '{"login": "cyclorama", "password": "?"}', "smsc_2"),
        ("smsaero", AERO.replace('"cyclorama"', '"?"'), "smsaero_refused"),
        ("smsaero", AERO.replace('"Cyclorama"', '"?"'), "smsaero_refused"),
    ],
)
def test_what_is_wrong_with_us_is_ours_to_mend_and_the_message_waits(
    sandbox: str, name: str, credentials: str, reason: str
) -> None:
    made: dict[str, Provider] = {
        "smsru": SmsRu(f"{sandbox}/smsru", credentials),
        "smsc": Smsc(f"{sandbox}/smsc", credentials),
        "smsaero": SmsAero(f"{sandbox}/smsaero/v2", credentials),
    }

    with pytest.raises(TransientDeliveryError, match=reason):
        made[name].send(parcel(number(), SMS))


@pytest.mark.parametrize("name", ["smsru", "smsc", "smsaero", "sns"])
def test_a_number_that_cannot_be_one_is_final(sandbox: str, name: str) -> None:
    with pytest.raises(PermanentDeliveryError):
        providers(sandbox)[name].send(parcel("+7", SMS))


def test_the_sandboxs_sns_speaks_with_amazons_client(sandbox: str) -> None:
    config = Config(retries={"total_max_attempts": 1})
    client = boto3.client("sns", endpoint_url=f"{sandbox}/sns", region_name="us-east-1", config=config)
    with pytest.raises(client.exceptions.InvalidParameterException):
        client.publish(PhoneNumber="12", Message="x")
    with pytest.raises(client.exceptions.ClientError, match="InvalidAction"):
        client.list_topics()
