"""A day of the staff: everything that they may change is changed once, through the whole API.

`SECRETS` are what people write on that day; no line of the trail may have any of it."""

import json
from base64 import b32decode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from gateway.accounts.passwords import Argon2Passwords
from gateway.second_factor.totp import code_of, step_at
from integration import composition as integration
from payment import composition as payment
from shared_schemas.common import Role
from shared_schemas.events.envelope import Envelope
from shared_schemas.events.operations import ServiceError
from shared_schemas.search.check_in import check_in_code
from tests.support.booking.calendar import ics, vevent
from tests.support.booking.whole_studio import policy
from tests.support.clock import FixedClock
from tests.support.database import EngineFor
from tests.support.integration.failures import QUEUE, message
from tests.support.payment.gateways import FakeGateway
from tests.support.payment.papers import ACCOUNT, BANK, INN, document, statement
from tests.support.system.hostile import DOCUMENT
from tests.support.system.whole_api import PEOPLE, WholeApi, bearer

WRITTEN = "Anna Petrova is ill"
PHONE, MAIL, PASSWORD = "+79035550177", "written.person@example.com", "nobody guesses this one"
SECRETS = (WRITTEN, PHONE, MAIL, PASSWORD)
ME = {"admin": str(PEOPLE[Role.ADMIN]), "client": str(PEOPLE[Role.CLIENT])}
WHY = {"reason": WRITTEN}

GUEST = """
INSERT INTO gateway.users (id, full_name, phone, locale, role, guest, booked_at)
VALUES (:id, :name, :phone, 'ru', 'client', true, now())
"""


@dataclass
class Done:
    """One call: which operation, who, and what it answered."""

    operation: str
    answer: Any


@dataclass
class StaffDay:
    """`clock` is that of Booking; `done` is told of each call, at once."""

    api: WholeApi
    engine_for: EngineFor
    clock: FixedClock
    gateway: FakeGateway
    done: Callable[[Done], None]
    _start: datetime = field(init=False)

    def __post_init__(self) -> None:
        self._start = self.clock.now().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)

    def do(self, route: str, body: Any = None, caller: str = "admin", **path: Any) -> Any:
        """`AssertionError` with the answer if it is refused."""
        method, template = route.split()
        sent = b"" if body is None else json.dumps(body).encode()
        answer = self.api.request(method, template.format(**path), "", bearer(caller), sent)
        if answer.status >= 300:
            raise AssertionError(f"{route}: {answer.status} {answer.body.decode()}")
        found = json.loads(answer.body or b"null")
        self.done(Done(DOCUMENT["paths"][template][method.lower()]["operationId"], found))
        return found

    def sql(self, service: str, statement: str, **values: Any) -> None:
        """What no route does by itself, such as a failure."""
        with self.engine_for(service).begin() as connection:
            connection.execute(text(statement), values)

    def whole(self) -> None:
        hall = self.catalogue()
        self.photos(hall)
        self.imports()
        self.terms()
        self.calendar(hall)
        self.visits(hall)
        self.groups(hall)
        self.money(hall)
        self.held_money(hall)
        self.companies()
        self.customers()
        self.failures()
        self.webhooks()
        self.messages()
        self.programs()
        self.colleagues()
        self.passwords()
        self.second_factors()
        self.myself()

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
        later = self._span(days=60)
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
        moved = self._book(hall, days=1)
        self.do("PATCH /v1/bookings/{booking_id}", {"people": 2, "comment": WRITTEN}, booking_id=moved)
        line = {"name": "Overtime", "amount": {"amount": 100}, **WHY}
        lined = self.do("POST /v1/bookings/{booking_id}/lines", line, booking_id=moved)
        path = {"booking_id": moved, "line_id": lined["adjustments"][-1]["line_id"]}
        self.do("POST /v1/bookings/{booking_id}/lines/{line_id}/undo", WHY, **path)
        self.do("POST /v1/bookings/{booking_id}/reschedule", self._span(days=2) | WHY, booking_id=moved)
        self.do("POST /v1/bookings/{booking_id}/extend", {"minutes": 60}, booking_id=moved)
        self.do("POST /v1/bookings/{booking_id}/cancel", WHY, booking_id=moved)
        kept, missed = self._book(hall, days=3), self._book(hall, days=4)
        self.do("POST /v1/bookings/{booking_id}/confirm", WHY, booking_id=kept)
        self.do("POST /v1/bookings/{booking_id}/confirm", WHY, booking_id=missed)
        held = {"until": (self._start + timedelta(days=2)).isoformat(), **WHY}
        self.do("POST /v1/bookings/{booking_id}/hold", held, booking_id=self._book(hall, days=6))
        taken = self._span(days=3) | {"hall_id": hall}
        waiting = self.do("POST /v1/waitlist", taken)["id"]
        self.do("DELETE /v1/waitlist/{entry_id}", entry_id=waiting)
        self.clock.go_to(self._start + timedelta(days=3))
        self.do("POST /v1/bookings/{booking_id}/check-in", WHY, booking_id=kept)
        self.do("POST /v1/bookings/{booking_id}/complete", WHY, booking_id=kept)
        self.do("POST /v1/bookings/{booking_id}/undo", WHY, booking_id=kept)
        self.do("POST /v1/bookings/{booking_id}/undo", WHY, booking_id=kept)
        number = self.api.ask("admin", "GET", f"/v1/bookings/{kept}")["number"]
        self.do("POST /v1/check-ins", {"code": check_in_code(UUID(kept), number)})
        self.clock.go_to(self._start + timedelta(days=4, minutes=30))
        self.do("POST /v1/bookings/{booking_id}/no-show", WHY, booking_id=missed)

    def groups(self, hall: str) -> None:
        items = [{"hall_id": hall, **self._span(days=10 + number)} for number in range(2)]
        order = {"items": items, "customer_id": ME["client"], "comment": WRITTEN}
        group = self.do("POST /v1/booking-groups", order)["id"]
        self.do("POST /v1/booking-groups/{group_id}/shift", {"minutes": 60, **WHY}, group_id=group)
        self.do("POST /v1/booking-groups/{group_id}/cancel", WHY, group_id=group)

    def money(self, hall: str) -> None:
        booking = self._book(hall, days=20)
        order = {"booking_id": booking, "provider": "yookassa", "return_url": "https://studio.example/paid"}
        paid = self.do("POST /v1/payments", order)["id"]
        for name in self.gateway.payments:
            self.gateway.change(name, status="succeeded")
            payment.app().settlement.apply(paid, self.gateway.fetch(name))
        cash = {"amount": {"amount": 100}, "method": "cash", "note": WRITTEN}
        owing = self._book(hall, days=21)
        self.do("POST /v1/bookings/{booking_id}/confirm", WHY, booking_id=owing)
        till = self.do("POST /v1/tills", {"float": {"amount": 100}})["id"]
        self.do("POST /v1/bookings/{booking_id}/desk-payments", cash, booking_id=owing)
        move = {"kind": "taken_out", "amount": {"amount": 50}, **WHY}
        self.do("POST /v1/tills/{till_id}/entries", move, till_id=till)
        count = {"counted": {"amount": 150}, "note": WRITTEN, "leave_open": True}
        self.do("POST /v1/tills/{till_id}/close", count, till_id=till)
        self.do("POST /v1/tills/{till_id}/reopen", WHY, till_id=till)
        refund = {"amount": {"amount": 100}, **WHY}
        made = self.do("POST /v1/payments/{payment_id}/refunds", refund, payment_id=paid)["id"]
        doubt = "UPDATE payment.refunds SET status = 'pending', failure = 'unknown', settled_at = NULL,"
        self.sql("payment", f"{doubt} next_attempt_at = now() WHERE id = :id", id=made)
        path = {"payment_id": paid, "refund_id": made}
        self.do("POST /v1/payments/{payment_id}/refunds/{refund_id}/decision", {"outcome": "failed", **WHY}, **path)
        items = json.dumps([{"name": "a hall", "amount": 100, "quantity": "1"}])
        receipt = {"id": uuid4(), "payment": paid, "booking": booking, "customer": ME["client"], "items": items}
        self.sql("payment", RECEIPT, **receipt)
        self.do("POST /v1/receipts/{receipt_id}/retry", receipt_id=receipt["id"])
        now = datetime.now(UTC)
        days = {"since": (now - timedelta(days=2)).isoformat(), "until": (now - timedelta(days=1)).isoformat()}
        self.do("POST /v1/reconciliations", days)

    def held_money(self, hall: str) -> None:
        """A balance, a certificate and a deposit."""
        some = {"amount": {"amount": 100}}
        cash = some | {"method": "cash", "note": WRITTEN}
        for kind in ("top_up", "payout"):
            path = {"customer_id": ME["client"]}
            self.do("POST /v1/customers/{customer_id}/balance/entries", cash | {"kind": kind}, **path)
        self.do("POST /v1/customers/{customer_id}/balance/entries", cash | {"kind": "top_up"}, **path)
        owing = {"booking_id": self._book(hall, days=22)}
        self.do("POST /v1/bookings/{booking_id}/confirm", WHY, **owing)
        self.do("POST /v1/bookings/{booking_id}/balance-payments", some, **owing)
        sold = {"name": "A gift", "valid_until": "2100-01-01", **cash}
        certificate = {"certificate_id": self.do("POST /v1/certificates", sold)["id"]}
        self.do("PATCH /v1/certificates/{certificate_id}", {"blocked": False, **WHY}, **certificate)
        self.do("POST /v1/certificates/{certificate_id}/code", **certificate)
        self.do("POST /v1/bookings/{booking_id}/certificate-payments", certificate, **owing)
        rest = {"certificate_id": self.do("POST /v1/certificates", sold)["id"]}
        self.do("POST /v1/certificates/{certificate_id}/payout", {"method": "cash", **WHY}, **rest)
        taken = {"amount": {"amount": 200}, "method": "cash", "note": WRITTEN}
        deposit = {"deposit_id": self.do("POST /v1/bookings/{booking_id}/deposits", taken, **owing)["id"]}
        self.do("POST /v1/deposits/{deposit_id}/keep", some | WHY, **deposit)
        self.do("POST /v1/deposits/{deposit_id}/return", {"method": "cash", "note": WRITTEN}, **deposit)

    def companies(self) -> None:
        company = {"name": WRITTEN, "inn": "7707083893", "contact": {"phone": PHONE, "email": MAIL}}
        path = {"company_id": self.do("POST /v1/companies", company)["id"]}
        self.do("PUT /v1/companies/{company_id}", company | {"kpp": "773601001", "contact": {"name": WRITTEN}}, **path)
        self.do("DELETE /v1/companies/{company_id}", **path)
        self.papers(self.do("POST /v1/companies", company)["id"])

    def papers(self, company: str) -> None:
        due = (datetime.now(UTC) + timedelta(days=5)).date().isoformat()
        line = {"name": WRITTEN, "price": {"amount": 400_000}}
        wanted = {"company_id": company, "lines": [line], "due": due, "comment": WRITTEN}
        wrong, paid, by_bank = (self.do("POST /v1/invoices", wanted)["id"] for _ in range(3))
        self.do("POST /v1/invoices/{invoice_id}/void", WHY, invoice_id=wrong)
        self.do("POST /v1/invoices/{invoice_id}/payments", {"note": WRITTEN}, invoice_id=paid)
        act = self.do("POST /v1/invoices/{invoice_id}/acts", {}, invoice_id=paid)["id"]
        self.do("POST /v1/acts/{act_id}/void", WHY, act_id=act)
        file = statement(document(НазначениеПлатежа=WRITTEN), document(Номер="418", Плательщик1=WRITTEN))
        first, second = (row["id"] for row in self.do("POST /v1/bank-statements", {"text": file})["rows"])
        self.do("POST /v1/bank-lines/{bank_line_id}/accept", {"invoice_id": by_bank}, bank_line_id=first)
        self.do("POST /v1/bank-lines/{bank_line_id}/set-aside", WHY, bank_line_id=second)

    def customers(self) -> None:
        path = {"customer_id": ME["client"]}
        self.do("PUT /v1/customers/{customer_id}/block", WHY, **path)
        self.do("DELETE /v1/customers/{customer_id}/block", **path)
        self.do("POST /v1/customers/{customer_id}/notes", {"text": WRITTEN}, **path)
        self.do("PUT /v1/customers/{customer_id}/prepayment", {"percent": 100}, **path)
        guest = str(uuid4())
        self.sql("gateway", GUEST, id=guest, name=WRITTEN, phone=PHONE)
        self.do("POST /v1/customers/{customer_id}/merge", {"into": ME["client"]}, customer_id=guest)

    def failures(self) -> None:
        app = integration.app()
        error = ServiceError(service="booking", operation="pay", code="slot_taken", detail="")
        told = Envelope.wrap(error, time=datetime.now(UTC), source="booking", correlation_id="f", causation_id=None)
        app.event_log.record(told)
        [group] = self.api.ask("admin", "GET", "/v1/errors")["data"]
        self.do("POST /v1/errors/{error_id}/acknowledge", {}, error_id=group["id"])
        self.do("POST /v1/errors/{error_id}/resolve", {"note": "sold twice"}, error_id=group["id"])
        for _ in range(2):
            self.sql("integration", LETTER, id=uuid4(), queue=QUEUE, message=str(uuid4()), body=message())
        first, second = self.api.ask("admin", "GET", f"/v1/dead-letters/{QUEUE}")["data"]
        self.do("POST /v1/dead-letters/{queue}/redrive", {"ids": [first["id"]]}, queue=QUEUE)
        given_up = {"ids": [second["id"]], "reason": "a test"}
        self.do("POST /v1/dead-letters/{queue}/discard", given_up, queue=QUEUE)
        since = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        self.do("POST /v1/events/replay", {"from": since, "reason": "the broker was away"})

    def webhooks(self) -> None:
        why = {"reason": "a test"}
        self.do("POST /v1/connectors/{name}/pause", why, name="webhooks")
        self.do("POST /v1/connectors/{name}/resume", why, name="webhooks")
        wanted = {"url": "https://shop.example/hook", "event_types": ["booking.created"], "description": WRITTEN}
        hook = {"subscription_id": self.do("POST /v1/webhook-subscriptions", wanted)["id"]}
        self.do("PATCH /v1/webhook-subscriptions/{subscription_id}", {"event_types": ["*"], **why}, **hook)
        self.do("POST /v1/webhook-subscriptions/{subscription_id}/rotate-secret", why, **hook)
        sent = self.do("POST /v1/webhook-subscriptions/{subscription_id}/test", why, **hook)["id"]
        gone = "UPDATE integration.deliveries SET status = 'dead', next_attempt_at = NULL, finished_at = now()"
        self.sql("integration", gone)
        self.do(
            "POST /v1/webhook-subscriptions/{subscription_id}/deliveries/{delivery_id}/resend",
            why,
            delivery_id=sent,
            **hook,
        )
        self.sql("integration", gone)
        again = {"name": "webhooks", "delivery_id": sent}
        self.do("POST /v1/connectors/{name}/deliveries/{delivery_id}/resend", why, **again)
        self.do("DELETE /v1/webhook-subscriptions/{subscription_id}", **hook)

    def messages(self) -> None:
        self.sql("notification", NOTIFICATION, id=(one := uuid4()), recipient=ME["client"])
        self.do("POST /v1/notifications/{notification_id}/resend", notification_id=one)

    def programs(self) -> None:
        key = self.do("POST /v1/api-keys", {"name": WRITTEN, "scopes": ["bookings:read"]})["id"]
        self.do("DELETE /v1/api-keys/{api_key_id}", api_key_id=key)

    def colleagues(self) -> None:
        person = {"email": MAIL, "full_name": WRITTEN, "role": "manager"}
        revoked, accepted = (self.do("POST /v1/staff", person | {"email": each})["id"] for each in (f"x{MAIL}", MAIL))
        self.do("DELETE /v1/staff-invitations/{invitation}", invitation=revoked)
        path = {"account_id": self._joined(accepted)}
        self.do("PATCH /v1/staff/{account_id}", {"role": "admin"}, **path)
        self.do("DELETE /v1/staff/{account_id}/sessions", **path)
        self.do("DELETE /v1/staff/{account_id}", **path)

    def _joined(self, invitation: str) -> str:
        """Whoever is invited accepts."""
        link = self.api.ask("notification", "GET", f"/v1/staff-invitations/{invitation}")["link"]
        answer = {"phone": PHONE, "password": PASSWORD}
        path = {"invitation": link.rpartition("#")[2]}
        return str(self.do("POST /v1/staff-invitations/{invitation}", answer, "anonymous", **path)["id"])

    def passwords(self) -> None:
        hashed = Argon2Passwords().hash(PASSWORD)
        for person in (PEOPLE[Role.ADMIN], PEOPLE[Role.MANAGER]):
            self.sql(
                "gateway", "UPDATE gateway.users SET password_hash = :hashed WHERE id = :id", hashed=hashed, id=person
            )

    def myself(self) -> None:
        self.do("PATCH /v1/me", {"full_name": WRITTEN})
        self.do("POST /v1/me/consents", {"kind": "advertising", "version": "2026-11"})
        self.do("DELETE /v1/me/consents/{kind}", kind="advertising")
        self.proofs()
        self.do("PUT /v1/me/password", {"current": PASSWORD, "new": PASSWORD[::-1]})
        other = uuid4()
        for session in (ME["admin"], other):
            self.sql("gateway", SESSION, id=session, user=ME["admin"])
        self.do("DELETE /v1/sessions/{session_id}", session_id=other)
        self.do("DELETE /v1/sessions/current")
        self.do("DELETE /v1/sessions")
        self.do("DELETE /v1/accounts/{account_id}", account_id=ME["client"])
        self.do("DELETE /v1/me", caller="manager")

    def second_factors(self) -> None:
        secret = b32decode(self.do("POST /v1/me/second-factor", {"password": PASSWORD})["secret"])
        code = code_of(secret, step_at(datetime.now(UTC)))
        recovery = self.do("POST /v1/me/second-factor/confirm", {"code": code})["recovery_codes"][0]
        self.do("DELETE /v1/me/second-factor", {"code": recovery})
        self.do("POST /v1/me/second-factor", {"password": PASSWORD}, caller="manager")
        self.do("DELETE /v1/staff/{account_id}/second-factor", account_id=PEOPLE[Role.MANAGER])

    def proofs(self) -> None:
        """A phone that is confirmed by a code, and a second factor."""
        self.api.ask("anonymous", "POST", "/v1/codes", {"phone": PHONE})
        with self.engine_for("gateway").connect() as connection:
            sent = connection.execute(text("SELECT id FROM gateway.codes")).scalar_one()
        code = self.api.ask("notification", "GET", f"/v1/codes/{sent}")["secret"]
        self.do("POST /v1/me/confirmations", {"phone": PHONE, "code": code, "password": PASSWORD})
        secret = b32decode(self.do("POST /v1/me/second-factor", {"password": PASSWORD})["secret"])
        shown = {"code": code_of(secret, step_at(datetime.now(UTC)))}
        self.do("POST /v1/me/second-factor/confirm", shown)
        self.do("DELETE /v1/me/second-factor", {"password": PASSWORD})
        self.do("POST /v1/me/second-factor", {"password": PASSWORD}, caller="manager")
        self.do("DELETE /v1/staff/{account_id}/second-factor", account_id=PEOPLE[Role.MANAGER])

    def _book(self, hall: str, days: int) -> Any:
        order = {"hall_id": hall, "customer_id": ME["client"], "comment": WRITTEN, **self._span(days)}
        return self.do("POST /v1/bookings", order)["id"]

    def _span(self, days: int) -> dict[str, str]:
        start = self._start + timedelta(days=days)
        return {"start": start.isoformat(), "end": (start + timedelta(hours=2)).isoformat()}


RECEIPT = """
INSERT INTO payment.receipts (id, kind, payment_id, booking_id, customer_id, amount, items, status, version, attempts,
    created_at, settled_at)
VALUES (:id, 'settlement', :payment, :booking, :customer, 100, :items, 'canceled', 1, 1, now(), now())
"""
LETTER = """
INSERT INTO integration.dead_letters (id, queue, message_id, body, sent_at, collected_at, status)
VALUES (:id, :queue, :message, :body, now(), clock_timestamp(), 'waiting')
"""
NOTIFICATION = """
INSERT INTO notification.notifications (id, cause, template, channel, status, recipient_id, facts, correlation_id,
    created_at)
VALUES (:id, 'a test', 'session_ended', 'email', 'failed', :recipient, '{}', 'a-flow', now())
"""
SESSION = """
INSERT INTO gateway.sessions (id, user_id, generation, client, created_at, used_at, expires_at)
VALUES (:id, :user, 0, 'a test', now(), now(), now() + interval '1 day')
"""
