"""A deployment that waits for the migrations: CloudFormation's protocol for resources of our own.

Functions are changed only after the resource `Migration` of template.yaml, so new code never meets an old schema. The
release before is put back by the same protocol: its migrator finds a newer database, and leaves it as it is."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from traceback import format_tb
from typing import Any

import urllib3
from sqlalchemy.exc import DBAPIError

from core.observability import logger
from core.postgres.database import sqlstate
from migrator.upgrading import NewerDatabaseError, Outcome

# What is asked for does not change its identity, or CloudFormation would remove the old one afterwards.
RESOURCE = "schema"
TIMEOUT = urllib3.Timeout(connect=5, read=20)

Answer = dict[str, str | int | None]


class NotAnsweredError(Exception):
    """CloudFormation did not take the answer; Lambda calls again."""


def is_deployment(event: Mapping[str, Any]) -> bool:
    """Whether CloudFormation asks, and waits at an address of its own."""
    return "ResponseURL" in event


def perform(event: Mapping[str, Any], upgrade: Callable[[], Outcome]) -> Answer:
    """Migrate, and tell CloudFormation what came of it: a deployment stops at a failure."""
    reason, answer = _migrated(event, upgrade)
    _tell(event, reason)
    return answer


def _migrated(event: Mapping[str, Any], upgrade: Callable[[], Outcome]) -> tuple[str, Answer]:
    """Why it failed, or nothing; and the outcome."""
    if event["RequestType"] == "Delete":
        return "", {}
    try:
        outcome = upgrade()
    except NewerDatabaseError as error:
        logger.warning("The release before is put back, the schema stays", revision=error.revision)
        return "", {"before": error.revision, "after": error.revision, "left": 0}
    except Exception as error:
        # CloudFormation waits for an hour unless it is told. What PostgreSQL says in words may hold a row.
        state = sqlstate(error) if isinstance(error, DBAPIError) else ""
        logger.error("Migrations failed", kind=type(error).__name__, sqlstate=state, at=format_tb(error.__traceback__))
        return f"{type(error).__name__} {state}: see the log of the migrator", {}
    left = f"{outcome.left} migrations did not fit into the time: deploy again, and they go on" if outcome.left else ""
    return left, asdict(outcome)


def _tell(event: Mapping[str, Any], reason: str) -> None:
    told = {name: event[name] for name in ("StackId", "RequestId", "LogicalResourceId")}
    told |= {"Status": "FAILED" if reason else "SUCCESS", "PhysicalResourceId": RESOURCE}
    told["Reason"] = reason or "Migrated"
    with urllib3.PoolManager(timeout=TIMEOUT, retries=urllib3.Retry(3, backoff_factor=0.5)) as pool:
        # The address is signed for a request that names no type.
        answer = pool.request("PUT", event["ResponseURL"], body=json.dumps(told), headers={"Content-Type": ""})
    if answer.status >= 300:
        raise NotAnsweredError(f"CloudFormation answered {answer.status}")
