"""Reading JSON whose values are signed as they are written."""

import json
from typing import Any, NoReturn


def read(body: bytes) -> dict[str, Any]:
    """A signed JSON object. Its numbers stay as they were written, for so they were signed; `ValueError`."""
    try:
        message = json.loads(
            body, parse_int=str, parse_float=str, parse_constant=_refuse, object_pairs_hook=_without_twins
        )
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(message, dict):
        raise ValueError("not an object")
    return message


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """With two values under one name, the one that was signed need not be the one that is used."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field appears twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
