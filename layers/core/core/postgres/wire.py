"""Messages of PostgreSQL's extended query protocol, and its errors as pg8000 classifies them."""

from collections.abc import Mapping, Sequence

from pg8000 import core
from pg8000.exceptions import DatabaseError
from pg8000.legacy import IntegrityError, InterfaceError, ProgrammingError

# The fields DETAIL, WHERE, INTERNAL QUERY and HINT, and the class of errors whose message contains the value.
QUOTING = ("D", "W", "q", "H")
DATA_EXCEPTION = "22"
NULL = (-1).to_bytes(4, "big", signed=True)


def message(code: bytes, body: bytes) -> bytes:
    """One encoded message."""
    return bytes(code) + (len(body) + 4).to_bytes(4, "big") + body


DESCRIBE_PORTAL = message(core.DESCRIBE, core.PORTAL + core.NULL_BYTE)


def parse(name: bytes, statement: str, oids: Sequence[int], encoding: str) -> bytes:
    """Prepare a statement under a name."""
    types = b"".join(max(oid, 0).to_bytes(4, "big") for oid in oids)
    text = name + core.NULL_BYTE + statement.encode(encoding) + core.NULL_BYTE
    return message(core.PARSE, text + len(oids).to_bytes(2, "big") + types)


def encoded(params: Sequence[str | None], encoding: str) -> Sequence[bytes | None]:
    """Encoded parameters; raises `UnicodeEncodeError` for invalid text."""
    return [None if value is None else value.encode(encoding) for value in params]


def bind(name: bytes, params: Sequence[bytes | None]) -> bytes:
    """Bind the parameters of a prepared statement: all as text, like all columns of the answer."""
    values = b"".join(NULL if value is None else len(value).to_bytes(4, "big") + value for value in params)
    counted = bytes(2) + len(params).to_bytes(2, "big") + values + bytes(2)
    return message(core.BIND, core.NULL_BYTE + name + core.NULL_BYTE + counted)


def close(name: bytes) -> bytes:
    """Close a prepared statement."""
    return message(core.CLOSE, core.STATEMENT + name + core.NULL_BYTE)


def code(error: DatabaseError) -> str:
    """PostgreSQL's five-character code."""
    detail = error.args[0]
    return str(detail.get("C")) if isinstance(detail, dict) else ""


def classified(error: DatabaseError) -> Exception:
    """Classified as pg8000 does it: only a unique violation is an `IntegrityError`."""
    kind = {"28000": InterfaceError, "23505": IntegrityError}.get(code(error), ProgrammingError)
    raised: Exception = kind(error.args[0])
    return raised


def without_values(detail: Mapping[str, str]) -> dict[str, str]:
    """PostgreSQL's error without the rows and parameters that it quotes, safe to log."""
    kept = {field: text for field, text in detail.items() if field not in QUOTING}
    if detail.get("C", "").startswith(DATA_EXCEPTION):
        kept["M"] = detail.get("M", "").partition('"')[0] + "…"
    return kept
