"""What SMS.RU tells whoever gave it messages: many of them in one call."""

from pathlib import Path
from urllib.parse import urlencode

from notification.channels.sms.smsru.client import SmsRu
from tests.integration.sandbox.harness import Sandbox, shop_server
from tests.integration.sandbox.test_messages import sms
from tests.support.waiting import eventually

ACCOUNT = SmsRu("http://sms.example", '{"api_id": "cyclorama"}')


def test_a_call_tells_of_a_hundred_messages_and_the_next_of_those_after(tmp_path: Path) -> None:
    with shop_server() as shop:
        sandbox = Sandbox(tmp_path / "sandbox", shop.url, options=("--callback-url", f"{shop.url}/callbacks"))
        sandbox.start()
        try:
            first = sms(sandbox, **{f"to[792611122{number:02}]": "x" for number in range(100)})["sms"]
            last = sms(sandbox, **{"to[79261113300]": "x"})["sms"]
            eventually(lambda: len(shop.received) == 2)
        finally:
            assert sandbox.stop() == 0

    # As our own client reads and checks them.
    told = [ACCOUNT.told(urlencode(body).encode()) for path, _, body in shop.received if path == "/callbacks/smsru"]
    assert sorted(told, key=len) == [[one["sms_id"] for one in some.values()] for some in (last, first)]
