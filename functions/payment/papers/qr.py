"""The payer's bank reads all that a transfer needs from a QR code (ГОСТ Р 56042-2014)."""

import segno

from shared_schemas.requisites import BankAccount

PREFIX = "ST00012"
"""In UTF-8."""
SEPARATORS = "|~_#$^&*/`@%"
NAME, BANK, PURPOSE = 160, 45, 210
NO_CORRESPONDENT = "0"


def transfer(name: str, inn: str, kpp: str | None, bank: BankAccount, kopecks: int, purpose: str) -> str:
    """What the code says. The separator is one that no value has."""
    values = {
        "Name": name[:NAME],
        "PersonalAcc": bank.account,
        "BankName": bank.bank[:BANK],
        "BIC": bank.bik,
        "CorrespAcc": bank.correspondent_account or NO_CORRESPONDENT,
        "Sum": str(kopecks),
        "Purpose": purpose[:PURPOSE],
        "PayeeINN": inn,
        "KPP": kpp,
    }
    told = [f"{key}={value}" for key, value in values.items() if value]
    free = (one for one in SEPARATORS if not any(one in each for each in told))
    if separator := next(free, None):
        return separator.join([PREFIX, *told])
    return SEPARATORS[0].join([PREFIX, *(each.replace(SEPARATORS[0], " ") for each in told)])


def squares(text: str) -> list[list[bool]]:
    """The code, row by row: whether each square is dark."""
    return [[bool(dark) for dark in row] for row in segno.make(text, error="m", micro=False, encoding="utf-8").matrix]
