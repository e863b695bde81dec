"""Receiving, deleting and hiding messages, in the place of ministack's own: a poll wakes when a message comes, where
that looks ten times a second, and no call reads a whole queue."""

import json
import time
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from ministack.services import sqs  # type: ignore[import-untyped]

from infra.local.broker.backlog import Backlog, backlog_of

LOOK_SECONDS = 5.0
"""How often a poll makes sure that its queue still has the backlog that it waits for."""
MOST = 10
Data = dict[str, Any]


async def receive(data: Data, url: str, gone: Callable[[], bool] = lambda: False) -> Data:
    """As SQS does; a sender that is `gone` is handed nothing. Queues that keep an order are left to ministack."""
    queue = sqs._get_q(data.get("QueueUrl", url), "sqs:ReceiveMessage")
    most = int(data.get("MaxNumberOfMessages", 1))
    if queue["is_fifo"] or not 1 <= most <= MOST:
        return dict(await _ministack_receives(data, url))
    hidden = int(_told(data, queue, "VisibilityTimeout", "VisibilityTimeout"))
    deadline = time.time() + int(_told(data, queue, "WaitTimeSeconds", "ReceiveMessageWaitTimeSeconds"))
    while True:
        now = time.time()
        taken = [] if gone() else _take(queue, most, now, now + hidden)
        if taken or now >= deadline or gone():
            return {"Messages": [_shown(message, data) for message in taken]} if taken else {}
        await backlog_of(queue).changed(now, min(LOOK_SECONDS, deadline - now))


def delete_batch(data: Data, url: str) -> Data:
    """Each receipt by itself."""
    queue = sqs._get_q(data.get("QueueUrl", url), "sqs:DeleteMessage")
    entries = data.get("Entries", [])
    sqs._validate_batch_entries(entries, "DeleteMessageBatchRequestEntry")
    answer: Data = {"Successful": [], "Failed": []}
    backlog = backlog_of(queue)
    for entry in entries:
        if message := backlog.held(entry.get("ReceiptHandle", "")):
            backlog.remove(message)
            answer["Successful"].append({"Id": entry["Id"]})
        else:
            answer["Failed"].append(_unknown_receipt(entry["Id"]))
    return answer


def delete(data: Data, url: str) -> Data:
    """One message; an unknown receipt is refused."""
    queue = sqs._get_q(data.get("QueueUrl", url), "sqs:DeleteMessage")
    backlog = backlog_of(queue)
    if message := backlog.held(data.get("ReceiptHandle", "")):
        backlog.remove(message)
        return {}
    return dict(_ministack_deletes(data, url))


def hide(data: Data, url: str) -> Data:
    """Of one message, when it comes again."""
    queue = sqs._get_q(data.get("QueueUrl", url), "sqs:ChangeMessageVisibility")
    if _hidden(backlog_of(queue), data):
        return {}
    return dict(_ministack_hides(data, url))


def hide_batch(data: Data, url: str) -> Data:
    """The same of several."""
    queue = sqs._get_q(data.get("QueueUrl", url), "sqs:ChangeMessageVisibility")
    entries = data.get("Entries", [])
    sqs._validate_batch_entries(entries, "ChangeMessageVisibilityBatchRequestEntry")
    answer: Data = {"Successful": [], "Failed": []}
    backlog = backlog_of(queue)
    for entry in entries:
        if _hidden(backlog, entry):
            answer["Successful"].append({"Id": entry["Id"]})
        else:
            answer["Failed"].append(_unknown_receipt(entry["Id"]))
    return answer


def _take(queue: Data, most: int, now: float, visible_at: float) -> list[Data]:
    backlog = backlog_of(queue)
    oldest = backlog.oldest
    if oldest and oldest.get("sent_at", now) < now - int(queue["attributes"].get("MessageRetentionPeriod", "345600")):
        sqs._expire_retained(queue)
        backlog = backlog_of(queue)
    taken, spent = backlog.take(most, now, visible_at, _patience(queue["attributes"].get("RedrivePolicy", "")))
    if spent:
        # Seldom, and so by ministack, which moves them to where the policy says.
        sqs._dlq_sweep(queue)
        # It put a list in the place of what others may wait for.
        backlog.wake()
    return taken


@lru_cache
def _patience(policy: str) -> int:
    """How often a message is delivered; 0 if that is not limited, or to nowhere."""
    try:
        told = json.loads(policy)
        return int(told["maxReceiveCount"]) if told["deadLetterTargetArn"] else 0
    except (ValueError, KeyError, TypeError):
        return 0


def _hidden(backlog: Backlog, told: Data) -> bool:
    message = backlog.held(told.get("ReceiptHandle", ""))
    if message is None:
        return False
    message["visible_at"] = time.time() + int(told.get("VisibilityTimeout", 30))
    backlog.put_off(message)
    return True


def _told(data: Data, queue: Data, name: str, attribute: str) -> Any:
    value = data.get(name)
    return queue["attributes"].get(attribute, "0") if value is None else value


def _shown(message: Data, data: Data) -> Data:
    sqs._ensure_msg_fields(message)
    names = data.get("AttributeNames") or data.get("MessageSystemAttributeNames") or []
    shown = {
        "MessageId": message["id"],
        "ReceiptHandle": message["receipt_handle"],
        "MD5OfBody": message["md5_body"],
        "Body": message["body"],
    }
    if own := sqs._build_sys_attrs(message, names):
        shown["Attributes"] = own
    if given := sqs._filter_msg_attrs(message["message_attributes"], data.get("MessageAttributeNames") or []):
        shown |= {"MessageAttributes": given, "MD5OfMessageAttributes": sqs._md5_msg_attrs(given)}
    return shown


def _unknown_receipt(name: str) -> Data:
    words = "The input receipt handle is invalid."
    return {"Id": name, "Code": "ReceiptHandleIsInvalid", "Message": words, "SenderFault": True}


_ministack_receives = sqs._act_receive_message
_ministack_deletes = sqs._act_delete_message
_ministack_hides = sqs._act_change_visibility
OURS: dict[str, Callable[[Data, str], Any]] = {
    "ReceiveMessage": receive,
    "DeleteMessage": delete,
    "DeleteMessageBatch": delete_batch,
    "ChangeMessageVisibility": hide,
    "ChangeMessageVisibilityBatch": hide_batch,
}


def install() -> None:
    """Have ministack answer by these, whichever way it is asked."""
    sqs._HANDLERS.update(OURS)
