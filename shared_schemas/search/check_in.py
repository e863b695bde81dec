"""The code that a confirmation shows at the desk: the booking's number, signed with what only its own people know."""

import hmac
import re
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from pydantic import Field

from shared_schemas.common import Contract
from shared_schemas.search.numbers import MEANT
from shared_schemas.texts import Line

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SIGNED, NUMBER = 6, 8


class CheckInRequest(Contract):
    """What was scanned, or typed: spaces, hyphens and small letters do not count."""

    code: Annotated[str, Line(60, 1), Field(examples=["7K3Q9D2M-4HX0TB"])]


def check_in_code(booking_id: UUID, number: str) -> str:
    """Such as 7K3Q9D2M-4HX0TB. The key is the booking's id, which is random: whoever only knows a number, as one reads
    them on a desk, cannot make its code. Nothing has to be kept or rotated."""
    digest = int.from_bytes(hmac.digest(booking_id.bytes, f"check-in {number}".encode(), sha256)[:4], "big")
    signature = "".join(LETTERS[digest >> 5 * place & 31] for place in range(SIGNED))
    return f"{number}-{signature}"


def number_in(code: str) -> str | None:
    """The number that a code begins with; None if it has not its form."""
    plain = _plain(code)
    return plain[:NUMBER] if re.fullmatch(f"[{LETTERS}]{{{NUMBER + SIGNED}}}", plain) else None


def is_of(code: str, booking_id: UUID, number: str) -> bool:
    """Whether it is the code of this booking."""
    return hmac.compare_digest(_plain(code).encode(), _plain(check_in_code(booking_id, number)).encode())


def _plain(code: str) -> str:
    return code.upper().translate(MEANT)
