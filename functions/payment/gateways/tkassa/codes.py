"""What T-Kassa's error codes mean for us: a code that is not here is a refusal for good.

Source: the table of errors of OpenAPI 1.80 (https://developer.tbank.ru/eacq/errors) and reports of integrators. The
HTTP status says nothing beside them: refusals come with 200 and with 400."""

from collections.abc import Mapping
from typing import Literal

# `later`: asked to come again, or broken inside, and what became of the request is unknown: the same request under the
# same identifiers. `unclear`: the same, and yet it may be a wrong token. `access`: a wrong token, or a terminal that is
# blocked or unknown, for the operator to repair. `ours`: so is the form of a field that no payer has chosen, and a
# receipt. `duplicate`: the order is known. `unknown`: the payment is not.
Meaning = Literal["later", "unclear", "access", "ours", "duplicate", "unknown"]
OURS: Mapping[str, Meaning] = dict.fromkeys((str(code) for code in (*range(201, 251), *range(308, 330), 334)), "ours")
MEANINGS: Mapping[str, Meaning] = {
    **OURS,
    "3": "later",
    "8": "duplicate",
    "20": "duplicate",
    "21": "later",
    "99": "later",
    "120": "later",
    "123": "later",
    "125": "later",
    "202": "access",
    "204": "access",
    "205": "access",
    "255": "unknown",
    "335": "unknown",
    "401": "later",
    "402": "later",
    "501": "access",
    "903": "later",
    "999": "later",
    "9001": "later",
    "9999": "unclear",
}


def codes(meaning: Meaning) -> frozenset[str]:
    """All that mean this."""
    return frozenset(code for code, means in MEANINGS.items() if means == meaning)
