"""A person all over the system: what they say and what is said of them is marked, so that it can be found again."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from infra.local.client import Client
from tests.support.system.whole import PASSWORD, Customer, System


@dataclass
class Marks:
    """Words that nobody else uses; `told` says what was marked by each."""

    root: str = field(default_factory=lambda: f"zq{uuid4().hex[:10]}")
    told: dict[str, str] = field(default_factory=dict)

    def __call__(self, what: str) -> str:
        """A word for this, the same each time; no word begins another."""
        return self.told.setdefault(what, f"{self.root}{what.replace(' ', '')}q")


def register(system: System, marks: Marks) -> Customer:
    """Somebody new, whose every detail is marked, signed in by a browser that is, too."""
    phone = f"+7926{uuid4().int % 10**7:07}"
    marks.told["phone"] = phone
    email = f"{marks('email')}@example.test"
    api = Client(system.api_url, headers={"User-Agent": marks("browser")})
    account = {"email": email, "phone": phone, "full_name": f"Anna {marks('name')}", "password": PASSWORD}
    api.post("/v1/accounts", account | {"locale": "en", "consent": True})
    return Customer(api.sign_in(email, PASSWORD), email, phone)


def book_as_guest(system: System, marks: Marks, slot: dict[str, Any]) -> dict[str, Any]:
    """Somebody without an account, who is marked no less; the booking."""
    marks.told["phone"] = phone = f"+7926{uuid4().int % 10**7:07}"
    guest = {"full_name": f"Vera {marks('name')}", "phone": phone, "email": f"{marks('email')}@example.test"}
    consents = [{"document": "personal_data", "version": "2026-11"}]
    body = slot | {"comment": marks("comment"), "guest": guest | {"consents": consents}}
    return dict(Client(system.api_url).post("/v1/bookings", body, Idempotency_Key=str(uuid4())))
