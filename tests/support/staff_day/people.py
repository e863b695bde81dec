"""Customers, colleagues and programs."""

from uuid import uuid4

from tests.support.staff_day.chapter import MAIL, ME, PASSWORD, PHONE, WHY, WRITTEN, Chapter

GUEST = """
INSERT INTO gateway.users (id, full_name, phone, locale, role, guest, booked_at)
VALUES (:id, :name, :phone, 'ru', 'client', true, now())
"""


class People(Chapter):
    """Customers, colleagues and programs."""

    def customers(self) -> None:
        path = {"customer_id": ME["client"]}
        self.do("PUT /v1/customers/{customer_id}/block", WHY, **path)
        self.do("DELETE /v1/customers/{customer_id}/block", **path)
        self.do("POST /v1/customers/{customer_id}/notes", {"text": WRITTEN}, **path)
        self.do("PUT /v1/customers/{customer_id}/prepayment", {"percent": 100}, **path)
        guest = str(uuid4())
        self.sql("gateway", GUEST, id=guest, name=WRITTEN, phone=PHONE)
        self.do("POST /v1/customers/{customer_id}/merge", {"into": ME["client"]}, customer_id=guest)

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
