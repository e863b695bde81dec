"""Halls and what is sold with them, the calendar, and visits."""

from datetime import timedelta
from uuid import UUID

from shared_schemas.search.check_in import check_in_code
from tests.support.booking.calendar import ics, vevent
from tests.support.booking.whole_studio import policy
from tests.support.payment.papers import ACCOUNT, BANK, INN
from tests.support.staff_day.chapter import MAIL, ME, WHY, WRITTEN, Chapter


class Visits(Chapter):
    """Halls and what is sold with them, the calendar, and visits."""

    def catalogue(self) -> str:
        hours = [{"weekday": day, "opens": "00:00", "closes": "24:00"} for day in range(1, 8)]
        hall = self.do("POST /v1/halls", {"name": WRITTEN, "capacity": 5, "opening_hours": hours})["id"]
        self.do("PATCH /v1/halls/{hall_id}", {"description": WRITTEN, "capacity": 6}, hall_id=hall)
        price = {"amount": 100_000}
        add_on = self.do("POST /v1/add-ons", {"name": WRITTEN, "unit": "unit", "price": price})["id"]
        self.do("PATCH /v1/add-ons/{add_on_id}", {"stock": 3}, add_on_id=add_on)
        promo = self.do("POST /v1/promo-codes", {"code": "ANNA", "percent": 100})["id"]
        self.do("PATCH /v1/promo-codes/{promo_code_id}", {"active": False}, promo_code_id=promo)
        tariff = {"hall_id": hall, "name": WRITTEN, "price_per_hour": price}
        self.do("POST /v1/tariffs", tariff)
        second = self.do("POST /v1/tariffs", tariff | {"priority": 1})["id"]
        self.do("DELETE /v1/tariffs/{tariff_id}", tariff_id=second)
        draft = self.do("POST /v1/tariff-versions", {"note": WRITTEN})["number"]
        self.do("PUT /v1/tariff-versions/{number}", {"note": WRITTEN * 2}, number=draft)
        self.do("POST /v1/tariff-versions/{number}/activate", number=draft)
        return str(hall)

    def photos(self, hall: str) -> None:
        file = {"content_type": "image/png", "bytes": 1000, "alt": {"en": WRITTEN}}
        photo = self.do("POST /v1/halls/{hall_id}/photos", file, hall_id=hall)["id"]
        self.do("PUT /v1/halls/{hall_id}/photos/order", {"photos": [photo]}, hall_id=hall)
        self.do("PATCH /v1/photos/{photo_id}", {"alt": {"ru": WRITTEN}}, photo_id=photo)
        self.do("DELETE /v1/photos/{photo_id}", photo_id=photo)
        self.do("POST /v1/studio/logo", file)
        self.do("DELETE /v1/studio/logo")

    def imports(self) -> None:
        table = f"Имя,Телефон,Заметка\n{WRITTEN},+79035550178,{WRITTEN}\n"
        self.do("POST /v1/imports", {"kind": "customers", "csv": table, "dry_run": False})

    def terms(self) -> None:
        self.do("PUT /v1/policy", policy(no_show_prepayment_percent=90))
        studio = self.api.ask("anonymous", "GET", "/v1/studio")
        kept = {name: value for name, value in studio.items() if name not in ("hold", "logo", "payment_methods")}
        bank = {"account": ACCOUNT, "bik": BANK.bik, "bank": WRITTEN}
        said = {"legal_name": WRITTEN, "email": MAIL, "inn": INN, "requisites": {"bank": bank, "signer": WRITTEN}}
        self.do("PUT /v1/studio", kept | said)
        texts = {"ru": {"title": WRITTEN, "text": MAIL}}
        self.do("PUT /v1/consents/{kind}", {"version": "staff-day", "texts": texts}, kind="offer")

    def calendar(self, hall: str) -> None:
        later = self.span(days=60)
        closure = self.do("POST /v1/closures", {"hall_id": hall, "reason": WRITTEN, **later})["id"]
        self.do("DELETE /v1/closures/{closure_id}", closure_id=closure)
        day = {"first_day": later["start"][:10], "last_day": later["start"][:10], "hours": [], "note": WRITTEN}
        override = self.do("POST /v1/date-overrides", {"hall_id": hall, **day})["id"]
        self.do("DELETE /v1/date-overrides/{override_id}", override_id=override)
        feed = self.do("POST /v1/calendars", {"hall_id": hall})["id"]
        self.do("DELETE /v1/calendars/{calendar}", calendar=feed)
        other = {"name": WRITTEN, "url": "https://calendar.example/secret.ics"}
        calendar = self.do("POST /v1/halls/{hall_id}/external-calendars", other, hall_id=hall)["id"]
        file = ics(vevent("DTSTART:20261201T090000Z", "DTEND:20261201T100000Z", f"SUMMARY:{WRITTEN}"))
        self.do("POST /v1/external-calendars/{calendar_id}/import", {"ics": file}, calendar_id=calendar)
        self.do("POST /v1/external-calendars/{calendar_id}/refresh", calendar_id=calendar)
        self.do("DELETE /v1/external-calendars/{calendar_id}", calendar_id=calendar)

    def visits(self, hall: str) -> None:
        moved = self.book(hall, days=1)
        self.do("PATCH /v1/bookings/{booking_id}", {"people": 2, "comment": WRITTEN}, booking_id=moved)
        line = {"name": "Overtime", "amount": {"amount": 100}, **WHY}
        lined = self.do("POST /v1/bookings/{booking_id}/lines", line, booking_id=moved)
        path = {"booking_id": moved, "line_id": lined["adjustments"][-1]["line_id"]}
        self.do("POST /v1/bookings/{booking_id}/lines/{line_id}/undo", WHY, **path)
        self.do("POST /v1/bookings/{booking_id}/reschedule", self.span(days=2) | WHY, booking_id=moved)
        self.do("POST /v1/bookings/{booking_id}/extend", {"minutes": 60}, booking_id=moved)
        self.do("POST /v1/bookings/{booking_id}/cancel", WHY, booking_id=moved)
        kept, missed = self.book(hall, days=3), self.book(hall, days=4)
        self.do("POST /v1/bookings/{booking_id}/confirm", WHY, booking_id=kept)
        self.do("POST /v1/bookings/{booking_id}/confirm", WHY, booking_id=missed)
        held = {"until": (self.start + timedelta(days=2)).isoformat(), **WHY}
        self.do("POST /v1/bookings/{booking_id}/hold", held, booking_id=self.book(hall, days=6))
        taken = self.span(days=3) | {"hall_id": hall}
        waiting = self.do("POST /v1/waitlist", taken)["id"]
        self.do("DELETE /v1/waitlist/{entry_id}", entry_id=waiting)
        self.clock.go_to(self.start + timedelta(days=3))
        self.do("POST /v1/bookings/{booking_id}/check-in", WHY, booking_id=kept)
        self.do("POST /v1/bookings/{booking_id}/complete", WHY, booking_id=kept)
        self.do("POST /v1/bookings/{booking_id}/undo", WHY, booking_id=kept)
        self.do("POST /v1/bookings/{booking_id}/undo", WHY, booking_id=kept)
        number = self.api.ask("admin", "GET", f"/v1/bookings/{kept}")["number"]
        self.do("POST /v1/check-ins", {"code": check_in_code(UUID(kept), number)})
        self.clock.go_to(self.start + timedelta(days=4, minutes=30))
        self.do("POST /v1/bookings/{booking_id}/no-show", WHY, booking_id=missed)

    def groups(self, hall: str) -> None:
        items = [{"hall_id": hall, **self.span(days=10 + number)} for number in range(2)]
        order = {"items": items, "customer_id": ME["client"], "comment": WRITTEN}
        group = self.do("POST /v1/booking-groups", order)["id"]
        self.do("POST /v1/booking-groups/{group_id}/shift", {"minutes": 60, **WHY}, group_id=group)
        self.do("POST /v1/booking-groups/{group_id}/cancel", WHY, group_id=group)
