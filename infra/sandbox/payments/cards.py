"""The pay form's card: checked as a form would, kept only in part."""

import re
from datetime import datetime

from infra.sandbox.payments.model import Card

TEST_CARD = "5555 5555 5555 4444"
EXPIRY = re.compile(r"(0[1-9]|1[0-2])\s*/\s*([0-9]{2})")
# A card of a later century does not exist; two digits are enough until then.
CENTURY = 2000


class CardError(ValueError):
    """`field` names the input that is wrong."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def future_expiry(now: datetime) -> str:
    """An expiry date that is always in the future."""
    return f"12/{(now.year + 4) % 100:02d}"


def parse_card(number: str, expiry: str, csc: str, now: datetime) -> Card:
    digits = re.sub(r"[ -]", "", number)
    if not re.fullmatch(r"[0-9]{16,19}", digits) or not luhn(digits):
        raise CardError("card_number")
    match = EXPIRY.fullmatch(expiry.strip())
    if not match or (CENTURY + int(match[2]), int(match[1])) < (now.year, now.month):
        raise CardError("card_expiry")
    if not re.fullmatch(r"[0-9]{3,4}", csc.strip()):
        raise CardError("card_csc")
    return Card(first6=digits[:6], last4=digits[-4:], expiry_month=match[1], expiry_year=str(CENTURY + int(match[2])))


def luhn(digits: str) -> bool:
    """Whether the check digit of ISO/IEC 7812 is right."""
    doubled = [int(digit) * (1 + index % 2) for index, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
