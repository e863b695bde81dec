"""How long a failure has been going on is asked for."""
# ruff: noqa: T201 - its test reads it

import json
from uuid import uuid4

from tests.support.recipes.plays.errors import Errors


def main() -> None:
    errors = Errors()
    errors.happens("slot_gone")
    found = errors.happens("slot_gone", minutes=90)
    span = errors.asks("GET /v1/errors/{error_id}/span", error_id=found)
    nobody = errors.asks("GET /v1/errors/{error_id}/span", error_id=str(uuid4()))
    print(json.dumps({"span": [span.status, span.body["minutes"]], "of none": [nobody.status, nobody.code]}))


main()
