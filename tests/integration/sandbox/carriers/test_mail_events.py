"""What SES tells of mail by way of a queue: what comes together goes in one request, and what is refused again."""

import json
from pathlib import Path

from tests.integration.sandbox.harness import Sandbox, shop_server
from tests.integration.sandbox.test_messages import send
from tests.support.waiting import eventually

TWO = {"ToAddresses": ["anna@example.test", "boris@example.test"]}


def test_events_of_a_mail_go_together_and_the_refused_one_goes_again(tmp_path: Path) -> None:
    with shop_server() as queue:
        queue.answers[:] = ['{"Successful": [{"Id": "0"}], "Failed": [{"Id": "1"}]}', '{"Failed": []}', "{}"]
        options = ("--mail-events-url", f"{queue.url}/000000000000/mail-events")
        sandbox = Sandbox(tmp_path / "sandbox", queue.url, options=options)
        sandbox.start()
        try:
            send(sandbox, "", Destination=TWO, ConfigurationSetName="mail-events")
            eventually(lambda: len(queue.received) == 2)
            send(sandbox, "vera@example.test", ConfigurationSetName="mail-events")
            eventually(lambda: len(queue.received) == 3)
        finally:
            assert sandbox.stop() == 0

    told = [
        [json.loads(json.loads(one["MessageBody"])["Message"]) for one in body["Entries"]]
        for *_, body in queue.received
    ]
    readers = [[event["mail"]["destination"][0] for event in some] for some in told]
    assert readers == [[*TWO["ToAddresses"]], ["boris@example.test"], ["vera@example.test"]]
    assert {path for path, *_ in queue.received} == {"/000000000000/mail-events"}
    actions = {headers["X-Amz-Target"] for _, headers, _ in queue.received}
    assert actions == {"AmazonSQS.SendMessageBatch"}
