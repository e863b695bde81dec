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
    """Hands events to the queue that subscribed to the topic, as SNS does: wrapped, as a string."""

    def __init__(self, queue: str) -> None:
        """`queue` is its address at an SQS that is here; empty is nowhere."""
        self._queue = queue
        self._going: set[asyncio.Task[None]] = set()

    def publish(self, told: list[dict[str, Any]]) -> None:
        """Soon: whoever sends mail is answered first."""
        if not self._queue:
            return
        task = asyncio.get_running_loop().create_task(self._publish(told))
        self._going.add(task)
        task.add_done_callback(self._going.discard)

    async def _publish(self, told: list[dict[str, Any]]) -> None:
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            for event in told:
                await self._send(session, wrapped(event))

    async def _send(self, session: aiohttp.ClientSession, body: str) -> None:
        form = {"Action": "SendMessage", "Version": "2012-11-05", "QueueUrl": self._queue, "MessageBody": body}
        for _ in range(TRIES):
            try:
                async with session.post(self._queue, data=form) as answer:
                    if answer.status < 300:
                        return
                    log.info("an event of mail was answered with %d", answer.status)
            except (aiohttp.ClientError, TimeoutError) as error:
                log.info("an event of mail was not taken: %s", type(error).__name__)
            await asyncio.sleep(PAUSE_SECONDS)


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
