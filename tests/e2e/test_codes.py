"""Somebody who has never been here comes in by a code, and later sets a password: through every service there is."""

import re
from typing import Any
from uuid import uuid4

from infra.local.client import Client
from tests.support.system.sandbox import outbox
from tests.support.system.whole import System
from tests.support.waiting import eventually


def test_a_newcomer_signs_in_by_a_code_and_sets_a_password_by_a_link(system: System) -> None:
    email, api = f"{uuid4().hex[:12]}@example.test", Client(system.api_url, headers={"Accept-Language": "en"})

    def newest(words: str) -> str:
        """The secret in the mail with these words, once it has come."""
        found = [mail["text"] for mail in outbox(system.endpoints.sandbox_url, email) if words in mail["text"]]
        return re.findall(rf"{words}: (\w+)", found[0])[0] if found else ""

    assert api.post("/v1/codes", {"email": email}) == {"expires_in": 600}
    code = eventually(lambda: newest("where you asked for it"))
    assert api.request("POST", "/v1/tokens", {"email": email, "code": code}).document["code"] == "consent_required"
    pair = api.post("/v1/tokens", {"email": email, "code": code, "consent": True})
    me = Client(system.api_url, pair["access_token"]).get("/v1/me")
    assert me["email_confirmed_at"]

    api.post("/v1/password-resets", {"email": email})
    link = eventually(lambda: newest("use this key"))
    assert api.request("POST", f"/v1/password-resets/{link}", {"password": "a longer sentence"}).status == 204
    assert api.sign_in(email, "a longer sentence").get("/v1/me")["id"] == me["id"]

    def told() -> list[dict[str, Any]]:
        """What staff see of it, once all three have gone out."""
        found = system.manager.get(f"/v1/notifications?recipient_id={me['id']}")["data"]
        return found if any(one["template"] == "password_changed" for one in found) else []

    assert not [secret for secret in (code, link) if secret in str(eventually(told))]
