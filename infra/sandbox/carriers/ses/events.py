"""What SES publishes of a mail by its configuration set: its simulator's addresses say what becomes of theirs.

https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html"""

import asyncio
import json
import logging
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import aiohttp

from infra.sandbox.clock import system_time

log = logging.getLogger("sandbox")
TIMEOUT = aiohttp.ClientTimeout(total=10)
TRIES, PAUSE_SECONDS = 4, 1.0
GATHER_SECONDS = 0.1
TOGETHER = 10
"""As many messages as one request of SQS may have."""
HEADERS = {"Content-Type": "application/x-amz-json-1.0", "X-Amz-Target": "AmazonSQS.SendMessageBatch"}
SIMULATOR = "@simulator.amazonses.com"
TOPIC = "arn:aws:sns:us-east-1:000000000000:cyclorama-mail-events"


def events(mail_id: str, address: str, at: datetime, *, bounces: bool) -> list[dict[str, Any]]:
    """What is told of one mail to one address, in its order."""
    # `bounce+anything@` does the same as `bounce@`.
    local, simulated, _ = address.lower().partition(SIMULATOR)
    who = local.partition("+")[0] if simulated else ""
    about = {"mail": {"messageId": mail_id, "timestamp": _written(at), "destination": [address]}}
    recipient = [{"emailAddress": address}]
    delivery = {"eventType": "Delivery", "delivery": {"timestamp": _written(at), "recipients": [address]}, **about}
    if who in ("bounce", "suppressionlist") or bounces:
        return [{"eventType": "Bounce", "bounce": _bounce(at, recipient, "Permanent", "General"), **about}]
    if who == "ooto":
        return [delivery, {"eventType": "Bounce", "bounce": _bounce(at, recipient, "Transient", "General"), **about}]
    if who == "complaint":
        complaint = {
            "complainedRecipients": recipient,
            "timestamp": _written(at),
            "feedbackId": _feedback(),
            "complaintFeedbackType": "abuse",
        }
        return [delivery, {"eventType": "Complaint", "complaint": complaint, **about}]
    return [delivery]


class Topic:
    """Hands events to the queue that subscribed to the topic, as SNS does: wrapped, as a string. Those that come
    together go in one request."""

    def __init__(self, queue: str) -> None:
        """`queue` is its address at an SQS that is here; empty is nowhere."""
        self._queue = queue
        self._untold: list[str] = []
        self._going: asyncio.Task[None] | None = None

    def publish(self, told: list[dict[str, Any]]) -> None:
        """Soon: whoever sends mail is answered first."""
        if self._queue:
            self._untold += map(wrapped, told)
            self._go_on()

    def _go_on(self) -> None:
        if self._untold and self._going is None:
            self._going = asyncio.get_running_loop().create_task(self._publish())
            self._going.add_done_callback(self._ended)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        self._going = None
        if not task.cancelled():
            # What came while the last of these were on their way.
            self._go_on()

    async def _publish(self) -> None:
        await asyncio.sleep(GATHER_SECONDS)
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            while some := self._untold[:TOGETHER]:
                del self._untold[:TOGETHER]
                await self._send(session, some)

    async def _send(self, session: aiohttp.ClientSession, some: list[str]) -> None:
        entries = [{"Id": str(place), "MessageBody": body} for place, body in enumerate(some)]
        for _ in range(TRIES):
            entries = await self._left(session, entries)
            if not entries:
                return
            await asyncio.sleep(PAUSE_SECONDS)

    async def _left(self, session: aiohttp.ClientSession, entries: list[dict[str, str]]) -> list[dict[str, str]]:
        """Those that were not taken."""
        body = json.dumps({"QueueUrl": self._queue, "Entries": entries}).encode()
        try:
            async with session.post(self._queue, data=body, headers=HEADERS) as answer:
                if answer.status < 300:
                    failed = {each["Id"] for each in (await answer.json(content_type=None)).get("Failed", [])}
                    return [entry for entry in entries if entry["Id"] in failed]
                log.info("events of mail were answered with %d", answer.status)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.info("events of mail were not taken: %s", type(error).__name__)
        return entries


def wrapped(event: dict[str, Any]) -> str:
    """A notification of SNS."""
    return json.dumps(
        {
            "Type": "Notification",
            "MessageId": str(uuid4()),
            "TopicArn": TOPIC,
            "Subject": "Amazon SES Email Event Notification",
            "Message": json.dumps(event),
            "Timestamp": _written(system_time()),
        }
    )


def _bounce(at: datetime, recipients: list[dict[str, str]], kind: str, detail: str) -> dict[str, Any]:
    told = {"bounceType": kind, "bounceSubType": detail, "bouncedRecipients": recipients}
    return {**told, "timestamp": _written(at), "feedbackId": _feedback()}


def _feedback() -> str:
    return f"0102{uuid4()}-000000"


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
