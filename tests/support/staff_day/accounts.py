"""The staff's own accounts: passwords, second factors, sessions."""

from base64 import b32decode
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import text

from gateway.accounts.passwords import Argon2Passwords
from gateway.second_factor.totp import code_of, step_at
from shared_schemas.common import Role
from tests.support.staff_day.chapter import ME, PASSWORD, PHONE, WRITTEN, Chapter
from tests.support.system.whole_api import PEOPLE

SESSION = """
INSERT INTO gateway.sessions (id, user_id, generation, client, created_at, used_at, expires_at)
VALUES (:id, :user, 0, 'a test', now(), now(), now() + interval '1 day')
"""
# Keys of RFC 8291, appendix A.
BROWSER = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/abc",
    "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
    "auth": "BTBZMqHH6r4Tts7J_aSIgg",
}


class Accounts(Chapter):
    """The staff's own accounts: passwords, second factors, sessions."""

    def passwords(self) -> None:
        hashed = Argon2Passwords().hash(PASSWORD)
        for person in (PEOPLE[Role.ADMIN], PEOPLE[Role.MANAGER]):
            self.sql(
                "gateway", "UPDATE gateway.users SET password_hash = :hashed WHERE id = :id", hashed=hashed, id=person
            )

    def second_factors(self) -> None:
        secret = b32decode(self.do("POST /v1/me/second-factor", {"password": PASSWORD})["secret"])
        code = code_of(secret, step_at(datetime.now(UTC)))
        recovery = self.do("POST /v1/me/second-factor/confirm", {"code": code})["recovery_codes"][0]
        self.do("DELETE /v1/me/second-factor", {"code": recovery})
        self.do("POST /v1/me/second-factor", {"password": PASSWORD}, caller="manager")
        self.do("DELETE /v1/staff/{account_id}/second-factor", account_id=PEOPLE[Role.MANAGER])

    def confirmed_phone(self) -> None:
        """By a code."""
        self.api.ask("anonymous", "POST", "/v1/codes", {"phone": PHONE})
        with self.engine_for("gateway").connect() as connection:
            sent = connection.execute(text("SELECT id FROM gateway.codes")).scalar_one()
        code = self.api.ask("notification", "GET", f"/v1/codes/{sent}")["secret"]
        self.do("POST /v1/me/confirmations", {"phone": PHONE, "code": code, "password": PASSWORD})

    def myself(self) -> None:
        self.do("PATCH /v1/me", {"full_name": WRITTEN})
        self.do("POST /v1/me/consents", {"kind": "advertising", "version": "2026-11"})
        self.do("DELETE /v1/me/consents/{kind}", kind="advertising")
        self.do("PUT /v1/me/preferences", {"left": [{"kind": "reminders", "channel": "sms"}]})
        self.do("POST /v1/me/messengers/{channel}", {}, channel="telegram")
        self.do("DELETE /v1/me/messengers/{channel}", {}, channel="telegram")
        self.do("PUT /v1/me/push", BROWSER)
        self.do("DELETE /v1/me/push")
        self.confirmed_phone()
        self.do("PUT /v1/me/password", {"current": PASSWORD, "new": PASSWORD[::-1]})
        other = uuid4()
        for session in (ME["admin"], other):
            self.sql("gateway", SESSION, id=session, user=ME["admin"])
        self.do("DELETE /v1/sessions/{session_id}", session_id=other)
        self.do("DELETE /v1/sessions/current")
        self.do("DELETE /v1/sessions")
        self.do("DELETE /v1/accounts/{account_id}", account_id=ME["client"])
        self.do("DELETE /v1/me", caller="manager")
