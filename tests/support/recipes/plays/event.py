"""Staff resolve a failure: that is published, and told in Telegram."""
# ruff: noqa: T201 - its test reads it

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs

from integration import consumers_connectors
from shared_schemas.events.envelope import Envelope
from tests.support.recipes.plays.errors import Errors
from tests.support.samples import sample
from tests.support.scripted_server import scripted_server
from tests.support.system.environment import Context

GOLDEN = Path("shared_schemas/golden")


def main() -> None:
    errors = Errors()
    found = errors.happens("slot_gone")
    answer = errors.asks("POST /v1/errors/{error_id}/resolve", {"note": "mended"}, error_id=found)
    assert answer.status == 200, answer
    # Beside it, the trail of who resolved it.
    (told,) = [each for each in errors.broker.taken if each.type == "service.error_resolved"]
    schema = json.loads((GOLDEN / f"{told.type}.v{told.version}.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(schema, validate_formats=True).validate(told.data)
    print(json.dumps({"status": answer.status, "told": told.type, **delivered(told)}))


def delivered(told: Envelope) -> dict[str, Any]:
    """What the queue's function makes of it."""
    with scripted_server() as telegram:
        telegram.answers = [(200, {"ok": True})]
        settings = {"BASE_URL": telegram.url, "TOKEN": "t", "CHATS": "-1", "LOCALE": "en"}
        os.environ |= {f"TELEGRAM_{name}": value for name, value in settings.items()}
        answer = consumers_connectors.HANDLERS["telegram"](queued(told), Context())
    return {"failed": answer["batchItemFailures"], "read": telegram.asked[0].body["text"]}


def queued(told: Envelope) -> dict[str, Any]:
    """As EventBridge puts it into a queue."""
    (record,) = sample("sqs_payment_succeeded")["Records"]
    body = json.loads(record["body"]) | {"detail-type": told.type, "detail": told.model_dump(mode="json")}
    return {"Records": [record | {"body": json.dumps(body)}]}


main()
