"""Where visitors park is said of a new hall, changed and read."""
# ruff: noqa: T201 - its test reads it

import json

from tests.support.recipes.plays.desk import ADMIN, Desk


def main() -> None:
    desk = Desk()
    before = desk.asks("GET /v1/halls/{hall_id}", hall_id=desk.hall)
    desk.asks("PATCH /v1/halls/{hall_id}", {"parking": "in the yard"}, ADMIN, hall_id=desk.hall)
    after = desk.asks("GET /v1/halls/{hall_id}", hall_id=desk.hall)
    print(json.dumps([before["parking"], after["parking"]]))


main()
