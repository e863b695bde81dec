"""Messages of PostgreSQL's extended query protocol, and its errors as pg8000 classes them."""

from collections.abc import Iterator, Sequence

from pg8000 import core
from pg8000.exceptions import DatabaseError
from pg8000.legacy import IntegrityError, InterfaceError, ProgrammingError

NULL = (-1).to_bytes(4, "big", signed=True)


def message(code: bytes, body: bytes) -> bytes:
    """One message as it travels."""
    return bytes(code) + (len(body) + 4).to_bytes(4, "big") + body


DESCRIBE_PORTAL = message(core.DESCRIBE, core.PORTAL + core.NULL_BYTE)


def parse(name: bytes, statement: str, oids: Sequence[int], encoding: str) -> bytes:
    """Have a statement parsed and known by a name."""
    types = b"".join(max(oid, 0).to_bytes(4, "big") for oid in oids)
    text = name + core.NULL_BYTE + statement.encode(encoding) + core.NULL_BYTE
    return message(core.PARSE, text + len(oids).to_bytes(2, "big") + types)


def bind(name: bytes, params: Sequence[str | None], encoding: str) -> bytes:
    """Give a parsed statement its parameters: all as text, as are all columns of the answer."""
    values = b"".join(_values(params, encoding))
    counted = bytes(2) + len(params).to_bytes(2, "big") + values + bytes(2)
    return message(core.BIND, core.NULL_BYTE + name + core.NULL_BYTE + counted)


def close(name: bytes) -> bytes:
    """Have a parsed statement forgotten."""
    return message(core.CLOSE, core.STATEMENT + name + core.NULL_BYTE)


def code(error: DatabaseError) -> str:
    """PostgreSQL's five characters."""
    detail = error.args[0]
    return str(detail.get("C")) if isinstance(detail, dict) else ""


def classified(error: DatabaseError) -> Exception:
    """As pg8000 does it: only a unique violation is an `IntegrityError`."""
    kind = {"28000": InterfaceError, "23505": IntegrityError}.get(code(error), ProgrammingError)
    raised: Exception = kind(error.args[0])
    return raised


def _values(params: Sequence[str | None], encoding: str) -> Iterator[bytes]:
    for value in params:
        if value is None:
            yield NULL
        else:
            data = value.encode(encoding)
            yield len(data).to_bytes(4, "big") + data
