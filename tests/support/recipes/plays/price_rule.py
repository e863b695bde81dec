"""A price list with a fee for cleaning: drafted, put in force, and paid."""
# ruff: noqa: T201 - its test reads it

import json

from tests.support.recipes.plays.desk import ADMIN, CLIENT, TWO_HOURS, Desk


def main() -> None:
    desk = Desk()
    fee = {"hall_id": desk.hall, "amount": {"amount": 50_000}}
    draft = desk.asks("POST /v1/tariff-versions", {"cleaning": [fee]}, ADMIN)
    desk.asks("POST /v1/tariff-versions/{number}/activate", None, ADMIN, number=str(draft["number"]))
    asked = {"hall_id": desk.hall, **TWO_HOURS}
    quote = desk.asks("POST /v1/quotes", asked, CLIENT)
    booking = desk.asks("POST /v1/bookings", {**asked, "quote_id": quote["id"]}, CLIENT)
    found = desk.asks("GET /v1/bookings/{booking_id}", None, CLIENT, booking_id=booking["id"])
    (fee_charged,) = found["adjustments"]
    twice = desk.refused("POST /v1/tariff-versions", {"cleaning": [fee, fee]}, ADMIN)
    told = {"kind": fee_charged["kind"], "amount": fee_charged["amount"]["amount"]}
    print(json.dumps(told | {"total": found["total"]["amount"], "twice": twice["errors"][0]["field"]}))


main()
