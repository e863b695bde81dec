"""Run in the copy of the tree, with a database: how deliveries to the toy go."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any, cast

import urllib3
from sqlalchemy import create_engine

from core.service_client import ServiceClient
from integration.connectors.registry import NAMES, World, switched_on
from integration.deliveries.connectors import Connectors
from integration.deliveries.service import Dispatch
from shared_schemas.integration.connectors import ConnectorName, DeliveriesQuery
from tests.support.integration.connectors import PLENTY, STAFF_ID, Studio, happened
from tests.support.system.sandbox import running_sandbox
from tests.support.waiting import PATIENCE_SECONDS

TOY = cast(ConnectorName, "toy")
HTTP = urllib3.PoolManager(timeout=PATIENCE_SECONDS, retries=False)


def play(url: str, state: Path) -> dict[str, Any]:
    """Delivered at once; kept while it is paused; tried again where the receiver fails, and refused a wrong token."""
    studio = Studio(create_engine(url))
    with running_sandbox(state) as sandbox:
        os.environ |= {"TOY_BASE_URL": f"{sandbox}/toy", "TOY_TOKEN": "toy"}
        client = ServiceClient("integration", sandbox, "", studio.clock)
        on = switched_on(["toy"], World(studio.work, studio.clock, client))
        dispatch = Dispatch(studio.work, studio.clock, on, lambda: 0.999)
        desk = Connectors(studio.work, studio.clock, on, NAMES)

        def story(kind: str = "booking.created") -> str:
            taken = dispatch.take(TOY, happened().model_copy(update={"type": kind}))
            dispatch.send(TOY, taken, PLENTY)
            return status()

        def status() -> str:
            newest = desk.deliveries("toy", DeliveriesQuery(limit=1)).data
            return f"{newest[0].status} {newest[0].error or ''}".strip() if newest else "nothing"

        told = {"of what it does not take": story("booking.confirmed"), "of a booking": story()}
        desk.pause("toy", STAFF_ID, "a test")
        studio.clock.advance(seconds=1)
        told["while it is paused"] = story()
        desk.resume("toy", "a test")
        told["due once it goes on"] = str(dispatch.send_due(TOY, PLENTY))
        HTTP.request("PUT", f"{sandbox}/_sandbox/knobs", json={"receiver_down": 1})
        studio.clock.advance(seconds=1)
        told["while it fails"] = story()
        studio.clock.advance(seconds=60)
        told["due a minute later"] = str(dispatch.send_due(TOY, PLENTY))
        told["at last"] = status()
        lines = HTTP.request("GET", f"{sandbox}/toy/lines").json()["data"]
    return told | {"lines": [line["about"] for line in lines]}


def main() -> None:
    with tempfile.TemporaryDirectory() as state:
        print(json.dumps(play(os.environ["DATABASE_URL"], Path(state))))  # noqa: T201 - the answer


main()
