"""The query of `GET /payments` and `GET /refunds`."""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from infra.sandbox.payments.repository import Filter
from infra.sandbox.providers.yookassa.errors import invalid

NONE: Mapping[str, str] = MappingProxyType({})
COMPARISONS = {"gte": ">=", "gt": ">", "lte": "<=", "lt": "<"}
PAYMENT_STATUSES = {
    "pending": "pending",
    "waiting_for_capture": "held",
    "succeeded": "succeeded",
    "canceled": "canceled",
}
REFUND_STATUSES = {"pending": "pending", "succeeded": "succeeded", "canceled": "canceled"}
# How it was paid, or is to be paid: a card that the payer chose is written nowhere else.
PAYMENT_METHOD = (
    "coalesce(json_extract(document, '$.method'),"
    " CASE WHEN json_extract(document, '$.card') IS NOT NULL THEN 'bank_card' END)"
)
MOST = 100
USUAL = 10


def parse_query(
    query: Mapping[str, str], provider: str, statuses: Mapping[str, str], columns: Mapping[str, str] = NONE
) -> Filter:
    """The filter that a list's query asks for; `columns` are what it may name besides, in SQL. Refuses all else."""
    conditions = [("provider = ?", provider)]
    for name, value in query.items():
        if name in ("limit", "cursor"):
            continue
        conditions.append(_condition(name, value, statuses, columns))
    before = _row(query["cursor"]) if "cursor" in query else None
    return Filter(tuple(conditions), before, _limit(query.get("limit")))


def cursor(row: int) -> str:
    """An opaque place in a list."""
    return base64.urlsafe_b64encode(f"row:{row}".encode()).decode().rstrip("=")


def _row(value: str) -> int:
    try:
        name, _, row = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise invalid("Not a cursor of this list", "cursor") from None
    if name != "row" or not row.isdecimal() or len(row) > 18:
        raise invalid("Not a cursor of this list", "cursor")
    return int(row)


def _limit(value: str | None) -> int:
    if value is None:
        return USUAL
    if not value.isdecimal() or len(value) > 3 or not 1 <= int(value) <= MOST:
        raise invalid(f"limit must be 1 to {MOST}", "limit")
    return int(value)


def _condition(name: str, value: str, statuses: Mapping[str, str], columns: Mapping[str, str]) -> tuple[str, str]:
    field, _, comparison = name.partition(".")
    if name == "status" and statuses:
        if value not in statuses:
            raise invalid("No such status", "status")
        return "status = ?", statuses[value]
    if name in columns:
        return f"{columns[name]} = ?", value
    if field == "created_at" and comparison in COMPARISONS:
        return f"created_at {COMPARISONS[comparison]} ?", _instant(name, value)
    raise invalid("No such parameter of a list", name)


def _instant(name: str, value: str) -> str:
    try:
        # A plus sign in a query that was not encoded arrives as a space.
        moment = datetime.fromisoformat(value.replace(" ", "+"))
    except ValueError:
        raise invalid("Expected an ISO 8601 instant", name) from None
    if moment.tzinfo is None:
        raise invalid("Expected an instant with its offset", name)
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
